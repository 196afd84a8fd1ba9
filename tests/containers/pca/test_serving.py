"""What the answers of PCA consist of; the tests of all algorithms have the rest."""

from __future__ import annotations

import numpy as np

from sagemock.algorithms.pca import PCAModel
from sagemock.containers.base import InferenceRequest
from sagemock.containers.pca.serving import PCAPredictor

MODEL = PCAModel(
    np.float32([[1, 0.5], [0, 2]]), np.array([1, 2], np.float32), np.array([1, 1], np.float32)
)


def test_numbers_have_the_digits_of_a_float32() -> None:
    predictor = PCAPredictor(PCAModel(np.float32([[0.1]]), np.float32([1])))
    assert predictor.invoke(InferenceRequest(b"1", "text/csv")).body == (
        b'{"projections": [{"projection": [0.10000000149011612]}]}'
    )


def test_the_guide_says_what_the_answers_mean() -> None:
    guide = PCAPredictor(MODEL).guide()
    assert guide.columns == 2
    assert guide.members == {
        "projection": "The row less the mean of the train rows along each of the 2 components, "
        "the most important one last."
    }
    without = PCAPredictor(PCAModel(MODEL.vectors, MODEL.singular_values)).guide()
    assert without.members["projection"].startswith("The row along each")
