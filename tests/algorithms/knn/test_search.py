"""The search against brute force: scikit-learn's, and one in double precision."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from sklearn.neighbors import NearestNeighbors

from sagemock.algorithms.knn import search
from sagemock.algorithms.knn.search import ExactSearch


def brute(rows: np.ndarray, queries: np.ndarray, k: int, metric: str) -> tuple[Any, Any]:
    """Indices and distances by all differences; of equal ones the first."""
    x, q = rows.astype(np.float64), queries.astype(np.float64)
    if metric == "L2":
        apart = np.stack([np.einsum("ij,ij->i", row - x, row - x) for row in q])
    else:
        apart = -np.stack([np.einsum("ij,ij->i", np.broadcast_to(row, x.shape), x) for row in q])
    order = np.argsort(apart, axis=1, kind="stable")[:, :k]
    found = np.take_along_axis(apart, order, axis=1)
    return order, found if metric == "L2" else -found


@pytest.fixture(scope="module")
def generator() -> np.random.Generator:
    return np.random.default_rng(0)


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
def test_the_neighbors_are_those_of_scikit_learn(digits: Any, metric: str) -> None:
    rows, queries = digits.images[:800], digits.images[800:]
    if metric == "cosine":
        rows, queries = (
            each / np.linalg.norm(each, axis=1, keepdims=True) for each in (rows, queries)
        )
    judge = NearestNeighbors(n_neighbors=7, algorithm="brute", metric=metric)
    distances, indices = judge.fit(rows.astype(np.float64)).kneighbors(queries)
    found = ExactSearch(rows, "L2" if metric == "euclidean" else "INNER_PRODUCT").nearest(
        queries, 7
    )
    assert (found.rows == indices).all()
    expected = distances**2 if metric == "euclidean" else 1 - distances
    np.testing.assert_allclose(found.distances, expected, atol=1e-6)


@pytest.mark.parametrize("metric", ["L2", "INNER_PRODUCT"])
@pytest.mark.parametrize(
    ("count", "columns", "k"), [(1, 1, 1), (300, 3, 1), (5000, 2, 40), (9000, 5, 4500)]
)
def test_several_blocks(
    generator: np.random.Generator, count: int, columns: int, k: int, metric: Any
) -> None:
    rows = generator.normal(3, 2, (count, columns)).astype(np.float32)
    queries = generator.normal(0, 2, (300 if k < 100 else 5, columns)).astype(np.float32)
    found = ExactSearch(rows, metric).nearest(queries, k)
    indices, distances = brute(rows, queries, k, metric)
    assert (found.rows == indices).all()
    np.testing.assert_allclose(found.distances, distances, rtol=1e-12)


def test_equally_near_rows_come_in_their_order(generator: np.random.Generator) -> None:
    rows = generator.integers(0, 2, (9000, 4)).astype(np.float32)
    queries = rows[:20]
    found = ExactSearch(rows, "L2").nearest(queries, 50)
    assert (found.rows == brute(rows, queries, 50, "L2")[0]).all()


def test_rows_that_differ_in_the_last_digit() -> None:
    """Their distances are lost in single precision, and so are products of these numbers."""
    rows = np.full((6000, 3), 1e6, np.float32)
    rows[:, 0] += np.arange(6000) / 16 % 300
    queries = rows[[5, 4321]]
    found = ExactSearch(rows, "L2").nearest(queries, 9)
    indices, distances = brute(rows, queries, 9, "L2")
    assert (found.rows == indices).all()
    assert (found.distances == distances).all()


@pytest.mark.parametrize("scale", [1e-38, 1e-20, 1e20, 1e37])
def test_numbers_at_the_ends_of_single_precision(
    generator: np.random.Generator, scale: float
) -> None:
    rows = (generator.normal(0, 1, (200, 3)) * scale).astype(np.float32)
    found = ExactSearch(rows, "L2").nearest(rows[:9], 5)
    assert (found.rows == brute(rows, rows[:9], 5, "L2")[0]).all()


@pytest.mark.parametrize("metric", ["L2", "INNER_PRODUCT"])
def test_queries_that_are_far_away(generator: np.random.Generator, metric: Any) -> None:
    rows = (generator.normal(0, 1, (5000, 2)) * 1e-30).astype(np.float32)
    queries = np.array([[3e38, 1e38], [0, 0], [-1e20, 5]], np.float32)
    found = ExactSearch(rows, metric).nearest(queries, 3)
    assert (found.rows == brute(rows, queries, 3, metric)[0]).all()


def test_all_rows_if_there_are_fewer() -> None:
    rows = np.array([[3], [1]], np.float32)
    assert ExactSearch(rows, "L2").nearest(rows[1:], 5).rows.tolist() == [[1, 0]]


def test_no_queries() -> None:
    search = ExactSearch(np.ones((3, 2), np.float32), "L2")
    assert search.nearest(np.empty((0, 2), np.float32), 2).rows.shape == (0, 2)


def test_few_pairs_are_measured(
    generator: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The product decides about nearly all of them."""
    rows = generator.normal(0, 1, (50_000, 20)).astype(np.float32)
    measured = []
    original = ExactSearch._measured

    def counted(self: ExactSearch, queries: Any, query: Any, row: Any) -> Any:
        measured.append(len(query))
        return original(self, queries, query, row)

    monkeypatch.setattr(ExactSearch, "_measured", counted)
    ExactSearch(rows, "L2").nearest(rows[: search.QUERIES], 10)
    assert sum(measured) < search.QUERIES * 10 * 8


@given(st.data())
def test_any_numbers(data: st.DataObject) -> None:
    columns = data.draw(st.integers(1, 3))
    of_any = arrays.arrays(
        np.float32,
        st.tuples(st.integers(1, 12), st.just(columns)),
        elements=st.floats(-1000, 1000, width=32),
    )
    rows, queries = data.draw(of_any), data.draw(of_any)
    k = data.draw(st.integers(1, len(rows)))
    for metric in ("L2", "INNER_PRODUCT"):
        found = ExactSearch(rows, metric).nearest(queries, k)
        indices, distances = brute(rows, queries, k, metric)
        assert (found.rows == indices).all()
        np.testing.assert_allclose(found.distances, distances)
