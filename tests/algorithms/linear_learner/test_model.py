"""Predictions of a trained model."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array

from sagemock.algorithms.linear_learner import LinearModel


def model(predictor: str, loss: str, outputs: int = 1) -> LinearModel:
    weights = np.arange(1, 2 * outputs + 1, dtype=np.float32).reshape(2, outputs)
    return LinearModel(predictor, loss, weights, np.zeros(outputs, np.float32), 0.3, {})


def test_a_score_at_the_threshold_is_positive() -> None:
    binary = model("binary_classifier", "hinge_loss")
    features = np.array([[0.3, 0], [np.nextafter(np.float32(0.3), np.float32(0)), 0]], np.float32)
    exact = LinearModel(
        "binary_classifier", "hinge_loss", binary.weights, binary.bias, float(np.float32(0.3)), {}
    )
    labels = exact.predict(features).labels
    assert labels is not None
    assert labels.tolist() == [1, 0]


def test_the_largest_probability_is_the_class() -> None:
    predictions = model("multiclass_classifier", "softmax_loss", 3).predict(
        np.array([[1, 0], [-1, 0]], np.float32)
    )
    assert predictions.labels is not None
    assert predictions.labels.tolist() == [2, 0]
    assert predictions.scores.sum(axis=1) == pytest.approx([1, 1])


def test_regressors_have_no_label() -> None:
    predictions = model("regressor", "squared_loss").predict(np.array([[1, 1]], np.float32))
    assert predictions.scores.tolist() == [[3.0]]
    assert predictions.labels is None


@pytest.mark.parametrize("loss", ["logistic", "hinge_loss"])
def test_sparse_features(loss: str) -> None:
    features = np.array([[0, 2], [1, 0], [0, 0]], np.float32)
    binary = model("binary_classifier", loss)
    assert binary.predict(csr_array(features)).scores == pytest.approx(
        binary.predict(features).scores
    )


@pytest.mark.parametrize(
    ("predictor", "loss", "outputs"),
    [
        ("binary_classifier", "logistic", 1),
        ("multiclass_classifier", "softmax_loss", 3),
        ("regressor", "huber_loss", 1),
    ],
)
def test_what_overflows_gives_no_warning(predictor: str, loss: str, outputs: int) -> None:
    """Warnings are errors here."""
    model(predictor, loss, outputs).predict(np.full((1, 2), 3e38, np.float32))
