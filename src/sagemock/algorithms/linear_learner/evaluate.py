"""Scores of a model on a channel, under the names that the log gives them."""

from __future__ import annotations

import numpy as np

from sagemock.algorithms.base import Dataset, FloatArray
from sagemock.algorithms.linear_learner.events import Score
from sagemock.algorithms.linear_learner.hyperparameters import Hyperparameters
from sagemock.algorithms.linear_learner.losses import LOG_FLOOR, Logistic
from sagemock.algorithms.linear_learner.model import LinearModel
from sagemock.algorithms.linear_learner.threshold import f_measure


def evaluate(model: LinearModel, data: Dataset, hyperparameters: Hyperparameters) -> list[Score]:
    """The scores of a binary classifier, in the order of the log."""
    predictions = model.predict(data.features)
    assert predictions.labels is not None
    scores = predictions.scores[:, 0]
    actual = data.labels == 1
    predicted = predictions.labels == 1
    of_truth = np.where(actual, scores, 1 - scores)
    loss = float(-np.log(of_truth + LOG_FLOOR).mean(dtype=np.float64))
    hits = float((actual & predicted).sum())
    precision = np.float64(hits / predicted.sum() if predicted.any() else 0)
    recall = np.float64(hits / actual.sum() if actual.any() else 0)
    beta = hyperparameters["f_beta"]
    f_beta = f_measure(np.atleast_1d(precision), np.atleast_1d(recall), beta)[0]
    return [
        Score(Logistic.objective, loss, "loss"),
        Score("binary_classification_accuracy", float((actual == predicted).mean()), "score"),
        Score(f"binary_f_{beta:.3f}", float(f_beta), "score"),
        Score("precision", float(precision), "score"),
        Score("recall", float(recall), "score"),
        Score("roc_auc_score", area_under_curve(scores, data.labels), "score"),
    ]


def area_under_curve(scores: FloatArray, labels: FloatArray) -> float:
    """The chance that a positive row scores higher than a negative one; ties count half.

    From the sum of ranks: Mann and Whitney (1947). NaN when one class is missing.
    """
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks = (last - (counts - 1) / 2)[place]
    positives = float(labels.sum())
    negatives = len(labels) - positives
    if positives == 0 or negatives == 0:
        return float("nan")
    above = float(ranks[labels == 1].sum()) - positives * (positives + 1) / 2
    return above / (positives * negatives)
