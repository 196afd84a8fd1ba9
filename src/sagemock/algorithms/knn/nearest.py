"""The k nearest rows of many queries, found block by block."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sagemock.algorithms.base import Doubles

Indices = NDArray[np.int64]

MAX_WAITING = 1 << 20
"""Pairs that may wait before they are ranked."""


class BestRows:
    """The k nearest rows of each query so far.

    Parameters
    ----------
    queries, k
        How many queries, and how many rows of each.

    Notes
    -----
    Ranking takes time, and only tells which further rows need not be measured. So pairs wait, and
    are ranked when the number of blocks has doubled.

    Examples
    --------
    >>> best = BestRows(1, 2)
    >>> best.add(np.array([0, 0, 0]), np.array([0, 1, 2]), np.array([5.0, 1, 1]))
    >>> best.worst()
    array([1.])
    >>> best.result()
    (array([[1, 2]]), array([[1., 1.]]))
    """

    def __init__(self, queries: int, k: int) -> None:
        self._queries, self._k = queries, k
        self._waiting: list[tuple[Indices, Indices, Doubles]] = []
        self._pairs = self._blocks = 0
        self._next = 1

    @property
    def ripe(self) -> bool:
        """Whether it is time to rank."""
        return self._blocks >= self._next or self._pairs > MAX_WAITING

    def add(self, query: Indices, row: Indices, distance: Doubles) -> None:
        """Take further pairs, ordered by query, and by row for each; rows only ever increase."""
        self._waiting.append((query, row, distance))
        self._pairs += len(query)
        self._blocks += 1

    def worst(self) -> Doubles | None:
        """The distance of the k-th row of each query; None if one has fewer."""
        _, _, distance = self._ranked()
        if self._pairs < self._queries * self._k:
            return None
        return distance.reshape(self._queries, self._k)[:, -1]

    def result(self) -> tuple[Indices, Doubles]:
        """Rows and distances, both (queries, k), nearest first; of equally near ones the first."""
        _, row, distance = self._ranked()
        shape = (self._queries, self._k)
        return row.reshape(shape), distance.reshape(shape)

    def _ranked(self) -> tuple[Indices, Indices, Doubles]:
        """The best pairs, ordered by query and distance; nothing else is kept."""
        query, row, distance = (np.concatenate(parts) for parts in zip(*self._waiting, strict=True))
        # Stable sorts keep the order of the rows; numpy sorts numbers of 16 bits by radix.
        order = np.argsort(distance, kind="stable")
        order = order[np.argsort(query[order].astype(np.int16), kind="stable")]
        counts = np.bincount(query, minlength=self._queries)
        starts = np.repeat(np.cumsum(counts) - counts, counts)
        order = order[np.arange(len(order)) - starts < self._k]
        best = query[order], row[order], distance[order]
        self._waiting = [best]
        self._pairs = len(order)
        self._next = max(2 * self._blocks, 1)
        return best
