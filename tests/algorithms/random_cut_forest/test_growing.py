"""Trees: their shape, their cuts, and the distribution of both."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.stats import chisquare, ks_2samp
from tests.algorithms.random_cut_forest import reference

from sagemock.algorithms.random_cut_forest.forest import LEAF, RandomCutForest
from sagemock.algorithms.random_cut_forest.growing import grow


def grown(rows: np.ndarray, sizes: list[int], seed: int = 0) -> RandomCutForest:
    return grow(rows.astype(np.float32), np.array(sizes), np.random.default_rng(seed))


def members(forest: RandomCutForest, rows: np.ndarray, tree: int) -> dict[int, list[int]]:
    """The rows of each leaf, found by walking down from the root."""
    found: dict[int, list[int]] = {}
    for number, row in enumerate(rows):
        node = tree
        while forest.dimension[node] != LEAF:
            right = row[forest.dimension[node]] > forest.cut[node]
            node = int(forest.left[node]) + int(right)
        found.setdefault(node, []).append(number)
    return found


@given(
    arrays.arrays(
        np.float32,
        st.tuples(st.integers(1, 30), st.integers(1, 3)),
        elements=st.floats(-1e6, 1e6, width=32) | st.integers(0, 2),
    ),
    st.integers(0, 5),
)
def test_each_leaf_has_equal_rows(rows: np.ndarray, seed: int) -> None:
    forest = grown(rows, [len(rows)], seed)
    leaves = members(forest, rows, 0)
    numbers = np.flatnonzero(forest.is_leaf)
    assert sorted(leaves) == numbers.tolist()
    for place, node in enumerate(numbers.tolist()):
        assert len(leaves[node]) == forest.mass[place]
        assert (rows[leaves[node]] == forest.points[place]).all()
    distinct = len(np.unique(rows, axis=0))
    assert forest.node_counts().tolist() == [2 * distinct - 1]


def test_every_tree_has_its_own_rows() -> None:
    rows = np.random.default_rng(0).normal(0, 1, (60, 2))
    sizes = [10, 1, 25, 24]
    forest = grown(rows, sizes)
    assert forest.sizes().tolist() == sizes
    assert forest.node_counts().tolist() == [2 * size - 1 for size in sizes]
    ends = np.cumsum(sizes)
    for tree, (size, end) in enumerate(zip(sizes, ends, strict=True)):
        part = rows[end - size : end].astype(np.float32)
        assert all(len(each) == 1 for each in members(forest, part, tree).values())


def test_depths_are_those_of_the_longest_paths() -> None:
    forest = grown(np.array([[0.0], [1], [1], [5]]), [3, 1])
    assert forest.depths().tolist() == [1, 0]
    assert forest.node_depths().tolist() == [0, 0, 1, 1]
    assert forest.tree_of().tolist() == [0, 1, 0, 0]


def test_the_columns_of_cuts_follow_the_sides() -> None:
    rows = np.array([[0.0, 0, 7], [6, 3, 7]])
    forest = grown(np.tile(rows, (3000, 1)), [2] * 3000)
    counts = np.bincount(forest.dimension[:3000], minlength=3)
    assert counts[2] == 0
    assert chisquare(counts[:2], [2000, 1000]).pvalue > 0.001


def test_cuts_are_uniform() -> None:
    forest = grown(np.tile([[2.0], [4.0]], (2000, 1)), [2] * 2000)
    cuts = forest.cut[:2000]
    assert ks_2samp(cuts, np.linspace(2, 4, 2000)).pvalue > 0.001


@pytest.mark.parametrize("columns", [1, 3])
def test_sizes_and_depths_are_those_of_the_plain_implementation(columns: int) -> None:
    generator, source = np.random.default_rng(0), random.Random(0)
    rows = generator.normal(0, 1, (200 * 20, columns)).round(1).astype(np.float32)
    forest = grow(rows, np.full(200, 20), generator)
    plain = [
        reference.grow([tuple(row) for row in part.tolist()], source)
        for part in rows.reshape(200, 20, columns)
    ]
    assert forest.node_counts().tolist() == [tree.count() for tree in plain]

    def depth(node: reference.Node) -> int:
        if node.left is None or node.right is None:
            return 0
        return 1 + max(depth(node.left), depth(node.right))

    assert ks_2samp(forest.depths(), [depth(tree) for tree in plain]).pvalue > 0.001


@pytest.mark.parametrize(
    "rows",
    [
        [[1.0], [np.nextafter(np.float32(1), np.float32(2))]],
        [[-3e38], [3e38]],
        [[1e-45], [0]],
        [[0.0, 1e-45, 0], [0, 0, 1e38]],
    ],
)
def test_numbers_at_the_ends_of_single_precision(rows: list[list[float]]) -> None:
    for seed in range(20):
        forest = grown(np.array(rows, np.float32), [2], seed)
        assert forest.mass.tolist() == [1, 1]


def test_the_seed_decides() -> None:
    rows = np.random.default_rng(0).normal(0, 1, (50, 2))
    one, same, other = (grown(rows, [25, 25], seed).cut.tobytes() for seed in (1, 1, 2))
    assert one == same != other
