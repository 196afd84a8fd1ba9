"""First centers: chosen among the rows, with the probabilities that the methods say."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from scipy.sparse import csr_array
from sklearn.cluster import kmeans_plusplus

from sagemock.algorithms.kmeans.distances import nearest
from sagemock.algorithms.kmeans.initialization import METHODS, kmeans_plus_plus, random

LINE = np.array([[0.0], [1.0], [3.0]])


def generator(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS.keys())
def test_centers_are_different_rows(method) -> None:
    rows = np.arange(40.0).reshape(20, 2)
    for count in (1, 7, 20):
        chosen = method(rows, np.ones(20), count, generator(count))
        assert len(set(chosen.tolist())) == len(chosen) == count
        assert set(chosen.tolist()) <= set(range(20))


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS.keys())
def test_the_same_generator_chooses_the_same_centers(method) -> None:
    rows = np.random.default_rng(5).normal(size=(30, 3))
    one, other = (method(rows, np.ones(30), 5, generator(9)) for _ in range(2))
    assert (one == other).all()
    assert (one != method(rows, np.ones(30), 5, generator(8))).any()


def test_random_rows_are_equally_likely() -> None:
    draws = generator()
    chosen = Counter(int(random(LINE, np.ones(3), 1, draws)[0]) for _ in range(6000))
    # The standard deviation of each count is 37.
    assert all(abs(count - 2000) < 150 for count in chosen.values())
    assert len(chosen) == 3


def test_kmeans_plus_plus_draws_by_weight_and_squared_distance() -> None:
    draws = generator()
    weights = np.array([1.0, 2.0, 1.0])
    pairs = Counter(
        tuple(LINE[kmeans_plus_plus(LINE, weights, 2, draws), 0].tolist()) for _ in range(8000)
    )
    # First by weight, then by w D^2: from 0 it is 2 * 1 against 1 * 9, and so on.
    expected = {
        (0.0, 1.0): 1 / 4 * 2 / 11,
        (0.0, 3.0): 1 / 4 * 9 / 11,
        (1.0, 0.0): 2 / 4 * 1 / 5,
        (1.0, 3.0): 2 / 4 * 4 / 5,
        (3.0, 0.0): 1 / 4 * 9 / 17,
        (3.0, 1.0): 1 / 4 * 8 / 17,
    }
    assert pairs.keys() == expected.keys()
    for pair, share in expected.items():
        deviation = np.sqrt(8000 * share * (1 - share))
        assert abs(pairs[pair] - 8000 * share) < 4.5 * deviation


def test_rows_without_weight_are_not_drawn() -> None:
    draws = generator()
    weights = np.array([0.0, 1.0, 0.0])
    for _ in range(50):
        # With only one row to draw, it comes again.
        assert kmeans_plus_plus(LINE, weights, 2, draws).tolist() == [1, 1]


def test_equal_rows_are_drawn_by_their_weights_alone() -> None:
    weights = np.array([0.0, 1.0, 1.0, 0.0])
    chosen = kmeans_plus_plus(np.full((4, 2), 7.0), weights, 4, generator())
    assert set(chosen.tolist()) == {1, 2}


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS.keys())
def test_sparse_rows_give_the_same_centers(images: np.ndarray, method) -> None:
    ones = np.ones(100)
    dense = method(images[:100], ones, 12, generator(3))
    sparse = method(csr_array(images[:100]), ones, 12, generator(3))
    assert (dense == sparse).all()


def test_kmeans_plus_plus_is_as_good_as_that_of_sklearn(images: np.ndarray) -> None:
    rows = images[:300].astype(np.float64)
    ours, theirs = [], []
    for seed in range(30):
        centers = rows[kmeans_plus_plus(rows, np.ones(300), 10, generator(seed))]
        ours.append(nearest(rows, centers).squared.mean())
        centers, _ = kmeans_plusplus(rows, 10, random_state=seed, n_local_trials=1)
        theirs.append(nearest(rows, centers).squared.mean())
    error = np.hypot(np.std(ours), np.std(theirs)) / np.sqrt(30)
    assert abs(np.mean(ours) - np.mean(theirs)) < 3.5 * error
