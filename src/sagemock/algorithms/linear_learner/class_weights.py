"""The weight of each class in the loss."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sagemock.algorithms.base import FloatArray
from sagemock.algorithms.linear_learner.hyperparameters import LinearLearnerHyperparameters

UNSEEN = 1e6
"""The weight of a class that the sample lacks (AWS's notebook on multiclass weights)."""


def class_weights(
    labels: FloatArray, hyperparameters: LinearLearnerHyperparameters
) -> list[float] | None:
    """The weight of each class; None when every row weighs 1.

    Parameters
    ----------
    labels
        (rows,), of a sample of the train channel.

    Notes
    -----
    A positive row weighs `positive_example_weight_mult`; `balanced` stands for the number of
    negatives / the number of positives. With `balance_multiclass_weights` a class weighs
    1 / its share of the sample.

    References
    ----------
    AWS's example notebooks *linear_learner_class_weights_loss_functions* and
    *linear_learner_multiclass_classification*.

    Examples
    --------
    >>> from sagemock.containers.linear_learner import parse_hyperparameters
    >>> binary = {"predictor_type": "binary_classifier"}
    >>> job = parse_hyperparameters(binary | {"positive_example_weight_mult": "balanced"})
    >>> class_weights(np.float32([0, 0, 0, 1]), job)
    [1.0, 3.0]
    >>> several = {"predictor_type": "multiclass_classifier", "num_classes": "3"}
    >>> job = parse_hyperparameters(several | {"balance_multiclass_weights": "true"})
    >>> class_weights(np.float32([0, 0, 1, 2]), job)
    [2.0, 4.0, 4.0]
    """
    predictor = hyperparameters.predictor_type
    if predictor == "binary_classifier":
        positive = hyperparameters.positive_example_weight_mult
        if positive == "balanced":
            positives = float((labels == 1).sum())
            balanced = (len(labels) - positives) / positives if positives else UNSEEN
            # Without negatives there is nothing to balance.
            positive = balanced or 1.0
        return None if positive == 1 else [1.0, positive]
    if predictor == "multiclass_classifier" and hyperparameters.balance_multiclass_weights:
        counts = np.bincount(labels.astype(np.intp), minlength=hyperparameters.num_classes)
        return [len(labels) / count if count else UNSEEN for count in counts.tolist()]
    return None


def weigh(weights: Sequence[float], labels: FloatArray) -> FloatArray:
    """The weight of each row (rows,) by its label (rows,).

    Examples
    --------
    >>> print(weigh([1.0, 3.0], np.float32([0, 1, 1])))
    [1. 3. 3.]
    """
    return np.asarray(weights, np.float32)[labels.astype(np.intp)]
