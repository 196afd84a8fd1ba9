"""Metrics, judged by scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics

from sagemock.algorithms.factorization_machines.losses import LOSSES

GENERATOR = np.random.default_rng(0)


def values(predictor: str, predictions: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    loss = LOSSES[predictor]
    sums = loss.sums(predictions, labels).sum(axis=1)
    return {each.name: each.value for each in loss.metrics(sums, len(labels))}


def test_a_regressor() -> None:
    predictions = GENERATOR.normal(size=50).astype(np.float32)
    labels = GENERATOR.normal(size=50).astype(np.float32)
    mse = metrics.mean_squared_error(labels, predictions)
    assert values("regressor", predictions, labels) == pytest.approx(
        {
            "rmse": mse**0.5,
            "mse": mse,
            "absolute_loss": metrics.mean_absolute_error(labels, predictions),
        }
    )


def test_a_classifier() -> None:
    predictions = GENERATOR.random(80).astype(np.float32)
    labels = (GENERATOR.random(80) < 0.3).astype(np.float32)
    predicted = predictions >= 0.5
    assert values("binary_classifier", predictions, labels) == pytest.approx(
        {
            "binary_classification_accuracy": metrics.accuracy_score(labels, predicted),
            "binary_classification_cross_entropy": metrics.log_loss(labels, predictions),
            "binary_f_1.000": metrics.f1_score(labels, predicted),
        },
        rel=1e-5,
    )


def test_a_classifier_without_positives() -> None:
    scores = values("binary_classifier", np.float32([0.1, 0.2]), np.float32([0, 0]))
    assert scores["binary_f_1.000"] == 0
    assert scores["binary_classification_accuracy"] == 1


def test_certain_errors_are_finite() -> None:
    scores = values("binary_classifier", np.float32([0, 1]), np.float32([1, 0]))
    assert scores["binary_classification_cross_entropy"] == pytest.approx(18.42, abs=0.01)
