"""Which scores are anomalous, and how well that fits labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from sagemock.algorithms.base import Doubles, FloatArray
from sagemock.algorithms.random_cut_forest.hyperparameters import AnomalyMetric

DEVIATIONS = 3
"""A score is anomalous if it is more than so many standard deviations above the mean."""


def anomalous(scores: Doubles) -> NDArray[np.bool_]:
    """Which scores (rows,) are more than three standard deviations above their mean.

    References
    ----------
    *Amazon SageMaker Developer Guide*, *Random Cut Forest (RCF) Algorithm*, on the test channel.

    Examples
    --------
    >>> anomalous(np.array([1.0] * 20 + [9.0])).nonzero()[0]
    array([20])
    """
    return np.asarray(scores > scores.mean() + DEVIATIONS * scores.std())


def evaluated(
    metrics: Sequence[AnomalyMetric], scores: Doubles, labels: FloatArray
) -> Mapping[str, float]:
    """The scores of the test channel by name, in the order of the metrics.

    Parameters
    ----------
    scores
        (rows,), of the forest.
    labels
        (rows,), 1 for an anomaly.

    Notes
    -----
    Precision p = TP / (TP + FP), recall r = TP / (TP + FN), F1 = 2 TP / (2 TP + FP + FN); each
    is 0 where it would be 0 / 0.

    Examples
    --------
    >>> scores = np.array([1.0] * 20 + [9.0])
    >>> labels = np.array([1.0] + [0.0] * 19 + [1.0], np.float32)
    >>> evaluated(["precision_recall_fscore"], scores, labels)
    {'precision': 1.0, 'recall': 0.5, 'f1': 0.6666666666666666}
    """
    reported, true = anomalous(scores), labels == 1
    hits, alarms, all_true = (int(each.sum()) for each in (reported & true, reported, true))
    values: dict[str, float] = {}
    for metric in metrics:
        if metric == "accuracy":
            values["accuracy"] = float(np.mean(reported == true))
        else:
            values["precision"] = hits / alarms if alarms else 0.0
            values["recall"] = hits / all_true if all_true else 0.0
            values["f1"] = 2 * hits / (alarms + all_true) if alarms + all_true else 0.0
    return values
