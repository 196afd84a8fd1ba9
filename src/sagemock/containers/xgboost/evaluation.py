"""The metrics that the container computes itself, with scikit-learn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sagemock.containers.xgboost.releases import Release

Labels = NDArray[Any]


def evaluate(
    names: Sequence[str], booster: Any, matrix: Any, release: Release
) -> list[tuple[str, float]]:
    """The metrics with some names of a `Booster` on a `DMatrix`.

    Up to 1.0 the library hands transformed predictions to such metrics, which are rounded to
    classes; from 1.2 on it hands margins, of which those above 0 are the second class. In 3.0-5 it
    hands transformed predictions again, which are still compared with 0.
    """
    if not names:
        return []
    margin = Release.V1_2_1 <= release < Release.V3_0_5
    predictions = booster.predict(matrix, output_margin=margin)
    actual = matrix.get_label()
    classes = _rounded(predictions) if release < Release.V1_2_1 else _classes(predictions)
    return [
        (
            name,
            _VALUES[name](actual, predictions)
            if name in _VALUES
            else _score(name, actual, classes),
        )
        for name in names
    ]


def _classes(predictions: Labels) -> Labels:
    if predictions.ndim > 1:
        return np.asarray(np.argmax(predictions, axis=-1))
    return (predictions > 0).astype(int)


def _rounded(predictions: Labels) -> Labels:
    if predictions.ndim > 1:
        return np.asarray(np.argmax(predictions, axis=-1))
    return np.round(predictions)


def _mean_squared_error(actual: Labels, predictions: Labels) -> float:
    from sklearn.metrics import mean_squared_error

    return float(mean_squared_error(actual, predictions))


def _r2(actual: Labels, predictions: Labels) -> float:
    from sklearn.metrics import r2_score

    return float(r2_score(actual, predictions))


_VALUES: Mapping[str, Callable[[Labels, Labels], float]] = {
    "mse": _mean_squared_error,
    "r2": _r2,
}
"""Metrics of predictions as they are; all others are of classes."""

AVERAGES: Mapping[str, str] = {
    "f1": "macro",
    "f1_binary": "binary",
    "precision": "binary",
    "recall": "binary",
}
"""How scores of classes are averaged, where the name does not say it."""


def _score(name: str, actual: Labels, classes: Labels) -> float:
    from sklearn import metrics

    if name == "accuracy":
        return float(metrics.accuracy_score(actual, classes))
    if name == "balanced_accuracy":
        return float(metrics.balanced_accuracy_score(actual, classes))
    kind, _, average = name.partition("_")
    score = {
        "f1": metrics.f1_score,
        "precision": metrics.precision_score,
        "recall": metrics.recall_score,
    }[kind]
    average = AVERAGES.get(name, average)
    return float(score(actual, classes, average=average, zero_division=0))
