"""The losses of both kinds of predictors: derivatives, scores and their metrics."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from sagemock.algorithms.base import Doubles, FloatArray, Score
from sagemock.algorithms.factorization_machines.hyperparameters import PredictorType
from sagemock.algorithms.factorization_machines.machine import Reals

LOG_FLOOR = 1e-8
"""Added to a probability before its logarithm, as MXNet's metric of cross entropy does."""


class PredictorLoss(NamedTuple):
    """What distinguishes one kind of predictor from the other.

    Attributes
    ----------
    link
        From the scores (rows,) of the machine to what is predicted.
    sums
        What metrics are computed from: from predictions and labels (rows,) to (sums, rows), which
        can be added over the rows, each with a weight.
    metrics
        From such sums, and the number of rows, to the metrics, in the order of the log.
    """

    link: Callable[[Reals], Reals]
    sums: Callable[[FloatArray, FloatArray], Doubles]
    metrics: Callable[[Doubles, float], list[Score]]


def logistic(scores: Reals) -> FloatArray:
    """1 / (1 + exp(-z)), without overflow.

    Examples
    --------
    >>> print(logistic(np.float32([0, 2, -1000])).round(4))
    [0.5    0.8808 0.    ]
    """
    small = np.exp(-np.abs(scores))
    return np.asarray(np.where(scores >= 0, 1, small) / (1 + small), np.float32)


def _identity(scores: Reals) -> Reals:
    return scores


def regression_sums(predictions: FloatArray, labels: FloatArray) -> Doubles:
    """Squared and absolute error of each row.

    Examples
    --------
    >>> regression_sums(np.float32([1, 4]), np.float32([3, 4])).tolist()
    [[4.0, 0.0], [2.0, 0.0]]
    """
    errors = predictions.astype(np.float64) - labels
    return np.stack([errors * errors, np.abs(errors)])


def regression_metrics(sums: Doubles, rows: float) -> list[Score]:
    """Root of the mean squared error, that error, and the mean absolute error.

    Examples
    --------
    >>> [(each.name, each.value) for each in regression_metrics(np.array([18.0, 4.0]), 2)]
    [('rmse', 3.0), ('mse', 9.0), ('absolute_loss', 2.0)]
    """
    mse, absolute = (float(each) / rows for each in sums)
    return [
        Score("rmse", mse**0.5, "loss"),
        Score("mse", mse, "loss"),
        Score("absolute_loss", absolute, "loss"),
    ]


def classification_sums(predictions: FloatArray, labels: FloatArray) -> Doubles:
    """What the metrics of classifiers are computed from.

    Of each row whether it is right, its cross entropy, and whether it is a true positive, is
    predicted as positive, and is positive. A row is predicted as positive if its probability is
    at least 0.5, as the developer guide says.

    Examples
    --------
    >>> print(classification_sums(np.float32([0.75, 0.75]), np.float32([1, 0])).round(4))
    [[1.     0.    ]
     [0.2877 1.3863]
     [1.     0.    ]
     [1.     1.    ]
     [1.     0.    ]]
    """
    probabilities = predictions.astype(np.float64)
    actual, predicted = labels == 1, predictions >= 0.5
    of_truth = np.where(actual, probabilities, 1 - probabilities)
    rows = (actual == predicted, -np.log(of_truth + LOG_FLOOR), actual & predicted)
    return np.stack([*rows, predicted, actual]).astype(np.float64)


def classification_metrics(sums: Doubles, rows: float) -> list[Score]:
    """Accuracy, cross entropy and F1, which is 2 TP / (2 TP + FP + FN), or 0 without positives.

    Examples
    --------
    >>> sums = np.array([3.0, 2.0, 1.0, 2.0, 1.0])
    >>> [(each.name, round(each.value, 4)) for each in classification_metrics(sums, 4)][::2]
    [('binary_classification_accuracy', 0.75), ('binary_f_1.000', 0.6667)]
    """
    right, entropy, true_positive, predicted, actual = (float(each) for each in sums)
    positives = predicted + actual
    f_1 = 2 * true_positive / positives if positives else 0.0
    return [
        Score("binary_classification_accuracy", right / rows, "score"),
        Score("binary_classification_cross_entropy", entropy / rows, "loss"),
        Score("binary_f_1.000", f_1, "score"),
    ]


LOSSES: Mapping[PredictorType, PredictorLoss] = {
    "regressor": PredictorLoss(_identity, regression_sums, regression_metrics),
    "binary_classifier": PredictorLoss(logistic, classification_sums, classification_metrics),
}
"""By predictor type. The derivative of both losses, half the squared error and the cross entropy,
for the score of the machine is the prediction less the label, as of MXNet's output layers."""
