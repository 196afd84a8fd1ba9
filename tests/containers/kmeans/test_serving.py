"""Answers of a loaded model, byte for byte, in each content type."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from sagemock.algorithms.kmeans import Assignments, KMeansModel
from sagemock.containers.base import (
    ArtifactError,
    InferenceError,
    InferenceRequest,
    ModelData,
)
from sagemock.containers.kmeans.artifact import pack_member
from sagemock.containers.kmeans.responses import RENDERERS
from sagemock.containers.kmeans.serving import KMeansPredictor, KMeansServing
from sagemock.formats.recordio import encode

RECORDIO = "application/x-recordio-protobuf"
MODEL = KMeansModel(np.array([[0, 0], [10, 0], [0, 10]], np.float32))


@pytest.fixture
def predictor() -> KMeansPredictor:
    files = {"model_algo-1": pack_member(MODEL)}
    return KMeansServing().load(ModelData(files), document={}, environment={}, log=lambda _: None)


def answer(
    predictor: KMeansPredictor, body: bytes, content_type: str, accept: str | None = None
) -> tuple[bytes, str | None]:
    response = predictor.invoke(InferenceRequest(body, content_type, accept))
    return response.body, response.content_type


# The row [7, 4] is the distance 5 from the center [10, 0].
BODIES = {
    "text/csv": b"0,0.5\n7,4",
    "text/csv;label_size=0": b"0,0.5\n7,4\n",
    "application/json": b'{"instances": [{"features": [0, 0.5]}, {"features": [7, 4]}]}',
    "application/jsonlines": b'{"features": [0, 0.5]}\n'
    b'{"data": {"features": {"values": [7, 4]}}}\n',
    RECORDIO: encode(np.array([[0, 0.5], [7, 4]], np.float32)),
}


@pytest.mark.parametrize("content_type", BODIES)
def test_every_content_type_of_a_request(predictor: KMeansPredictor, content_type: str) -> None:
    assert answer(predictor, BODIES[content_type], content_type) == (
        b'{"predictions": [{"closest_cluster": 0.0, "distance_to_cluster": 0.5}, '
        b'{"closest_cluster": 1.0, "distance_to_cluster": 5.0}]}',
        "application/json",
    )


def test_sparse_features(predictor: KMeansPredictor) -> None:
    tensor = {"keys": [1], "shape": [2], "values": [8.0]}
    body = json.dumps({"instances": [{"data": {"features": tensor}}]}).encode()
    assert answer(predictor, body, "application/json")[0] == (
        b'{"predictions": [{"closest_cluster": 2.0, "distance_to_cluster": 2.0}]}'
    )


def test_json_lines(predictor: KMeansPredictor) -> None:
    assert answer(predictor, BODIES["text/csv"], "text/csv", "application/jsonlines") == (
        b'{"closest_cluster": 0.0, "distance_to_cluster": 0.5}\n'
        b'{"closest_cluster": 1.0, "distance_to_cluster": 5.0}\n',
        "application/jsonlines",
    )


def test_csv(predictor: KMeansPredictor) -> None:
    assert answer(predictor, BODIES["text/csv"], "text/csv", "text/csv") == (
        b"0.0,0.5\n1.0,5.0\n",
        "text/csv",
    )


def test_recordio(predictor: KMeansPredictor, record_type: Any) -> None:
    body, content_type = answer(predictor, BODIES[RECORDIO], RECORDIO, RECORDIO)
    assert content_type == RECORDIO
    values = []
    while body:
        assert body[:4] == bytes.fromhex("0a23d7ce")
        length = int.from_bytes(body[4:8], "little")
        payload, body = body[8 : 8 + length], body[8 + length + -length % 4 :]
        record = record_type.FromString(payload)
        values.append({name: each.float32_tensor.values[:] for name, each in record.label.items()})
        assert not record.features
        # A map of protobuf's has no order, but its bytes do.
        assert payload.index(b"closest_cluster") < payload.index(b"distance_to_cluster")
    assert values == [
        {"closest_cluster": [0.0], "distance_to_cluster": [0.5]},
        {"closest_cluster": [1.0], "distance_to_cluster": [5.0]},
    ]


def test_distances_have_the_digits_of_a_float32(predictor: KMeansPredictor) -> None:
    """As in recorded answers, such as 23.40593910217285."""
    body, _ = answer(predictor, b"1,1", "text/csv")
    assert json.loads(body)["predictions"][0]["distance_to_cluster"] == 1.4142135381698608


@given(
    arrays.arrays(np.float32, st.integers(1, 8), elements=st.floats(0, width=32)),
)
def test_every_form_has_the_same_numbers(distances: np.ndarray) -> None:
    clusters = np.arange(len(distances))
    assignments = Assignments(clusters, distances)
    expected = [
        {"closest_cluster": float(cluster), "distance_to_cluster": float(distance)}
        for cluster, distance in zip(clusters, distances, strict=True)
    ]
    written = {name: render(assignments) for name, render in RENDERERS.items()}
    # As Python's own writer has it, byte for byte.
    assert written["application/json"] == json.dumps({"predictions": expected}).encode()
    lines = "".join(json.dumps(each) + "\n" for each in expected)
    assert written["application/jsonlines"] == lines.encode()
    rows = "".join(f"{','.join(json.dumps(n) for n in each.values())}\n" for each in expected)
    assert written["text/csv"] == rows.encode()


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"1", "text/csv"),
        (b"1,2,3", "text/csv"),
        (b"1,x", "text/csv"),
        (b"", "text/csv"),
        (b"1,nan", "text/csv"),
        # The distance is infinite as a float32, which is no JSON.
        (b"3e38,3e38", "text/csv"),
        (b"1,2", "text/html"),
        (b"1,2", RECORDIO),
        (b"{}", "application/json"),
        (b'{"instances": []}', "application/json"),
        (b'{"features": [1]}', "application/jsonlines"),
    ],
)
def test_bad_payloads(predictor: KMeansPredictor, body: bytes, content_type: str) -> None:
    with pytest.raises(InferenceError) as caught:
        answer(predictor, body, content_type)
    assert (caught.value.status, caught.value.body) == (400, "unable to evaluate payload provided")


def test_a_type_that_the_container_does_not_write(predictor: KMeansPredictor) -> None:
    with pytest.raises(InferenceError) as caught:
        answer(predictor, b"1,2", "text/csv", "image/png")
    assert caught.value.status == 406


@pytest.mark.parametrize("files", [{}, {"model_algo-1": b"no arrays"}])
def test_model_data_without_a_model(files: dict[str, bytes]) -> None:
    with pytest.raises(ArtifactError):
        KMeansServing().load(ModelData(files), document={}, environment={}, log=lambda _: None)


def test_the_guide_says_what_the_answers_mean() -> None:
    guide = KMeansPredictor(KMeansModel(np.zeros((3, 5), np.float32))).guide()
    assert guide.columns == 5
    assert guide.members["closest_cluster"] == "The nearest of the 3 centers, counted from 0."
    assert guide.members["distance_to_cluster"].startswith("The Euclidean distance")
