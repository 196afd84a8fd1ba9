"""Verbose answers of KNN, and those of regressors; the tests of all algorithms have the rest."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from tests.containers.first_party.test_every_serving import answer, payloads
from tests.formats.conftest import record_type

from sagemock.algorithms.knn import KNNModel
from sagemock.algorithms.knn.reduction import Reduction
from sagemock.containers.base import InferenceError, ModelData
from sagemock.containers.knn.artifact import pack
from sagemock.containers.knn.serving import KNNPredictor, KNNServing

__all__ = ["record_type"]

RECORDIO = "application/x-recordio-protobuf"
ROWS = np.array([[0, 0], [0, 1], [10, 0], [10, 1]], np.float32)
MODEL = KNNModel(ROWS, np.array([1, 1, 0, 2], np.float32), 3)


def load(model: KNNModel) -> KNNPredictor:
    return KNNServing().load(
        ModelData(pack(model)), document={}, environment={}, log=lambda _: None
    )


@pytest.fixture
def predictor() -> KNNPredictor:
    return load(MODEL)


@pytest.mark.parametrize("accept", ["application/json; verbose=true", "*/*;verbose=true"])
def test_verbose_answers_have_the_neighbors(predictor: KNNPredictor, accept: str) -> None:
    assert answer(predictor, b"0,0.25", "text/csv", accept) == (
        b'{"predictions": [{"predicted_label": 1.0, "distances": [0.0625, 0.5625, 100.0625], '
        b'"labels": [1.0, 1.0, 0.0]}]}',
        "application/json",
    )


@pytest.mark.parametrize("accept", ["application/json; verbose=false", "application/json", None])
def test_others_do_not(predictor: KNNPredictor, accept: str | None) -> None:
    assert b"distances" not in answer(predictor, b"0,0.25", "text/csv", accept)[0]


def test_verbose_json_lines(predictor: KNNPredictor) -> None:
    body, _ = answer(predictor, b"0,0\n10,0", "text/csv", "application/jsonlines;verbose=true")
    assert [json.loads(line)["labels"] for line in body.splitlines()] == [[1, 1, 0], [0, 2, 1]]


def test_verbose_records(predictor: KNNPredictor, record_type: Any) -> None:
    body, content_type = answer(predictor, b"0,0.5\n10,0", "text/csv", f"{RECORDIO}; verbose=true")
    assert content_type == RECORDIO
    first, second = map(record_type.FromString, payloads(body))
    values = {name: each.float32_tensor.values[:] for name, each in first.label.items()}
    assert values == {
        "predicted_label": [1.0],
        "distances": [0.25, 0.25, 100.25],
        "labels": [1.0, 1.0, 0.0],
    }
    assert second.label["predicted_label"].float32_tensor.values[:] == [0.0]


def test_the_mean_of_a_regressor() -> None:
    model = KNNModel(ROWS, np.array([1, 1, 0, 2], np.float32), 3, "regressor")
    body, _ = answer(load(model), b"0,0", "text/csv")
    assert json.loads(body) == {"predictions": [{"predicted_label": 0.6666666865348816}]}


def test_a_row_that_cannot_be_projected() -> None:
    model = KNNModel(ROWS[:, :1], ROWS[:, 1], 1, reduction=Reduction("sign", 1, 2, 1))
    with pytest.raises(InferenceError) as caught:
        answer(load(model), b"3e38,-3e38\n3e38,3e38", "text/csv")
    assert (caught.value.status, caught.value.body) == (400, "unable to evaluate payload provided")


def test_the_guide_says_what_the_answers_mean() -> None:
    guide = load(MODEL).guide()
    assert guide.columns == 2
    assert guide.members["predicted_label"] == (
        "The most frequent label of the 3 nearest of 4 rows."
    )
    assert guide.members["distances"].startswith("The squared Euclidean distance of the row")
    other = load(KNNModel(ROWS, ROWS[:, 0], 3, "regressor", "INNER_PRODUCT")).guide()
    assert other.members["predicted_label"].startswith("The mean of the labels")
    assert other.members["distances"].startswith("The inner product")
