"""Classifiers and sparse rows; the tests of all algorithms have the rest."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_array
from tests.containers.first_party.test_every_serving import answer, payloads
from tests.formats.conftest import record_type

from sagemock.algorithms.factorization_machines import FactorizationMachinesModel
from sagemock.algorithms.factorization_machines.hyperparameters import PredictorType
from sagemock.containers.factorization_machines.serving import MachinePredictor
from sagemock.formats.recordio import encode

__all__ = ["record_type"]

RECORDIO = "application/x-recordio-protobuf"
ROWS = np.float32([[1, 1], [1, 0]])


def predictor(kind: PredictorType = "regressor") -> MachinePredictor:
    """The score of [x, y] is 3 x y + x + 2 y - 4: for [1, 1] it is 2, for [1, 0] it is -3."""
    columns = np.float32([[3, 1], [1, 2]])
    return MachinePredictor(FactorizationMachinesModel(kind, -4.0, columns, sparse=False))


def test_sparse_records() -> None:
    assert answer(predictor(), encode(csr_array(ROWS)), RECORDIO) == (
        b'{"predictions": [{"score": 2.0}, {"score": -3.0}]}',
        "application/json",
    )


def test_a_classifier_has_a_probability_and_a_label() -> None:
    body, _ = answer(predictor("binary_classifier"), encode(ROWS), RECORDIO)
    one, other = json.loads(body)["predictions"]
    assert body.startswith(b'{"predictions": [{"score": 0.88079')
    assert one == {"score": pytest.approx(0.880797), "predicted_label": 1.0}
    assert other == {"score": pytest.approx(0.0474259), "predicted_label": 0.0}
    assert b'"predicted_label": 1.0}' in body


def test_records_of_a_classifier(record_type: Any) -> None:
    body, _ = answer(predictor("binary_classifier"), encode(ROWS), RECORDIO, RECORDIO)
    record, _ = map(record_type.FromString, payloads(body))
    values = {name: each.float32_tensor.values[:] for name, each in record.label.items()}
    assert values == {"score": [pytest.approx(0.880797)], "predicted_label": [1.0]}


def test_scores_have_the_digits_of_a_float32() -> None:
    body = b'{"instances": [{"features": [0.1, 0]}]}'
    assert answer(predictor(), body, "application/json")[0] == (
        b'{"predictions": [{"score": -3.9000000953674316}]}'
    )


def test_the_guide_says_what_the_answers_mean() -> None:
    guide = predictor("binary_classifier").guide()
    assert guide.columns == 2
    assert guide.members == {
        "score": "The probability of class 1, from 0 to 1.",
        "predicted_label": "1 if the score is at least 0.5, else 0.",
    }
    assert list(predictor().guide().members) == ["score"]
