"""A small model to deploy."""

from __future__ import annotations

import pytest
from tests.containers.linear_learner.conftest import model

from sagemock.containers.linear_learner.serving import LinearPredictor


@pytest.fixture
def binary() -> LinearPredictor:
    """sigmoid(a - b)."""
    return LinearPredictor(model("binary_classifier", "logistic", [[1], [-1]], [0]))
