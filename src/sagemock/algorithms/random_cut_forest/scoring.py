"""How anomalous rows are in a forest."""

from __future__ import annotations

import numpy as np

from sagemock.algorithms.base import Doubles, Features, FloatArray, is_sparse
from sagemock.algorithms.random_cut_forest.forest import Integers, RandomCutForest

BLOCK = 1 << 16
"""Numbers of a temporary array, over pairs of a row and a tree."""

MAX_ROWS = 1 << 12
"""Rows that are scored at once."""

STEPS = 3
"""Levels after which pairs that have reached a leaf are left out."""

NEGLIGIBLE = 1e-12
"""A probability to get this far down a tree that changes no digit of a score."""

TINY = 1e-300
"""In place of a length of 0."""


class AnomalyScorer:
    """The bounding boxes of a forest, prepared for scoring.

    Parameters
    ----------
    forest
        Grown trees.

    Notes
    -----
    The score of a row x in a tree of n rows is log2(n + 1) s, with s of its root. For a node that
    is cut, at the depth d below the root,

        s = p / (d + 1) + (1 - p) s',

    with p = g / (g + l), the probability that a random cut through the box of the node and x
    separates x from all its rows: l is the sum of the sides of the box, g how much they grow with
    x, and s' the score of the child on whose side x is. For a leaf s = 1 / (d + 1), unless it is x
    itself: then s = (1 - m / (2 n)) / (d + log2(m + 1)), where m is its mass. The score in the
    forest is the mean over its trees.

    References
    ----------
    The score of AWS's open library *random-cut-forest-by-aws*. *Amazon SageMaker Developer Guide*,
    *How RCF Works*: the score is inversely proportional to the depth at which the row would be
    separated, averaged over the trees.

    Examples
    --------
    A row far from everything is separated at the root, with the score log2(n + 1):

    >>> from sagemock.algorithms.random_cut_forest.growing import grow
    >>> rows = np.array([[0], [1], [2]], np.float32)
    >>> scorer = AnomalyScorer(grow(rows, np.array([3]), np.random.default_rng(0)))
    >>> print(scorer.scores(np.array([[1e9]], np.float32)).round(6))
    [2.]
    """

    def __init__(self, forest: RandomCutForest) -> None:
        leaf, left = forest.is_leaf, forest.left
        self._trees, self._columns = forest.trees, forest.columns
        self._leaf, self._left = leaf, left
        self._boxes = _bounding_boxes(forest)
        low, high = self._boxes[:, : self._columns], self._boxes[:, self._columns :]
        # The box of a leaf has no sides: it separates every other row, and never its own.
        self._length = np.maximum((high - low.astype(np.float64)).sum(axis=1), TINY)
        self._column = np.where(leaf, 0, forest.dimension)
        # A row that has reached its leaf stays there.
        self._cut = np.where(leaf, np.float32(np.inf), forest.cut)
        sizes = forest.sizes()
        tree = forest.tree_of()[leaf]
        self._weights = np.log2(sizes + 1.0) / forest.trees
        self._of_itself = np.zeros(len(leaf))
        self._of_itself[leaf] = (1 - forest.mass / (2 * sizes[tree])) / (
            forest.node_depths()[leaf] + np.log2(forest.mass + 1.0)
        )

    def scores(self, rows: Features) -> Doubles:
        """The score of each row (rows, columns), dense or sparse.

        Examples
        --------
        >>> from sagemock.algorithms.random_cut_forest.growing import grow
        >>> forest = grow(np.float32([[0], [4]]), np.array([2]), np.random.default_rng(0))
        >>> print(AnomalyScorer(forest).scores(np.float32([[0], [8]])).round(4))
        [0.5944 1.1887]
        """
        count = rows.shape[0]
        scores = np.empty(count)
        # As many rows as can be, and then few trees at once, whose boxes stay in the cache.
        size = max(1, min(MAX_ROWS, BLOCK // self._columns))
        for start in range(0, count, size):
            block = rows[start : start + size]
            dense = np.asarray(block.toarray() if is_sparse(block) else block, np.float32)
            by_tree = np.empty((len(dense), self._trees))
            group = max(1, BLOCK // (self._columns * len(dense)))
            for first in range(0, self._trees, group):
                trees = np.arange(first, min(first + group, self._trees))
                by_tree[:, trees] = self._scores_in(trees, dense)
            # In the same order for any number of rows, so that a score depends on its row alone.
            scores[start : start + size] = by_tree.sum(axis=1)
        return scores

    def _scores_in(self, trees: Integers, rows: FloatArray) -> Doubles:
        """The scores (rows, trees), level by level for all pairs of a row and a tree."""
        count = len(rows) * len(trees)
        total, pair = np.zeros(count), np.arange(count)
        node = np.tile(trees, len(rows))
        weight = np.tile(self._weights[trees], len(rows))
        depth = 0
        while len(pair):
            numbers = rows if len(pair) == len(rows) == count else rows.take(pair // len(trees), 0)
            first_numbers = np.arange(len(pair)) * self._columns
            added = np.zeros(len(pair))
            for _ in range(STEPS):
                separated = weight * self._separation(numbers, node)
                depth += 1
                added += separated / depth
                weight -= separated
                of_cut = numbers.ravel().take(first_numbers + self._column.take(node))
                node = self._left.take(node) + (of_cut > self._cut.take(node))
            at_leaf = self._leaf.take(node)
            ends = np.flatnonzero(at_leaf)
            added[ends] += self._at_leaves(numbers[ends], node[ends], weight[ends], depth)
            total[pair] += added
            going = np.flatnonzero(~at_leaf & (weight > NEGLIGIBLE))
            pair, node, weight = pair.take(going), node.take(going), weight.take(going)
        return total.reshape(len(rows), len(trees))

    def _at_leaves(
        self, numbers: FloatArray, node: Integers, weight: Doubles, depth: int
    ) -> Doubles:
        """What leaves at this depth, or above it for equal rows, add to the score of each row."""
        separated = weight * self._separation(numbers, node)
        rest: Doubles = (weight - separated) * self._of_itself.take(node)
        return separated / (depth + 1) + rest

    def _separation(self, numbers: FloatArray, node: Integers) -> Doubles:
        """The probability that a cut separates each row (rows, columns) from the box of a node."""
        boxes = self._boxes.take(node, 0)
        inside = np.maximum(numbers, boxes[:, : self._columns])
        np.minimum(inside, boxes[:, self._columns :], out=inside)
        # Far beyond the box the difference may exceed single precision, and p is 1.
        with np.errstate(over="ignore"):
            inside -= numbers
            np.abs(inside, out=inside)
            growth = np.einsum("ij->i", inside).astype(np.float64)
        share: Doubles = 1 - (length := self._length.take(node)) / (growth + length)
        return share


def _bounding_boxes(forest: RandomCutForest) -> FloatArray:
    """(nodes, 2 columns), the least numbers of the rows of each node, then the greatest."""
    columns = forest.columns
    boxes = np.empty((len(forest.dimension), 2 * columns), np.float32)
    boxes[forest.is_leaf, :columns] = boxes[forest.is_leaf, columns:] = forest.points
    left = forest.left
    for level in reversed(forest.levels()):
        parents = level[~forest.is_leaf[level]]
        one, other = boxes[left[parents]], boxes[left[parents] + 1]
        boxes[parents, :columns] = np.minimum(one[:, :columns], other[:, :columns])
        boxes[parents, columns:] = np.maximum(one[:, columns:], other[:, columns:])
    return boxes
