"""A plain implementation of random cut trees: one node, one row and one column at a time."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

Row = tuple[float, ...]


@dataclass
class Node:
    """A node with the rows below it."""

    rows: list[Row]
    column: int = -1
    cut: float = 0.0
    left: Node | None = None
    right: Node | None = None

    @property
    def is_leaf(self) -> bool:
        return self.left is None

    def box(self, extra: Row | None = None) -> list[tuple[float, float]]:
        rows = self.rows if extra is None else [*self.rows, extra]
        return [(min(numbers), max(numbers)) for numbers in zip(*rows, strict=True)]

    def count(self) -> int:
        if self.left is None or self.right is None:
            return 1
        return 1 + self.left.count() + self.right.count()


def grow(rows: list[Row], source: random.Random) -> Node:
    """A tree by definition 1 of Guha and others (2016)."""
    node = Node(rows)
    sides = [high - low for low, high in node.box()]
    if sum(sides) == 0:
        return node
    node.column = source.choices(range(len(sides)), weights=sides)[0]
    low, high = node.box()[node.column]
    node.cut = source.uniform(low, high)
    while node.cut >= high:
        node.cut = source.uniform(low, high)
    left = [row for row in rows if row[node.column] <= node.cut]
    right = [row for row in rows if row[node.column] > node.cut]
    node.left, node.right = grow(left, source), grow(right, source)
    return node


def root_score(root: Node, row: Row) -> float:
    """The score of a row in a tree."""
    return math.log2(len(root.rows) + 1) * score(root, row, 0, len(root.rows))


def score(node: Node, row: Row, depth: int, size: int) -> float:
    """The score at a node, by the formula that `AnomalyScorer` documents."""
    if node.left is None or node.right is None:
        if node.rows[0] != row:
            return 1 / (depth + 1)
        mass = len(node.rows)
        return (1 - mass / (2 * size)) / (depth + math.log2(mass + 1))
    before = sum(high - low for low, high in node.box())
    after = sum(high - low for low, high in node.box(row))
    separated = (after - before) / after
    child = node.left if row[node.column] <= node.cut else node.right
    below = score(child, row, depth + 1, size)
    return separated / (depth + 1) + (1 - separated) * below
