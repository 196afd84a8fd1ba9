"""What rows of a class weigh in the loss."""

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
    """The weight of each class, by its number; None when every row weighs 1.

    labels: those of a sample of the train channel. A positive row weighs
    `positive_example_weight_mult`, and `balanced` stands for negatives / positives. With
    `balance_multiclass_weights` a class weighs 1 / its share of the sample.
    """
    predictor = hyperparameters.predictor_type
    if predictor == "binary_classifier":
        positive = hyperparameters.positive_example_weight_mult
        if positive == "balanced":
            positives = float((labels == 1).sum())
            balanced = (len(labels) - positives) / positives if positives else UNSEEN
            # Without negatives nothing is to be balanced.
            positive = balanced or 1.0
        return None if positive == 1 else [1.0, positive]
    if predictor == "multiclass_classifier" and hyperparameters.balance_multiclass_weights:
        counts = np.bincount(labels.astype(np.intp), minlength=hyperparameters.num_classes)
        return [len(labels) / count if count else UNSEEN for count in counts.tolist()]
    return None


def weigh(weights: Sequence[float], labels: FloatArray) -> FloatArray:
    """The weight of each row (rows,) by its class."""
    return np.asarray(weights, np.float32)[labels.astype(np.intp)]
