"""Small models whose answers can be worked out by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sagemock.algorithms.linear_learner import LinearModel
from sagemock.containers.linear_learner.serving import LinearPredictor


def model(predictor_type: str, loss: str, weights: Any, bias: Any) -> LinearModel:
    matrix = np.array(weights, np.float32)
    return LinearModel(
        predictor_type, loss, matrix, np.array(bias, np.float32), threshold=0.5, metrics_params={}
    )


@pytest.fixture
def regressor() -> LinearPredictor:
    """10 a + b + 0.5."""
    return LinearPredictor(model("regressor", "squared_loss", [[10], [1]], [0.5]))


@pytest.fixture
def binary() -> LinearPredictor:
    """sigmoid(a - b)."""
    return LinearPredictor(model("binary_classifier", "logistic", [[1], [-1]], [0]))


@pytest.fixture
def multiclass() -> LinearPredictor:
    """Margins a, b and 0."""
    weights = [[1, 0, 0], [0, 1, 0]]
    return LinearPredictor(model("multiclass_classifier", "softmax_loss", weights, [0, 0, 0]))
