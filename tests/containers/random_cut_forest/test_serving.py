"""Answers of a loaded model, byte for byte, in each content type."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from sagemock.algorithms.random_cut_forest import AnomalyScorer
from sagemock.algorithms.random_cut_forest.growing import grow
from sagemock.containers.base import (
    ArtifactError,
    InferenceError,
    InferenceRequest,
    ModelData,
)
from sagemock.containers.random_cut_forest.artifact import pack_member
from sagemock.containers.random_cut_forest.serving import ForestPredictor, RandomCutForestServing
from sagemock.formats.recordio import encode

RECORDIO = "application/x-recordio-protobuf"
ROWS = np.random.default_rng(0).normal(0, 1, (400, 2)).astype(np.float32)
FOREST = grow(ROWS, np.full(20, 20), np.random.default_rng(0))
ASKED = np.array([[0, 0.5], [7, 4]], np.float32)
ONE, OTHER = (round(score, 10) for score in AnomalyScorer(FOREST).scores(ASKED).tolist())


@pytest.fixture
def predictor() -> ForestPredictor:
    files = {"model_algo-1": pack_member(FOREST)}
    return RandomCutForestServing().load(
        ModelData(files), document={}, environment={}, log=lambda _: None
    )


def answer(
    predictor: ForestPredictor, body: bytes, content_type: str, accept: str | None = None
) -> tuple[bytes, str | None]:
    response = predictor.invoke(InferenceRequest(body, content_type, accept))
    return response.body, response.content_type


BODIES = {
    "text/csv": b"0,0.5\n7,4",
    "text/csv;label_size=0": b"0,0.5\n7,4\n",
    "application/json": b'{"instances": [{"features": [0, 0.5]}, {"features": [7, 4]}]}',
    "application/jsonlines": b'{"features": [0, 0.5]}\n'
    b'{"data": {"features": {"values": [7, 4]}}}\n',
    RECORDIO: encode(ASKED),
}


@pytest.mark.parametrize("content_type", BODIES)
def test_every_content_type_of_a_request(predictor: ForestPredictor, content_type: str) -> None:
    """Without spaces, as recorded."""
    assert answer(predictor, BODIES[content_type], content_type) == (
        f'{{"scores":[{{"score":{ONE}}},{{"score":{OTHER}}}]}}'.encode(),
        "application/json",
    )
    assert 0 < ONE < 1.5 < OTHER < np.log2(21)


def test_sparse_features(predictor: ForestPredictor) -> None:
    tensor = {"keys": [1], "shape": [2], "values": [0.5]}
    body = json.dumps({"instances": [{"data": {"features": tensor}}]}).encode()
    assert answer(predictor, body, "application/json")[0] == (
        f'{{"scores":[{{"score":{ONE}}}]}}'.encode()
    )


def test_json_lines(predictor: ForestPredictor) -> None:
    assert answer(predictor, BODIES["text/csv"], "text/csv", "application/jsonlines") == (
        f'{{"score":{ONE}}}\n{{"score":{OTHER}}}\n'.encode(),
        "application/jsonlines",
    )


def test_recordio(predictor: ForestPredictor, record_type: Any) -> None:
    body, content_type = answer(predictor, BODIES[RECORDIO], RECORDIO, RECORDIO)
    assert content_type == RECORDIO
    values = []
    while body:
        length = int.from_bytes(body[4:8], "little")
        payload, body = body[8 : 8 + length], body[8 + length + -length % 4 :]
        record = record_type.FromString(payload)
        values.append({name: each.float32_tensor.values[:] for name, each in record.label.items()})
    assert values == [{"score": [pytest.approx(ONE)]}, {"score": [pytest.approx(OTHER)]}]


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"1", "text/csv"),
        (b"1,2,3", "text/csv"),
        (b"1,x", "text/csv"),
        (b"", "text/csv"),
        (b"1,nan", "text/csv"),
        (b"1,2", "text/html"),
        (b"1,2", RECORDIO),
        (b"{}", "application/json"),
    ],
)
def test_bad_payloads(predictor: ForestPredictor, body: bytes, content_type: str) -> None:
    with pytest.raises(InferenceError) as caught:
        answer(predictor, body, content_type)
    assert (caught.value.status, caught.value.body) == (400, "unable to evaluate payload provided")


def test_a_row_as_far_away_as_can_be(predictor: ForestPredictor) -> None:
    body, _ = answer(predictor, b"3e38,-3e38", "text/csv")
    (entry,) = json.loads(body)["scores"]
    assert entry["score"] == pytest.approx(np.log2(21))


@pytest.mark.parametrize("accept", ["image/png", "text/csv"])
def test_a_type_that_the_container_does_not_write(predictor: ForestPredictor, accept: str) -> None:
    with pytest.raises(InferenceError) as caught:
        answer(predictor, b"1,2", "text/csv", accept)
    assert caught.value.status == 406


@pytest.mark.parametrize("files", [{}, {"model_algo-1": b"no forest"}])
def test_model_data_without_a_model(files: dict[str, bytes]) -> None:
    with pytest.raises(ArtifactError):
        RandomCutForestServing().load(
            ModelData(files), document={}, environment={}, log=lambda _: None
        )


def test_the_guide_says_what_the_answers_mean(predictor: ForestPredictor) -> None:
    guide = predictor.guide()
    assert guide.columns == 2
    assert guide.members["score"].startswith(
        "How anomalous the row is in 20 trees: the higher, the more, up to 4.39."
    )
