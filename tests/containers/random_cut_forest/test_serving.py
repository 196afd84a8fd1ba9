"""What the answers of the random cut forest mean; the tests of all algorithms have the rest."""

from __future__ import annotations

import json

import numpy as np
import pytest
from tests.containers.first_party import models

from sagemock.containers.base import InferenceRequest
from sagemock.containers.random_cut_forest.serving import ForestPredictor


@pytest.fixture
def predictor() -> ForestPredictor:
    return ForestPredictor(models.FOREST)


def score(predictor: ForestPredictor, row: bytes) -> float:
    (entry,) = json.loads(predictor.invoke(InferenceRequest(row, "text/csv")).body)["scores"]
    value: float = entry["score"]
    return value


def test_the_farther_away_a_row_is_the_higher_is_its_score(predictor: ForestPredictor) -> None:
    near, far, farthest = (score(predictor, row) for row in (b"0,0.5", b"7,4", b"3e38,-3e38"))
    assert 0 < near < 1.5 < far < farthest
    # That of a row as far away as can be.
    assert farthest == pytest.approx(np.log2(21))


def test_the_guide_says_what_the_answers_mean(predictor: ForestPredictor) -> None:
    assert (
        predictor.guide()
        .members["score"]
        .startswith("How anomalous the row is in 20 trees: the higher, the more, up to 4.39.")
    )
