"""The score from which a row counts as positive."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sagemock.algorithms.base import Doubles, FloatArray
from sagemock.algorithms.linear_learner.hyperparameters import LinearLearnerHyperparameters

NEUTRAL = 0.5
"""Half a probability, and the middle between the classes under the hinge loss as well."""

NEARLY_EQUAL = 2e-4
"""Criteria that differ by less are taken for equal, and the threshold nearest to 0.5 wins.

Chosen: recorded jobs show thresholds nearer to 0.5 than an exact search for the best accuracy
finds, at an accuracy that is lower in the fourth digit.
"""


@dataclass(frozen=True, slots=True)
class Threshold:
    """A threshold and the criterion's value there."""

    value: float
    criterion: float


def choose(
    scores: FloatArray, labels: FloatArray, hyperparameters: LinearLearnerHyperparameters
) -> Threshold:
    """The best threshold of scores (rows,) for labels (rows,) under the job's criterion.

    A row is positive if its score is at least the threshold.

    Notes
    -----
    The criterion is that of `binary_classifier_model_selection_criteria`, evaluated exactly at
    every way to cut the rows in two. Of nearly equal values the threshold nearest to 0.5 wins.

    References
    ----------
    *Amazon SageMaker Developer Guide*, *How Linear Learner Works*, step 3.

    Examples
    --------
    >>> from sagemock.containers.linear_learner import parse_hyperparameters
    >>> job = parse_hyperparameters({"predictor_type": "binary_classifier"})
    >>> scores, labels = np.float32([0.1, 0.2, 0.3, 0.4]), np.float32([0, 0, 1, 1])
    >>> best = choose(scores, labels, job)
    >>> round(best.value, 4), best.criterion
    (0.25, 1.0)
    """
    cuts, positives, true_positives = _cuts(scores, labels)
    actual = float(labels.sum())
    criterion = _criterion(
        hyperparameters, positives, true_positives, actual, float(len(labels) - actual)
    )
    good = np.flatnonzero(criterion >= criterion.max() - NEARLY_EQUAL)
    nearest = good[np.lexsort((-criterion[good], np.abs(cuts[good] - NEUTRAL)))[0]]
    return Threshold(float(cuts[nearest]), float(criterion[nearest]))


def _cuts(scores: FloatArray, labels: FloatArray) -> tuple[Doubles, Doubles, Doubles]:
    """A threshold for every way to cut the rows in two.

    Returns
    -------
    tuple
        Three arrays (cuts,): the thresholds from the highest down, and at each of them the number
        of rows predicted as positive, and of those that really are. A threshold between two
        neighbouring scores is 0.5 if that lies between them, else their middle.
    """
    order = np.argsort(-scores, kind="stable")
    ordered = scores[order].astype(np.float64)
    last_of_equal = np.append(np.flatnonzero(np.diff(ordered)), len(ordered) - 1)
    positives = np.concatenate([[0], last_of_equal + 1]).astype(np.float64)
    running = np.concatenate([[0], np.cumsum(labels[order], dtype=np.float64)])
    true_positives = running[positives.astype(np.intp)]
    upper = np.concatenate([[np.inf], ordered[last_of_equal]])
    lower = np.concatenate([ordered[last_of_equal], [-np.inf]])
    middle = np.where(np.isinf(upper), lower + 1, np.where(np.isinf(lower), upper, 0))
    inside = ~np.isinf(upper) & ~np.isinf(lower)
    middle[inside] = (upper[inside] + lower[inside]) / 2
    cuts = np.where((lower < NEUTRAL) & (upper >= NEUTRAL), NEUTRAL, middle)
    # The lowest cut makes every row positive: anything up to the lowest score does.
    cuts[-1] = min(NEUTRAL, ordered[-1])
    return cuts, positives, true_positives


def _criterion(
    hyperparameters: LinearLearnerHyperparameters,
    positives: Doubles,
    true_positives: Doubles,
    actual: float,
    negative: float,
) -> Doubles:
    """The criterion's value at every cut; 0 where a target is missed."""
    name = hyperparameters.binary_classifier_model_selection_criteria
    if name == "accuracy":
        false_positives = positives - true_positives
        return np.asarray((true_positives + negative - false_positives) / (actual + negative))
    precision = np.divide(
        true_positives, positives, out=np.zeros_like(positives), where=positives > 0
    )
    recall = true_positives / actual if actual else np.zeros_like(positives)
    if name == "precision_at_target_recall":
        return np.where(recall >= hyperparameters.target_recall, precision, 0)
    if name == "recall_at_target_precision":
        return np.where(precision >= hyperparameters.target_precision, recall, 0)
    beta = 1.0 if name == "f1" else hyperparameters.f_beta
    return f_measure(precision, recall, beta)


def f_measure(precision: Doubles, recall: Doubles, beta: float) -> Doubles:
    """The F score: (1 + b^2) precision recall / (b^2 precision + recall); 0 where both are 0.

    References
    ----------
    C. J. van Rijsbergen (1979), *Information Retrieval*.

    Examples
    --------
    >>> print(f_measure(np.array([0.5, 0]), np.array([1.0, 0]), beta=1).round(4))
    [0.6667 0.    ]
    """
    # A larger square gives the recall as well, and an infinite one would give NaN.
    square = min(beta * beta, 1e300)
    weighted = square * precision + recall
    product = (1 + square) * precision * recall
    return np.divide(product, weighted, out=np.zeros_like(product), where=weighted > 0)
