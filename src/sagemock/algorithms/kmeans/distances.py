"""Distances of rows to centers, and sums of the rows of each center."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sagemock.algorithms.base import Doubles, Features, is_sparse

Indices = NDArray[np.int64]

BLOCK = 1 << 16
"""Numbers of a temporary array: rows are taken in blocks. So memory stays bounded, and what a step
computes stays in the cache; larger arrays are given back to the system each time, which takes
twice as long."""


class Nearest(NamedTuple):
    """For each row the index of its nearest center, (rows,), and the squared distance, (rows,)."""

    center: Indices
    squared: Doubles


def nearest(rows: Features | Doubles, centers: Doubles) -> Nearest:
    """The nearest center of each row by squared Euclidean distance.

    The center minimises ||c||^2 - 2 x.c, which is ||x - c||^2 less a constant of the row; of
    equally near ones it is the first. For dense rows the distance to that one is computed from
    the differences, since the expanded form loses the digits of small distances.

    Parameters
    ----------
    rows
        (rows, columns), dense or sparse.
    centers
        (centers, columns).
    """
    count = rows.shape[0]
    index, squared = np.empty(count, np.int64), np.empty(count)
    norms = _squares(centers)
    width = len(centers) if is_sparse(rows) else max(centers.shape)
    for block in blocks(count, width):
        part = rows[block] if is_sparse(rows) else _doubles(rows[block])
        scores = part @ centers.T
        scores *= -2
        scores += norms
        best = scores.argmin(axis=1)
        index[block] = best
        if is_sparse(part):
            # Rounding may lead below 0.
            lowest = scores[np.arange(len(best)), best]
            squared[block] = np.maximum(_squares(part) + lowest, 0)
        else:
            squared[block] = _squares(part - centers[best])
    return Nearest(index, squared)


def squared_to(rows: Features | Doubles, center: Doubles) -> Doubles:
    """||x - c||^2 of each row to one center; rows (rows, columns), center (columns,)."""
    return nearest(rows, center[np.newaxis]).squared


def sums(rows: Features | Doubles, groups: Indices, count: int) -> Doubles:
    """The sum of the rows of each group, (count, columns).

    Parameters
    ----------
    rows
        (rows, columns), dense or sparse.
    groups
        (rows,), the group of each row, from 0 to `count` - 1.
    """
    if is_sparse(rows):
        from scipy.sparse import csr_array

        size = len(groups)
        members = csr_array((np.ones(size), (groups, np.arange(size))), shape=(count, size))
        total: Doubles = (members @ rows).toarray()
        return total
    total = np.zeros((count, rows.shape[1]))
    order = np.argsort(groups, kind="stable")
    ends = np.cumsum(np.bincount(groups, minlength=count))
    # A sum for each group runs along the columns, which is faster than `np.add.reduceat`.
    for group, (start, end) in enumerate(pairwise([0, *ends])):
        for block in blocks(end - start, rows.shape[1]):
            total[group] += rows[order[start:end][block]].sum(axis=0, dtype=np.float64)
    return total


def blocks(rows: int, width: int) -> Iterator[slice]:
    """Slices of so many rows that `width` numbers for each of them are no more than `BLOCK`."""
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
    """Rows (rows, columns) as an array of float64; a copy."""
    return np.array(rows.toarray() if is_sparse(rows) else rows, np.float64)
