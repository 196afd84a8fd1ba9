"""Scores and gradients, against the definition and finite differences."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array
from tests.algorithms.factorization_machines.reference import scores

from sagemock.algorithms.factorization_machines import FactorizationMachinesModel
from sagemock.algorithms.factorization_machines.machine import (
    MachineRows,
    backward,
    forward,
    touched,
)


@pytest.fixture
def features() -> np.ndarray:
    generator = np.random.default_rng(0)
    rows = generator.normal(size=(7, 5))
    rows[generator.random(rows.shape) < 0.5] = 0
    return rows


@pytest.mark.parametrize("make", [np.float32, csr_array], ids=["dense", "sparse"])
def test_scores_are_those_of_the_definition(features: np.ndarray, make) -> None:
    generator = np.random.default_rng(1)
    columns = generator.normal(size=(5, 4))
    expected = scores(features, 0.5, columns[:, -1], columns[:, :-1])
    rows = MachineRows.of(make(features.astype(np.float32)))
    computed = forward(rows, np.float32([0.5]), columns.astype(np.float32)).scores
    np.testing.assert_allclose(computed, expected, rtol=1e-4, atol=1e-5)
    model = FactorizationMachinesModel("regressor", 0.5, columns.astype(np.float32), sparse=False)
    predicted = model.predict(make(features.astype(np.float32))).scores
    np.testing.assert_allclose(predicted, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("predictor_type", ["regressor", "binary_classifier"])
@pytest.mark.parametrize("make", [np.float32, csr_array], ids=["dense", "sparse"])
def test_a_prediction_depends_on_its_row_alone(make, predictor_type) -> None:
    generator = np.random.default_rng(1)
    columns = generator.normal(0, 0.05, (300, 9)).astype(np.float32)
    model = FactorizationMachinesModel(predictor_type, 0.5, columns, sparse=False)
    rows = make(generator.normal(size=(60, 300)).astype(np.float32))
    alone = [model.predict(rows[[index]]).scores[0] for index in range(60)]
    together = model.predict(rows).scores
    assert together.dtype == np.float32
    assert together.tolist() == alone


def test_a_large_feature_alone_has_no_pairs() -> None:
    columns = np.float32([[0.1, 0.7, 2], [1, 1, 1]])
    model = FactorizationMachinesModel("regressor", 0.5, columns, sparse=False)
    assert model.predict(np.float32([[33_333, 0]])).scores.tolist() == [66_666.5]


@pytest.mark.parametrize("make", [np.asarray, csr_array], ids=["dense", "sparse"])
def test_gradients_are_finite_differences(features: np.ndarray, make) -> None:
    generator = np.random.default_rng(2)
    columns, weights = generator.normal(size=(5, 4)), generator.normal(size=7)
    rows, bias = MachineRows.of(make(features)), np.zeros(1)

    def total(changed: np.ndarray) -> float:
        return float(weights @ forward(rows, bias, changed).scores)

    gradient = backward(rows, forward(rows, bias, columns), columns, weights)
    for index in np.ndindex(*columns.shape):
        step = np.zeros_like(columns)
        step[index] = 1e-6
        difference = (total(columns + step) - total(columns - step)) / 2e-6
        assert gradient[index] == pytest.approx(difference, rel=1e-5, abs=1e-7)


def test_touched_columns_of_rows_without_values() -> None:
    matrix, columns = touched(csr_array((3, 5), dtype=np.float32))
    assert matrix.shape == (3, 0)
    assert columns.tolist() == []
