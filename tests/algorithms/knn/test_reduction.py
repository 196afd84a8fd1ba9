"""Random projections nearly keep distances, and are determined by their seed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.linalg import hadamard
from scipy.sparse import csr_array

from sagemock.algorithms.knn.reduction import Reduction

KINDS: list[Any] = ["sign", "fjlt"]


@pytest.mark.parametrize("kind", KINDS)
def test_distances_are_nearly_kept(kind: Any) -> None:
    generator = np.random.default_rng(0)
    rows = generator.normal(0, 1, (60, 1000)).astype(np.float32)
    projected = Reduction(kind, 3, 1000, 500).apply(rows)
    assert (projected.shape, projected.dtype) == ((60, 500), np.float32)

    def squared(table: np.ndarray) -> Any:
        return ((table[:, np.newaxis].astype(np.float64) - table) ** 2).sum(axis=2)

    pairs = np.triu_indices(60, 1)
    ratios = squared(projected)[pairs] / squared(rows)[pairs]
    assert ratios.mean() == pytest.approx(1, abs=0.02)
    assert (abs(ratios - 1) < 0.4).all()


@pytest.mark.parametrize("kind", KINDS)
def test_the_expected_squared_length_stays(kind: Any) -> None:
    row = np.array([[3, 0, 0, 0, 4]], np.float32)
    squares = [
        float((Reduction(kind, seed, 5, 2).apply(row).astype(np.float64) ** 2).sum())
        for seed in range(3000)
    ]
    assert np.mean(squares) == pytest.approx(25, rel=0.06)


@pytest.mark.parametrize("kind", KINDS)
def test_the_seed_determines_it(kind: Any) -> None:
    rows = np.random.default_rng(0).normal(0, 1, (4, 9)).astype(np.float32)
    one, same, other = (Reduction(kind, seed, 9, 3).apply(rows) for seed in (5, 5, 6))
    assert one.tobytes() == same.tobytes() != other.tobytes()


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_linear_and_takes_sparse_rows(kind: Any) -> None:
    rows = np.random.default_rng(0).normal(0, 1, (4, 9)).astype(np.float32)
    matrix = Reduction(kind, 5, 9, 3).apply(np.eye(9, dtype=np.float32))
    projected = Reduction(kind, 5, 9, 3).apply(rows)
    np.testing.assert_allclose(projected, rows @ matrix, rtol=1e-4, atol=1e-6)
    sparse = Reduction(kind, 5, 9, 3).apply(csr_array(rows))
    assert sparse.tobytes() == projected.tobytes()


def test_the_entries_of_the_signs() -> None:
    matrix = Reduction("sign", 5, 40, 4).apply(np.eye(40, dtype=np.float32))
    assert set(matrix.ravel().tolist()) == {0.5, -0.5}


def test_the_fast_transform_is_one_of_hadamard() -> None:
    """Its matrix has different columns of Hadamard's, with the signs of rows changed."""
    matrix = Reduction("fjlt", 5, 16, 6).apply(np.eye(16, dtype=np.float32)) * np.sqrt(6)
    signs = matrix[:, :1] * matrix
    columns = {tuple(column) for column in hadamard(16).T}
    chosen = {tuple(column) for column in signs.T.round(6)}
    assert len(chosen) == 6
    assert chosen <= columns
