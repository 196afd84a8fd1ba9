"""Scores of predictions on the test channel."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sagemock.algorithms.base import FloatArray
from sagemock.algorithms.knn.hyperparameters import PredictorType


def scores(kind: PredictorType, predicted: FloatArray, labels: FloatArray) -> Mapping[str, float]:
    """The scores in the order of the log: accuracy and macro F1, or the mean squared error.

    Parameters
    ----------
    predicted, labels
        Both (rows,).

    Examples
    --------
    >>> labels = np.array([0, 1, 1, 0], np.float32)
    >>> scores("classifier", np.array([0, 1, 0, 0], np.float32), labels)
    {'accuracy': 0.75, 'macro_f_1.000': 0.7333333333333334}
    >>> scores("regressor", np.array([0, 1, 0, 0], np.float32), labels)
    {'mse': 0.25}
    """
    if kind == "regressor":
        errors = predicted.astype(np.float64) - labels
        return {"mse": float(np.mean(errors**2))}
    return {
        "accuracy": float(np.mean(predicted == labels)),
        "macro_f_1.000": macro_f(predicted, labels),
    }


def macro_f(predicted: FloatArray, labels: FloatArray) -> float:
    """The mean of the F1 scores of all classes; NaN if one has no rows or is never predicted.

    Notes
    -----
    F1 = 2 p r / (p + r), with the precision p, the share of the rows predicted as a class that
    are of it, and the recall r, the share of the rows of the class that are predicted as such. If
    all labels are whole numbers, there is a class for each from 0 to the greatest one. A recorded
    job with the labels 1 to 7 logged nan.

    Examples
    --------
    >>> macro_f(np.array([1, 2], np.float32), np.array([1, 2], np.float32))
    nan
    """
    classes, codes = np.unique(np.concatenate([labels, predicted]), return_inverse=True)
    truth, guess = codes[: len(labels)], codes[len(labels) :]
    count = len(classes)
    hits = np.bincount(truth[truth == guess], minlength=count)
    totals = np.bincount(truth, minlength=count), np.bincount(guess, minlength=count)
    whole = classes[0] >= 0 and (classes == np.floor(classes)).all()
    if not all(total.all() for total in totals) or (whole and count <= classes[-1]):
        return float("nan")
    # 2 p r / (p + r), which is 0 where both are.
    return float(np.mean(2 * hits / (totals[0] + totals[1])))
