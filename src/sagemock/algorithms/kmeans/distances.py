"""Distances of rows to centers, and sums of the rows of each center."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sagemock.algorithms.base import Doubles, Features, is_sparse
from sagemock.algorithms.kmeans.stopwatch import Lap, untimed

Indices = NDArray[np.int64]

BLOCK = 1 << 16
"""Numbers in a temporary array; rows are processed in blocks. That bounds memory and keeps the
intermediate results in the cache. Larger arrays would be returned to the system each time, which
takes twice as long."""


class Nearest(NamedTuple):
    """For each row the index of its nearest center (rows,), and the squared distance (rows,)."""

    center: Indices
    squared: Doubles


def nearest(rows: Features | Doubles, centers: Doubles) -> Nearest:
    """The nearest center of each row by squared Euclidean distance.

    Parameters
    ----------
    rows
        (rows, columns), dense or sparse.
    centers
        (centers, columns).

    Notes
    -----
    The nearest center minimises ||c||^2 - 2 x.c, which is ||x - c||^2 less a constant of the row;
    of equally near ones it is the first. For dense rows the distance to it is computed from the
    differences, since the expanded form loses the digits of small distances.

    Examples
    --------
    >>> center, squared = nearest(np.array([[0.0, 3], [4, 1]]), np.array([[0.0, 0], [4, 0]]))
    >>> center.tolist(), squared.tolist()
    ([0, 1], [9.0, 1.0])
    """
    count = rows.shape[0]
    index, squared = np.empty(count, np.int64), np.empty(count)
    for block, part, best, scores in _scored(rows, centers, untimed):
        index[block] = best
        if is_sparse(part):
            # Rounding may give less than 0.
            squared[block] = np.maximum(_squares(part) + scores, 0)
        else:
            squared[block] = _squares(part - centers[best])
    return Nearest(index, squared)


class Assigned(NamedTuple):
    """For each row the index of its nearest center (rows,), and the sum of squared distances."""

    center: Indices
    loss: float


def assigned(rows: Features, centers: Doubles, lap: Lap = untimed) -> Assigned:
    """The nearest center of each row, and how far all of them are together.

    It takes less time than `nearest`: the sum is computed from the expanded form, in doubles, which
    have the digits of distances between rows of float32.

    Parameters
    ----------
    rows
        (rows, columns), dense or sparse.
    centers
        (centers, columns).
    lap
        Called at the end of each step, for those who measure.

    Examples
    --------
    >>> rows = np.float32([[0, 3], [4, 1]])
    >>> center, loss = assigned(rows, np.array([[0.0, 0], [4, 0]]))
    >>> center.tolist(), loss
    ([0, 1], 10.0)
    """
    index = np.empty(rows.shape[0], np.int64)
    loss = 0.0
    for block, part, best, scores in _scored(rows, centers, lap):
        index[block] = best
        numbers = part.data.astype(np.float64) if is_sparse(part) else part.ravel()
        loss += float(numbers @ numbers)
        lap("norms of rows")
        loss += float(scores.sum())
        lap("loss")
    return Assigned(index, max(loss, 0.0))


def _scored(
    rows: Features | Doubles, centers: Doubles, lap: Lap
) -> Iterator[tuple[slice, Features | Doubles, Indices, Doubles]]:
    """Each block of rows, in doubles if dense, with the index and the score of its nearest centers.

    The score is ||c||^2 - 2 x.c.
    """
    norms = _squares(centers)
    lap("norms of centers")
    width = len(centers) if is_sparse(rows) else max(centers.shape)
    for block in blocks(rows.shape[0], width):
        part = rows[block] if is_sparse(rows) else _doubles(rows[block])
        lap("loading rows")
        scores = part @ centers.T
        scores *= -2
        scores += norms
        lap("inner products")
        best = scores.argmin(axis=1)
        lap("differences")
        yield block, part, best, scores[np.arange(len(best)), best]


def squared_to(rows: Features | Doubles, center: Doubles) -> Doubles:
    """||x - c||^2 of each row and one center; rows (rows, columns), center (columns,).

    Examples
    --------
    >>> print(squared_to(np.array([[0.0, 3], [4, 0]]), np.array([0.0, 0])))
    [ 9. 16.]
    """
    return nearest(rows, center[np.newaxis]).squared


def sums(rows: Features | Doubles, groups: Indices, count: int, lap: Lap = untimed) -> Doubles:
    """The sum of the rows of each group, (count, columns).

    Parameters
    ----------
    rows
        (rows, columns), dense or sparse.
    groups
        (rows,), the group of each row, from 0 to `count` - 1.
    lap
        Called at the end of each step, for those who measure.

    Examples
    --------
    >>> print(sums(np.array([[1.0, 1], [2, 2], [3, 3]]), np.array([1, 0, 1]), 2))
    [[2. 2.]
     [4. 4.]]
    """
    if is_sparse(rows):
        from scipy.sparse import csr_array

        size = len(groups)
        members = csr_array((np.ones(size), (groups, np.arange(size))), shape=(count, size))
        lap("grouping")
        total: Doubles = (members @ rows).toarray()
        lap("sums")
        return total
    total = np.zeros((count, rows.shape[1]))
    order = np.argsort(groups, kind="stable")
    ends = np.cumsum(np.bincount(groups, minlength=count))
    lap("grouping")
    # One sum per group works along the columns, which is faster than `np.add.reduceat`.
    for group, (start, end) in enumerate(pairwise([0, *ends])):
        for block in blocks(end - start, rows.shape[1]):
            total[group] += rows[order[start:end][block]].sum(axis=0, dtype=np.float64)
    lap("sums")
    return total


def blocks(rows: int, width: int) -> Iterator[slice]:
    """Slices of `rows` rows, such that a slice has at most `BLOCK` numbers, `width` for each row.

    Examples
    --------
    >>> [(block.start, block.stop) for block in blocks(5, width=BLOCK // 2)]
    [(0, 2), (2, 4), (4, 6)]
    """
    size = max(1, BLOCK // max(1, width))
    return (slice(start, start + size) for start in range(0, rows, size))


def _squares(rows: Features | Doubles) -> Doubles:
    """||x||^2 of each row."""
    if is_sparse(rows):
        numbers = rows.astype(np.float64)
        return np.asarray(numbers.multiply(numbers).sum(axis=1))
    squares: Doubles = np.einsum("ij,ij->i", rows, rows)
    return squares


def _doubles(rows: Features | Doubles) -> Doubles:
    return np.asarray(rows, np.float64)


def dense(rows: Features | Doubles) -> Doubles:
    """Rows (rows, columns) as a new array of float64."""
    return np.array(rows.toarray() if is_sparse(rows) else rows, np.float64)
