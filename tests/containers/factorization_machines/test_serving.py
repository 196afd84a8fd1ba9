"""Answers of a loaded model, byte for byte, in each content type."""

from __future__ import annotations

import json
from typing import Any, get_args

import numpy as np
import pytest
from scipy.sparse import csr_array

from sagemock.algorithms.factorization_machines import FactorizationMachinesModel
from sagemock.algorithms.factorization_machines.hyperparameters import PredictorType
from sagemock.containers.base import ArtifactError, InferenceError, InferenceRequest, ModelData
from sagemock.containers.factorization_machines import parse_hyperparameters
from sagemock.containers.factorization_machines.artifact import pack_member
from sagemock.containers.factorization_machines.serving import (
    FactorizationMachinesServing,
    MachinePredictor,
)
from sagemock.formats.recordio import encode

RECORDIO = "application/x-recordio-protobuf"

# The score of [x, y] is 3 x y + x + 2 y - 4: for [1, 1] it is 2, for [1, 0] it is -3.
COLUMNS = np.float32([[3, 1], [1, 2]])


def predictor(kind: PredictorType = "regressor") -> MachinePredictor:
    job = parse_hyperparameters({"feature_dim": "2", "num_factors": "1", "predictor_type": kind})
    model = FactorizationMachinesModel(kind, -4.0, COLUMNS, sparse=False)
    files = {"model_algo-1": pack_member(model, job)}
    return FactorizationMachinesServing().load(
        ModelData(files), document={}, environment={}, log=lambda _: None
    )


def answer(
    kind: PredictorType, body: bytes, content_type: str, accept: str | None = None
) -> tuple[bytes, str | None]:
    response = predictor(kind).invoke(InferenceRequest(body, content_type, accept))
    return response.body, response.content_type


ROWS = np.float32([[1, 1], [1, 0]])
SPARSE = {"keys": [0], "shape": [2], "values": [1.0]}
BODIES = {
    "application/json": b'{"instances": [{"features": [1, 1]}, {"features": [1, 0]}]}',
    "application/jsonlines": b'{"features": [1, 1]}\n'
    + json.dumps({"data": {"features": SPARSE}}).encode(),
    RECORDIO: encode(ROWS),
    f"{RECORDIO}; sparse": encode(csr_array(ROWS)),
}


@pytest.mark.parametrize("content_type", BODIES)
def test_every_content_type_of_a_request(content_type: str) -> None:
    assert answer("regressor", BODIES[content_type], content_type) == (
        b'{"predictions": [{"score": 2.0}, {"score": -3.0}]}',
        "application/json",
    )


def test_a_classifier_has_a_probability_and_a_label() -> None:
    body, _ = answer("binary_classifier", BODIES[RECORDIO], RECORDIO)
    one, other = json.loads(body)["predictions"]
    assert body.startswith(b'{"predictions": [{"score": 0.88079')
    assert one == {"score": pytest.approx(0.880797), "predicted_label": 1.0}
    assert other == {"score": pytest.approx(0.0474259), "predicted_label": 0.0}
    assert b'"predicted_label": 1.0}' in body


def test_json_lines() -> None:
    assert answer("regressor", BODIES[RECORDIO], RECORDIO, "application/jsonlines") == (
        b'{"score": 2.0}\n{"score": -3.0}\n',
        "application/jsonlines",
    )


@pytest.mark.parametrize("kind", get_args(PredictorType))
def test_recordio(record_type: Any, kind: PredictorType) -> None:
    body, content_type = answer(kind, BODIES[RECORDIO], RECORDIO, RECORDIO)
    assert content_type == RECORDIO
    record = record_type.FromString(body[8 : 8 + int.from_bytes(body[4:8], "little")])
    values = {name: each.float32_tensor.values[:] for name, each in record.label.items()}
    expected = {"score": [2.0]}
    if kind == "binary_classifier":
        expected = {"score": [pytest.approx(0.880797)], "predicted_label": [1.0]}
    assert values == expected


def test_scores_have_the_digits_of_a_float32() -> None:
    body = b'{"instances": [{"features": [0.1, 0]}]}'
    assert answer("regressor", body, "application/json")[0] == (
        b'{"predictions": [{"score": -3.9000000953674316}]}'
    )


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"1,1", "text/csv"),
        (b"1,1", "text/csv;label_size=0"),
        (b"1,1", "text/html"),
        (b"1,1", RECORDIO),
        (b"", RECORDIO),
        (encode(np.float32([[1, 2, 3]])), RECORDIO),
        (b"{}", "application/json"),
        (b'{"instances": []}', "application/json"),
        # The score is infinite as a float32, which is no JSON.
        (b'{"instances": [{"features": [3e38, 3e38]}]}', "application/json"),
        (b'{"features": [1]}', "application/jsonlines"),
    ],
)
def test_bad_payloads(body: bytes, content_type: str) -> None:
    with pytest.raises(InferenceError) as caught:
        answer("regressor", body, content_type)
    assert (caught.value.status, caught.value.body) == (400, "unable to evaluate payload provided")


@pytest.mark.parametrize("accept", ["text/csv", "image/png"])
def test_a_type_that_the_container_does_not_write(accept: str) -> None:
    with pytest.raises(InferenceError) as caught:
        answer("regressor", BODIES[RECORDIO], RECORDIO, accept)
    assert caught.value.status == 406


@pytest.mark.parametrize("files", [{}, {"model_algo-1": b"no arrays"}])
def test_model_data_without_a_model(files: dict[str, bytes]) -> None:
    with pytest.raises(ArtifactError):
        FactorizationMachinesServing().load(
            ModelData(files), document={}, environment={}, log=lambda _: None
        )


def test_the_guide_says_what_the_answers_mean() -> None:
    guide = predictor("binary_classifier").guide()
    assert guide.columns == 2
    assert guide.members == {
        "score": "The probability of class 1, from 0 to 1.",
        "predicted_label": "1 if the score is at least 0.5, else 0.",
    }
    assert list(predictor().guide().members) == ["score"]
