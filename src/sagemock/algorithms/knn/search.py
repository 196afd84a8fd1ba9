"""Exact search: the nearest rows of an index by brute force, with one matrix product per block.

The product is in single precision, which decides only which rows may be among the nearest; those
are measured in double precision. So the result is exact, at the price of the fast product.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sagemock.algorithms.base import Doubles, FloatArray
from sagemock.algorithms.knn.hyperparameters import Metric
from sagemock.algorithms.knn.nearest import BestRows, Indices

QUERIES, ROWS = 256, 4096
"""Queries, and rows of the index, in one matrix product."""

PAIR_NUMBERS = 1 << 17
"""Numbers of the temporary arrays while pairs of rows are measured."""

MAX_LENGTH = 1e15
"""A query this many times as long as the rows is measured against all of them: its square may not
fit into single precision."""


class Neighbors(NamedTuple):
    """The nearest rows of each query, nearest first.

    Attributes
    ----------
    rows
        (queries, k), indices.
    distances
        (queries, k): squared Euclidean distances, or inner products for the other metrics.
    """

    rows: Indices
    distances: Doubles


class ExactSearch:
    """The rows that queries are compared with.

    Parameters
    ----------
    rows
        (rows, columns), float32; normalised for cosines.
    metric
        `L2` for the Euclidean distance, which is smallest for the nearest rows; else the inner
        product, which is greatest for them.

    Notes
    -----
    Of ||q - x||^2 = ||q||^2 - 2 q.x + ||x||^2 the last two terms order the rows. They are one
    product, of (-2 q, 1) and (x, ||x||^2), and differ from their true value by no more than
    (d + 6) 2^-24 (2 |q| |x| + |x|^2) for d columns. A row is measured if its score is within that
    bound of the k-th best distance so far. The rows are first centered, and scaled to lengths
    of about 1, so that the bound is small. Of equally near rows the first ones are chosen.

    References
    ----------
    N. J. Higham (2002), *Accuracy and Stability of Numerical Algorithms*, section 3.1, for the
    bound of an inner product.

    Examples
    --------
    >>> rows = np.array([[0, 0], [3, 4], [1, 0]], np.float32)
    >>> neighbors = ExactSearch(rows, "L2").nearest(np.array([[0, 0]], np.float32), 2)
    >>> neighbors.rows.tolist(), neighbors.distances.tolist()
    ([[0, 2]], [[0.0, 1.0]])
    >>> ExactSearch(rows, "INNER_PRODUCT").nearest(np.array([[1, 1]], np.float32), 1).rows.item()
    1
    """

    def __init__(self, rows: FloatArray, metric: Metric) -> None:
        self._rows = rows
        self._euclidean = metric == "L2"
        columns = rows.shape[1]
        greatest = max(float(rows.max(initial=0)), -float(rows.min(initial=0)))
        # A power of two changes no digits.
        self._scale = 2.0 ** -math.ceil(math.log2(greatest * math.sqrt(columns) or 1.0))
        self._center = np.zeros(columns, np.float32)
        if self._euclidean and len(rows):
            self._center[:] = rows.mean(axis=0, dtype=np.float64) * self._scale
        self._operand = np.empty((len(rows), columns + self._euclidean), np.float32)
        squares = 0.0
        for start in range(0, len(rows), ROWS):
            block = self._operand[start : start + ROWS]
            block[:, :columns] = self._centered(rows[start : start + ROWS])
            numbers = block[:, :columns].astype(np.float64)
            of_rows = _inner(numbers, numbers)
            squares = max(squares, float(of_rows.max()))
            if self._euclidean:
                block[:, columns] = of_rows
        self._length = math.sqrt(squares)

    def _centered(self, rows: NDArray[Any]) -> NDArray[Any]:
        scaled: NDArray[Any] = rows * rows.dtype.type(self._scale)
        scaled -= self._center
        return scaled

    def nearest(self, queries: FloatArray, k: int) -> Neighbors:
        """The k nearest rows of each query (queries, columns); all rows if there are fewer."""
        k = min(k, len(self._rows))
        rows = np.empty((len(queries), k), np.int64)
        distances = np.empty((len(queries), k))
        for start in range(0, len(queries), QUERIES):
            block = slice(start, start + QUERIES)
            rows[block], distances[block] = self._search(queries[block], k)
        return Neighbors(rows, distances if self._euclidean else -distances)

    def _search(self, queries: FloatArray, k: int) -> tuple[Indices, Doubles]:
        best = BestRows(len(queries), k)
        exact = queries.astype(np.float64)
        operand, squares, bounds = self._prepared(exact)
        scores = np.empty((len(queries), min(ROWS, len(self._rows))), np.float32)
        near = np.empty(scores.shape, bool)
        limits = np.full(len(queries), np.inf, np.float32)
        for start in range(0, len(self._rows), ROWS):
            block = self._operand[start : start + ROWS]
            if len(block) < ROWS:
                scores, near = scores[:, : len(block)].copy(), near[:, : len(block)].copy()
            np.matmul(operand, block.T, out=scores)
            if start == 0 and len(block) > k:
                limits = _rounded_up(np.partition(scores, k - 1)[:, k - 1] + 2 * bounds)
            elif best.ripe and (worst := best.worst()) is not None:
                limits = _rounded_up(worst * self._scale**2 - squares + bounds)
            np.less_equal(scores, limits[:, np.newaxis], out=near)
            query, row = np.divmod(np.flatnonzero(near), len(block))
            row += start
            best.add(query, row, self._measured(exact, query, row))
        return best.result()

    def _prepared(self, queries: Doubles) -> tuple[FloatArray, Doubles, Doubles]:
        """The operand of the product, what scores lack of distances, and the bounds of scores."""
        centered = self._centered(queries)
        squares = _inner(centered, centered)
        lengths = np.sqrt(squares)
        far = ~(lengths <= MAX_LENGTH)
        centered[far] = 0
        operand = (centered * -2 if self._euclidean else -centered).astype(np.float32)
        if self._euclidean:
            operand = np.column_stack([operand, np.ones(len(queries), np.float32)])
        bounds = (queries.shape[1] + 6) * 2.0**-24 * self._length * (2 * lengths + self._length)
        bounds[far] = np.inf
        return operand, squares if self._euclidean else np.zeros(len(queries)), bounds

    def _measured(self, queries: Doubles, query: Indices, row: Indices) -> Doubles:
        """How far each pair is apart: the less, the nearer."""
        distances = np.empty(len(query))
        size = max(1, PAIR_NUMBERS // queries.shape[1])
        for start in range(0, len(query), size):
            pairs = slice(start, start + size)
            left = queries[query[pairs]]
            if self._euclidean:
                left -= self._rows[row[pairs]]
                distances[pairs] = _inner(left, left)
            else:
                distances[pairs] = -_inner(left, self._rows[row[pairs]])
        return distances


def _rounded_up(limits: Doubles) -> FloatArray:
    """Limits in single precision that are no smaller."""
    with np.errstate(over="ignore"):
        return np.nextafter(limits.astype(np.float32), np.float32(np.inf))


def _inner(left: NDArray[Any], right: NDArray[Any]) -> Doubles:
    """The inner product of each pair of rows, in double precision."""
    doubles = (np.asarray(each, np.float64) for each in (left, right))
    products: Doubles = np.einsum("ij,ij->i", *doubles)
    return products
