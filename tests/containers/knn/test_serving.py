"""Answers of a loaded model, byte for byte, in each content type."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from sagemock.algorithms.knn import KNNModel
from sagemock.containers.base import (
    ArtifactError,
    InferenceError,
    InferenceRequest,
    ModelData,
)
from sagemock.containers.knn.artifact import pack
from sagemock.containers.knn.serving import KNNPredictor, KNNServing
from sagemock.formats.recordio import encode

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


def answer(
    predictor: KNNPredictor, body: bytes, content_type: str, accept: str | None = None
) -> tuple[bytes, str | None]:
    response = predictor.invoke(InferenceRequest(body, content_type, accept))
    return response.body, response.content_type


BODIES = {
    "text/csv": b"0,0.5\n10,0",
    "text/csv;label_size=0": b"0,0.5\n10,0\n",
    "application/json": b'{"instances": [{"features": [0, 0.5]}, {"features": [10, 0]}]}',
    "application/jsonlines": b'{"features": [0, 0.5]}\n'
    b'{"data": {"features": {"values": [10, 0]}}}\n',
    RECORDIO: encode(np.array([[0, 0.5], [10, 0]], np.float32)),
}


@pytest.mark.parametrize("content_type", BODIES)
def test_every_content_type_of_a_request(predictor: KNNPredictor, content_type: str) -> None:
    assert answer(predictor, BODIES[content_type], content_type) == (
        b'{"predictions": [{"predicted_label": 1.0}, {"predicted_label": 0.0}]}',
        "application/json",
    )


def test_sparse_features(predictor: KNNPredictor) -> None:
    tensor = {"keys": [0], "shape": [2], "values": [9.0]}
    body = json.dumps({"instances": [{"data": {"features": tensor}}]}).encode()
    assert answer(predictor, body, "application/json")[0] == (
        b'{"predictions": [{"predicted_label": 0.0}]}'
    )


def test_json_lines(predictor: KNNPredictor) -> None:
    assert answer(predictor, BODIES["text/csv"], "text/csv", "application/jsonlines") == (
        b'{"predicted_label": 1.0}\n{"predicted_label": 0.0}\n',
        "application/jsonlines",
    )


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


@pytest.mark.parametrize("verbose", [False, True])
def test_recordio(predictor: KNNPredictor, record_type: Any, verbose: bool) -> None:
    accept = RECORDIO + ("; verbose=true" if verbose else "")
    body, content_type = answer(predictor, BODIES[RECORDIO], RECORDIO, accept)
    assert content_type == RECORDIO
    values = []
    while body:
        length = int.from_bytes(body[4:8], "little")
        payload, body = body[8 : 8 + length], body[8 + length + -length % 4 :]
        record = record_type.FromString(payload)
        values.append({name: each.float32_tensor.values[:] for name, each in record.label.items()})
    first: dict[str, Any] = {"predicted_label": [1.0]}
    if verbose:
        first |= {"distances": [0.25, 0.25, 100.25], "labels": [1.0, 1.0, 0.0]}
    assert values[0] == first
    assert values[1]["predicted_label"] == [0.0]


def test_the_mean_of_a_regressor() -> None:
    model = KNNModel(ROWS, np.array([1, 1, 0, 2], np.float32), 3, "regressor")
    body, _ = answer(load(model), b"0,0", "text/csv")
    assert json.loads(body) == {"predictions": [{"predicted_label": 0.6666666865348816}]}


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"1", "text/csv"),
        (b"1,2,3", "text/csv"),
        (b"1,x", "text/csv"),
        (b"", "text/csv"),
        (b"1,nan", "text/csv"),
        # The squared distance is infinite as a float32, which is no JSON.
        (b"3e38,3e38", "text/csv"),
        (b"1,2", "text/html"),
        (b"1,2", RECORDIO),
        (b"{}", "application/json"),
        (b'{"instances": []}', "application/json"),
    ],
)
def test_bad_payloads(predictor: KNNPredictor, body: bytes, content_type: str) -> None:
    with pytest.raises(InferenceError) as caught:
        answer(predictor, body, content_type)
    assert (caught.value.status, caught.value.body) == (400, "unable to evaluate payload provided")


@pytest.mark.parametrize("accept", ["image/png", "text/csv"])
def test_a_type_that_the_container_does_not_write(predictor: KNNPredictor, accept: str) -> None:
    with pytest.raises(InferenceError) as caught:
        answer(predictor, b"1,2", "text/csv", accept)
    assert caught.value.status == 406


@pytest.mark.parametrize("files", [{}, {"model_algo-1": b"no index"}])
def test_model_data_without_a_model(files: dict[str, bytes]) -> None:
    with pytest.raises(ArtifactError):
        KNNServing().load(ModelData(files), document={}, environment={}, log=lambda _: None)


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
