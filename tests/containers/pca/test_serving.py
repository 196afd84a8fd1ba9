"""Answers of a loaded model, byte for byte, in each content type."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from sagemock.algorithms.pca import PCAModel
from sagemock.containers.base import ArtifactError, InferenceError, InferenceRequest, ModelData
from sagemock.containers.pca.artifact import pack_member
from sagemock.containers.pca.serving import PCAPredictor, PCAServing
from sagemock.formats.recordio import encode

RECORDIO = "application/x-recordio-protobuf"
MODEL = PCAModel(
    np.float32([[1, 0.5], [0, 2]]), np.array([1, 2], np.float32), np.array([1, 1], np.float32)
)


@pytest.fixture
def predictor() -> PCAPredictor:
    files = {"model_algo-1": pack_member(MODEL)}
    return PCAServing().load(ModelData(files), document={}, environment={}, log=lambda _: None)


def answer(
    predictor: PCAPredictor, body: bytes, content_type: str, accept: str | None = None
) -> tuple[bytes, str | None]:
    response = predictor.invoke(InferenceRequest(body, content_type, accept))
    return response.body, response.content_type


BODIES = {
    "text/csv": b"1,1\n3,2",
    "text/csv;label_size=0": b"1,1\n3,2\n",
    "application/json": b'{"instances": [{"features": [1, 1]}, {"features": [3, 2]}]}',
    "application/jsonlines": b'{"features": [1, 1]}\n{"data": {"features": {"values": [3, 2]}}}\n',
    RECORDIO: encode(np.array([[1, 1], [3, 2]], np.float32)),
}


@pytest.mark.parametrize("content_type", BODIES)
@pytest.mark.parametrize("accept", [None, "*/*", "application/json"])
def test_every_content_type_of_a_request(
    predictor: PCAPredictor, content_type: str, accept: str | None
) -> None:
    assert answer(predictor, BODIES[content_type], content_type, accept) == (
        b'{"projections": [{"projection": [0.0, 0.0]}, {"projection": [2.0, 3.0]}]}',
        "application/json",
    )


def test_sparse_features(predictor: PCAPredictor) -> None:
    tensor = {"keys": [1], "shape": [2], "values": [2.0]}
    body = json.dumps({"instances": [{"data": {"features": tensor}}]}).encode()
    assert answer(predictor, body, "application/json")[0] == (
        b'{"projections": [{"projection": [-1.0, 1.5]}]}'
    )


def test_json_lines(predictor: PCAPredictor) -> None:
    assert answer(predictor, BODIES["text/csv"], "text/csv", "application/jsonlines") == (
        b'{"projection": [0.0, 0.0]}\n{"projection": [2.0, 3.0]}\n',
        "application/jsonlines",
    )


def test_recordio(predictor: PCAPredictor, record_type: Any) -> None:
    body, content_type = answer(predictor, BODIES[RECORDIO], RECORDIO, RECORDIO)
    assert content_type == RECORDIO
    values = []
    while body:
        length = int.from_bytes(body[4:8], "little")
        payload, body = body[8 : 8 + length], body[8 + length + -length % 4 :]
        record = record_type.FromString(payload)
        assert not record.features
        values.append({name: each.float32_tensor.values[:] for name, each in record.label.items()})
    assert values == [{"projection": [0.0, 0.0]}, {"projection": [2.0, 3.0]}]


def test_numbers_have_the_digits_of_a_float32() -> None:
    predictor = PCAPredictor(PCAModel(np.float32([[0.1]]), np.float32([1])))
    body, _ = answer(predictor, b"1", "text/csv")
    assert body == b'{"projections": [{"projection": [0.10000000149011612]}]}'


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"1", "text/csv"),
        (b"1,2,3", "text/csv"),
        (b"1,x", "text/csv"),
        (b"", "text/csv"),
        (b"1,nan", "text/csv"),
        # The projection is infinite as a float32, which is no JSON.
        (b"3e38,3e38", "text/csv"),
        (b"1,2", "text/html"),
        (b"1,2", RECORDIO),
        (b"{}", "application/json"),
        (b'{"instances": []}', "application/json"),
        (b'{"features": [1]}', "application/jsonlines"),
    ],
)
def test_bad_payloads(predictor: PCAPredictor, body: bytes, content_type: str) -> None:
    with pytest.raises(InferenceError) as caught:
        answer(predictor, body, content_type)
    assert (caught.value.status, caught.value.body) == (400, "unable to evaluate payload provided")


@pytest.mark.parametrize("accept", ["image/png", "text/csv"])
def test_a_type_that_the_container_does_not_write(predictor: PCAPredictor, accept: str) -> None:
    with pytest.raises(InferenceError) as caught:
        answer(predictor, b"1,2", "text/csv", accept)
    assert caught.value.status == 406


@pytest.mark.parametrize("files", [{}, {"model_algo-1": b"no arrays"}])
def test_model_data_without_a_model(files: dict[str, bytes]) -> None:
    with pytest.raises(ArtifactError):
        PCAServing().load(ModelData(files), document={}, environment={}, log=lambda _: None)


def test_the_guide_says_what_the_answers_mean() -> None:
    guide = PCAPredictor(MODEL).guide()
    assert guide.columns == 2
    assert guide.members == {
        "projection": "The row less the mean of the train rows along each of the 2 components, "
        "the most important one last."
    }
    without = PCAPredictor(PCAModel(MODEL.vectors, MODEL.singular_values)).guide()
    assert without.members["projection"].startswith("The row along each")
