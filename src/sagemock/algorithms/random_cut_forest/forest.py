"""The trees of a forest, all of them in the same arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sagemock.algorithms.base import FloatArray

LEAF = -1
"""In place of the dimension of a cut."""

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class RandomCutForest:
    """A forest of random cut trees.

    The nodes of all trees are numbered by level: first the roots, one for each tree, then the
    children of the roots, and so on, two after each other for each node that is cut.

    Attributes
    ----------
    trees
        How many trees there are.
    dimension
        (nodes,), the column of the cut, or `LEAF`.
    cut
        (nodes,), float32: rows with a number up to it belong to the first child. 0 for leaves.
    mass
        (leaves,), how many equal rows a leaf has, in the order of the nodes.
    points
        (leaves, columns), float32, the row of each leaf.
    """

    trees: int
    dimension: Integers
    cut: FloatArray
    mass: Integers
    points: FloatArray

    @property
    def columns(self) -> int:
        """How many columns a row has."""
        return int(self.points.shape[1])

    @property
    def is_leaf(self) -> NDArray[np.bool_]:
        """(nodes,), whether it is a leaf."""
        return np.asarray(self.dimension == LEAF)

    @property
    def left(self) -> Integers:
        """(nodes,), the first child, which the second one follows; of a leaf the node itself."""
        cuts = ~self.is_leaf
        children = self.trees + 2 * (np.cumsum(cuts) - 1)
        return np.where(cuts, children, np.arange(len(cuts)))

    def levels(self) -> list[Integers]:
        """The nodes of each level, from the roots."""
        left, cuts = self.left, ~self.is_leaf
        levels = [np.arange(self.trees)]
        while len(parents := levels[-1][cuts[levels[-1]]]):
            first = left[parents]
            levels.append(np.column_stack([first, first + 1]).ravel())
        return levels

    def tree_of(self) -> Integers:
        """(nodes,), the number of the tree to which a node belongs."""
        tree = np.arange(len(self.dimension))
        left, cuts = self.left, ~self.is_leaf
        for level in self.levels():
            parents = level[cuts[level]]
            tree[left[parents]] = tree[left[parents] + 1] = tree[parents]
        return tree

    def node_counts(self) -> Integers:
        """(trees,), the nodes of each tree."""
        return np.bincount(self.tree_of(), minlength=self.trees)

    def node_depths(self) -> Integers:
        """(nodes,), how many levels each node is below its root."""
        depth = np.zeros(len(self.dimension), np.int64)
        for number, level in enumerate(self.levels()):
            depth[level] = number
        return depth

    def depths(self) -> Integers:
        """(trees,), the levels of each tree below its root."""
        depth = np.zeros(self.trees, np.int64)
        np.maximum.at(depth, self.tree_of(), self.node_depths())
        return depth

    def sizes(self) -> Integers:
        """(trees,), the rows of each tree."""
        trees = self.tree_of()[self.is_leaf]
        return np.bincount(trees, self.mass, minlength=self.trees).astype(np.int64)
