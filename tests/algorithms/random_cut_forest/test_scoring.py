"""Scores against the plain implementation, and against numbers that were recorded."""

from __future__ import annotations

import random

import numpy as np
import pytest
from scipy.sparse import csr_array
from tests.algorithms.random_cut_forest import reference

from sagemock.algorithms.random_cut_forest import scoring
from sagemock.algorithms.random_cut_forest.forest import LEAF, RandomCutForest
from sagemock.algorithms.random_cut_forest.growing import grow
from sagemock.algorithms.random_cut_forest.scoring import AnomalyScorer

TREES, SIZE = 12, 30


def plain(forest: RandomCutForest, rows: np.ndarray, tree: int, node: int) -> reference.Node:
    """A tree of the forest as the plain implementation has it."""
    made = reference.Node([tuple(row) for row in rows.tolist()])
    if forest.dimension[node] == LEAF:
        return made
    made.column, made.cut = int(forest.dimension[node]), float(forest.cut[node])
    first = rows[:, made.column] <= forest.cut[node]
    left = int(forest.left[node])
    made.left = plain(forest, rows[first], tree, left)
    made.right = plain(forest, rows[~first], tree, left + 1)
    return made


@pytest.fixture(params=[(1, 9), (1, 1), (2, 9), (6, 0)], ids=str)
def data(request: pytest.FixtureRequest) -> np.ndarray:
    """Rows with some columns, rounded to some digits, so that there are equal ones."""
    columns, digits = request.param
    generator = np.random.default_rng(0)
    return generator.normal(5, 2, (TREES * SIZE, columns)).round(digits).astype(np.float32)


def test_scores_are_those_of_the_plain_implementation(data: np.ndarray) -> None:
    generator = np.random.default_rng(1)
    forest = grow(data, np.full(TREES, SIZE), generator)
    others = generator.normal(5, 6, (40, data.shape[1])).astype(np.float32)
    asked = np.concatenate([data[::9], others])
    trees = [
        plain(forest, rows, tree, tree) for tree, rows in enumerate(data.reshape(TREES, SIZE, -1))
    ]
    expected = [
        np.mean([reference.root_score(tree, tuple(row)) for tree in trees])
        for row in asked.tolist()
    ]
    np.testing.assert_allclose(AnomalyScorer(forest).scores(asked), expected, rtol=1e-5)


def test_forests_of_both_give_the_same_scores_on_the_whole() -> None:
    generator, source = np.random.default_rng(0), random.Random(0)
    rows = generator.normal(0, 1, (300 * 20, 2)).astype(np.float32)
    asked = np.array([[0, 0], [1, -1], [3, 0], [50, 50]], np.float32)
    scores = AnomalyScorer(grow(rows, np.full(300, 20), generator)).scores(asked)
    trees = [
        reference.grow([tuple(row) for row in part.tolist()], source)
        for part in rows.reshape(300, 20, 2)
    ]
    expected = [
        np.mean([reference.root_score(tree, tuple(row)) for tree in trees])
        for row in asked.tolist()
    ]
    np.testing.assert_allclose(scores, expected, rtol=0.05)


@pytest.mark.parametrize(("size", "center", "far"), [(80, 0.675, 6.32), (256, 0.714, 7.98)])
def test_scores_of_normal_rows(size: int, center: float, far: float) -> None:
    """As another implementation of the formula gave them, in the spread of 20 seeds."""
    scores = []
    for seed in range(20):
        generator = np.random.default_rng(seed)
        rows = generator.normal(0, 1, (50 * size, 1)).astype(np.float32)
        forest = grow(rows, np.full(50, size), generator)
        scores.append(AnomalyScorer(forest).scores(np.array([[0], [1e3]], np.float32)))
    at_center, at_far = np.array(scores).T
    assert at_center.min() < center < at_center.max()
    assert at_far.mean() == pytest.approx(far, abs=0.03)
    assert at_far.max() <= np.log2(size + 1)


def test_the_scores_rise_outside_as_recorded() -> None:
    """Of 4032 whole numbers, in 50 trees of 80; those printed were from .77 to 5.1."""
    generator = np.random.default_rng(0)
    values = np.exp(generator.normal(4.2, 0.5, 4032)).round().astype(np.float32)
    forest = grow(values[:4000, np.newaxis], np.full(50, 80), generator)
    scores = AnomalyScorer(forest).scores(np.array([[56], [94], [264], [656]], np.float32))
    assert (np.diff(scores) > 0).all()
    assert 0.6 < scores[0] < 0.95
    assert scores[-1] < np.log2(81)


def test_a_score_depends_on_the_row_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = np.random.default_rng(0)
    rows = generator.normal(0, 1, (600, 7)).astype(np.float32)
    scorer = AnomalyScorer(grow(rows, np.full(20, 30), generator))
    whole = scorer.scores(rows)
    assert [float(scorer.scores(row[np.newaxis])[0]) for row in rows[:50]] == whole[:50].tolist()
    monkeypatch.setattr(scoring, "BLOCK", 1000)
    assert scorer.scores(rows).tobytes() == whole.tobytes()


def test_sparse_rows_give_the_same() -> None:
    generator = np.random.default_rng(0)
    rows = generator.poisson(0.3, (200, 5)).astype(np.float32)
    scorer = AnomalyScorer(grow(rows, np.full(10, 20), generator))
    assert (scorer.scores(csr_array(rows)) == scorer.scores(rows)).all()


@pytest.mark.parametrize("row", [[3e38, -3e38], [1e-45, 0], [0, 0]])
def test_numbers_at_the_ends_of_single_precision(row: list[float]) -> None:
    generator = np.random.default_rng(0)
    rows = (generator.normal(0, 1, (40, 2)) * 1e38).astype(np.float32)
    for scale in (1, 1e-44, 1e-60):
        small = rows if scale == 1 else (rows * np.float32(1e-38) * scale).astype(np.float32)
        scorer = AnomalyScorer(grow(small, np.full(2, 20), generator))
        (score,) = scorer.scores(np.array([row], np.float32))
        assert 0 < score <= np.log2(21)


def test_no_rows() -> None:
    rows = np.ones((4, 2), np.float32)
    scorer = AnomalyScorer(grow(rows, np.array([4]), np.random.default_rng(0)))
    assert scorer.scores(rows[:0]).shape == (0,)


def test_equal_rows_are_not_anomalous_at_all() -> None:
    """A tree of 4 equal rows: (1 - 4 / 8) / log2(5), times log2(5)."""
    rows = np.ones((4, 2), np.float32)
    scorer = AnomalyScorer(grow(rows, np.array([4]), np.random.default_rng(0)))
    assert scorer.scores(rows[:1]).tolist() == [pytest.approx(0.5)]
    assert scorer.scores(rows[:1] + 1).tolist() == [pytest.approx(np.log2(5))]
