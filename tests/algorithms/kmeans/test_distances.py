"""Nearest centers and sums of groups, against scipy and against loops."""

from __future__ import annotations

from typing import Any, ClassVar, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.sparse import csr_array
from scipy.spatial.distance import cdist

from sagemock.algorithms.kmeans import distances
from sagemock.algorithms.kmeans.distances import assigned, blocks, nearest, squared_to, sums
from sagemock.algorithms.kmeans.stopwatch import Step

NUMBERS = st.floats(-1e6, 1e6, width=32)


def random_rows(seed: int, shape: tuple[int, int]) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


@pytest.mark.parametrize("block", [7, 1 << 16])
@pytest.mark.parametrize("sparse", [False, True])
def test_nearest_is_the_minimum_of_all_distances(
    monkeypatch: pytest.MonkeyPatch, block: int, sparse: bool
) -> None:
    monkeypatch.setattr(distances, "BLOCK", block)
    rows, centers = random_rows(1, (60, 5)), random_rows(2, (9, 5)).astype(np.float64)
    rows[rows < 0.3] = 0
    squared = cdist(rows.astype(np.float64), centers, "sqeuclidean")
    nearest_centers = nearest(csr_array(rows) if sparse else rows, centers)
    assert (nearest_centers.center == squared.argmin(axis=1)).all()
    np.testing.assert_allclose(nearest_centers.squared, squared.min(axis=1), rtol=1e-9)


@pytest.mark.parametrize("offset", [0, 1e4])
@pytest.mark.parametrize("sparse", [False, True])
def test_assigned_rows_are_as_far_as_the_nearest_centers(sparse: bool, offset: float) -> None:
    rows = random_rows(1, (60, 5)) + np.float32(offset)
    centers = random_rows(2, (9, 5)).astype(np.float64) + offset
    expected = nearest(rows, centers)
    center, loss = assigned(csr_array(rows) if sparse else rows, centers)
    assert (center == expected.center).all()
    assert loss == pytest.approx(expected.squared.sum(), rel=1e-6)


class WatchedArray(np.ndarray):
    """An array that writes down what is done with it, and with what comes of that."""

    log: ClassVar[list[str]] = []

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        self.log.append(ufunc.__name__)
        plain = [
            each.view(np.ndarray) if isinstance(each, WatchedArray) else each for each in inputs
        ]
        if "out" in options:
            options["out"] = tuple(each.view(np.ndarray) for each in options["out"])
        result = getattr(ufunc, method)(*plain, **options)
        return result.view(WatchedArray)

    def argmin(self, *arguments: Any, **options: Any) -> Any:
        self.log.append("argmin")
        return self.view(np.ndarray).argmin(*arguments, **options)


def test_each_step_is_measured_from_its_own_begin_to_its_end() -> None:
    """The products of rows and centers, and then which center is the nearest."""
    WatchedArray.log.clear()
    centers = random_rows(2, (9, 5)).astype(np.float64).view(WatchedArray)
    assigned(random_rows(1, (60, 5)), centers, WatchedArray.log.append)
    steps, done = {}, []
    for entry in WatchedArray.log:
        if entry in get_args(Step):
            steps[entry] = done
            done = []
        else:
            done.append(entry)
    assert steps == {
        "norms of centers": [],
        "loading rows": [],
        "inner products": ["matmul", "multiply", "add"],
        "differences": ["argmin"],
        "norms of rows": [],
        "loss": ["add"],
    }


def test_the_first_of_equally_near_centers() -> None:
    rows = np.array([[0.0], [1.0]], np.float32)
    nearest_centers = nearest(rows, np.array([[-1.0], [1.0], [1.0]]))
    assert nearest_centers.center.tolist() == [0, 1]
    assert nearest_centers.squared.tolist() == [1, 0]


def test_small_distances_far_from_the_origin_keep_their_digits() -> None:
    rows = np.array([[1e6, 1e6]], np.float32)
    nearest_centers = nearest(rows, np.array([[1e6 + 0.001, 1e6]]))
    assert nearest_centers.squared[0] == pytest.approx(1e-6, rel=1e-6)


@given(
    arrays.arrays(np.float32, st.tuples(st.integers(1, 20), st.just(3)), elements=NUMBERS),
    arrays.arrays(np.float64, st.tuples(st.integers(1, 6), st.just(3)), elements=NUMBERS),
)
def test_no_center_is_nearer_than_the_nearest(rows: np.ndarray, centers: np.ndarray) -> None:
    nearest_centers = nearest(rows, centers)
    for row, index, squared in zip(rows.astype(np.float64), *nearest_centers, strict=True):
        others = ((centers - row) ** 2).sum(axis=1)
        assert squared == pytest.approx(others[index], rel=1e-9)
        # As near as the rounding of the expanded form can tell.
        scale = (row**2).sum() + (centers**2).sum(axis=1).max()
        assert squared <= others.min() + 1e-12 * scale


def test_squared_distances_to_one_center() -> None:
    rows = np.array([[3.0, 4.0], [0.0, 0.0]])
    assert squared_to(rows, np.array([0.0, 0.0])).tolist() == [25, 0]


@pytest.mark.parametrize("block", [7, 1 << 16])
@pytest.mark.parametrize("sparse", [False, True])
def test_sums_of_groups(monkeypatch: pytest.MonkeyPatch, block: int, sparse: bool) -> None:
    monkeypatch.setattr(distances, "BLOCK", block)
    rows = random_rows(3, (50, 4))
    groups = np.random.default_rng(4).integers(0, 6, 50)
    groups[groups == 2] = 3
    expected = np.zeros((6, 4))
    for row, group in zip(rows, groups, strict=True):
        expected[group] += row
    totals = sums(csr_array(rows) if sparse else rows, groups, 6)
    np.testing.assert_allclose(totals, expected, atol=1e-12)
    assert not totals[2].any()


@given(st.integers(1, 1000), st.integers(0, 10**7))
def test_blocks_cover_all_rows_in_order(rows: int, width: int) -> None:
    covered = [row for block in blocks(rows, width) for row in range(rows)[block]]
    assert covered == list(range(rows))
