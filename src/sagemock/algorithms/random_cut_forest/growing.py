"""Grows all trees of a forest at once, level by level."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sagemock.algorithms.base import Doubles, FloatArray
from sagemock.algorithms.random_cut_forest.forest import LEAF, Integers, RandomCutForest

SMALL = 16
"""Rows of a node up to which its box is measured row by row, for all such nodes at once: numpy's
`reduceat` takes longer for each node than for some rows."""


def grow(rows: FloatArray, sizes: Integers, generator: np.random.Generator) -> RandomCutForest:
    """Grow a tree on each group of rows.

    Parameters
    ----------
    rows
        (rows, columns), float32, those of the first tree first.
    sizes
        (trees,), the rows of each tree, at least 1.
    generator
        The source of random numbers.

    Notes
    -----
    A node is cut in the column i with a probability in proportion to l_i, the length of its
    bounding box in that column, at a number drawn uniformly from that side of the box. Equal rows
    make a leaf.

    References
    ----------
    S. Guha, N. Mishra, G. Roy and O. Schrijvers (2016), *Robust random cut forest based anomaly
    detection on streams*, definition 1. *Amazon SageMaker Developer Guide*, *How RCF Works*.

    Examples
    --------
    >>> rows = np.array([[1], [1], [5]], np.float32)
    >>> forest = grow(rows, np.array([3]), np.random.default_rng(0))
    >>> print(forest.dimension, forest.mass, forest.points.ravel())
    [ 0 -1 -1] [2 1] [1. 5.]
    >>> 1 <= forest.cut.item(0) < 5
    True
    """
    level = _Level(rows, np.cumsum(sizes) - sizes)
    levels: list[_Grown] = []
    while len(level.rows):
        grown, level = level.cut(generator)
        levels.append(grown)
    return RandomCutForest(
        len(sizes),
        *(np.concatenate([getattr(grown, name) for grown in levels]) for name in _Grown.ARRAYS),
    )


@dataclass(frozen=True, slots=True)
class _Grown:
    """The nodes of a level, and the leaves among them, as `RandomCutForest` has them."""

    ARRAYS = ("dimension", "cut", "mass", "points")

    dimension: Integers
    cut: FloatArray
    mass: Integers
    points: FloatArray


@dataclass(frozen=True, slots=True)
class _Level:
    """The nodes of a level that have rows: one group of rows after the other.

    Attributes
    ----------
    rows
        (rows, columns).
    starts
        (nodes,), the first row of each node.
    """

    rows: FloatArray
    starts: Integers

    def cut(self, generator: np.random.Generator) -> tuple[_Grown, _Level]:
        """Cut the nodes, and sort their rows into the next level."""
        counts = np.diff(self.starts, append=len(self.rows))
        low, high = self._boxes(counts)
        sides = high.astype(np.float64) - low
        totals = sides.sum(axis=1)
        inner = totals > 0
        dimension = np.full(len(counts), LEAF)
        cut = np.zeros(len(counts), np.float32)
        dimension[inner], cut[inner] = _random_cuts(
            low[inner], high[inner], sides[inner], totals[inner], generator
        )
        grown = _Grown(dimension, cut, counts[~inner], low[~inner])
        return grown, self._next(counts, inner, dimension[inner], cut[inner])

    def _boxes(self, counts: Integers) -> tuple[FloatArray, FloatArray]:
        """The least and the greatest numbers of each node, both (nodes, columns)."""
        low = self.rows.take(self.starts, 0)
        high = low.copy()
        large = counts > SMALL
        if large.any():
            rows = self.rows[np.repeat(large, counts)]
            starts = np.cumsum(counts[large]) - counts[large]
            low[large] = np.minimum.reduceat(rows, starts)
            high[large] = np.maximum.reduceat(rows, starts)
        nodes = np.flatnonzero(~large)
        for number in range(1, SMALL):
            nodes = nodes[counts[nodes] > number]
            rows = self.rows.take(self.starts[nodes] + number, 0)
            low[nodes] = np.minimum(low[nodes], rows)
            high[nodes] = np.maximum(high[nodes], rows)
        return low, high

    def _next(
        self,
        counts: Integers,
        inner: NDArray[np.bool_],
        dimension: Integers,
        cut: FloatArray,
    ) -> _Level:
        """The rows of the nodes that are cut, those up to the cut before the others."""
        rows = self.rows[np.repeat(inner, counts)] if not inner.all() else self.rows
        counts = counts[inner]
        node = np.repeat(np.arange(len(counts)), counts)
        first = rows[np.arange(len(rows)), dimension[node]] <= cut[node]
        lefts = np.bincount(node, first, minlength=len(counts)).astype(np.int64)
        starts = np.cumsum(counts) - counts
        before: Integers = np.cumsum(first) - first
        rank: Integers = before - before[starts[node]]
        offset = np.arange(len(rows)) - starts[node]
        place = starts[node] + np.where(first, rank, lefts[node] + offset - rank)
        sorted_rows = np.empty_like(rows)
        sorted_rows[place] = rows
        return _Level(sorted_rows, np.column_stack([starts, starts + lefts]).ravel())


def _random_cuts(
    low: FloatArray,
    high: FloatArray,
    sides: Doubles,
    totals: Doubles,
    generator: np.random.Generator,
) -> tuple[Integers, FloatArray]:
    """The column and the number of a random cut through each box (boxes, columns)."""
    boxes = np.arange(len(totals))
    share = generator.random(len(totals)) * totals
    ends = np.cumsum(sides, axis=1)
    dimension = (ends <= share[:, np.newaxis]).sum(axis=1)
    # Rounding may exceed the last side that is not 0.
    last = sides.shape[1] - 1
    lost = (dimension > last) | (sides[boxes, np.minimum(dimension, last)] == 0)
    dimension[lost] = sides[lost].argmax(axis=1)
    start, end = low[boxes, dimension], high[boxes, dimension]
    cut = (start + generator.random(len(totals)) * sides[boxes, dimension]).astype(np.float32)
    # Each child must get a row: the last number itself is no cut.
    return dimension, np.minimum(cut, np.nextafter(end, start))
