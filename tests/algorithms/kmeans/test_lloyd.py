"""Lloyd's algorithm with weights, against scikit-learn's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from sklearn.cluster import KMeans

from sagemock.algorithms.kmeans.distances import nearest
from sagemock.algorithms.kmeans.initialization import kmeans_plus_plus, random
from sagemock.algorithms.kmeans.lloyd import Attempt, Lloyd


def attempt(
    points: np.ndarray, weights: np.ndarray, k: int, *, stop=lambda: False, **settings
) -> Attempt:
    lloyd = Lloyd(**{"initialize": kmeans_plus_plus, "max_iter": 300, "tol": 0.0, **settings})
    return lloyd.attempt(points, weights, k, np.random.default_rng(0), stop)


def first_rows(_: np.ndarray, __: np.ndarray, k: int, ___: np.random.Generator) -> np.ndarray:
    return np.arange(k)


def test_the_centers_are_those_of_sklearn(images: np.ndarray) -> None:
    points = images[:200].astype(np.float64)
    weights = np.random.default_rng(1).uniform(0.5, 20, 200)
    result = attempt(points, weights, 8, initialize=first_rows)
    peer = KMeans(8, init=points[:8], n_init=1, algorithm="lloyd", tol=0, max_iter=300)
    peer.fit(points, sample_weight=weights)
    np.testing.assert_allclose(result.centers, peer.cluster_centers_, atol=1e-9)
    assert result.msd == pytest.approx(peer.inertia_ / weights.sum())


def test_the_loss_is_that_of_the_centers() -> None:
    points = np.random.default_rng(2).normal(size=(60, 3))
    weights = np.random.default_rng(3).integers(0, 5, 60).astype(np.float64)
    for steps in (1, 2, 5):
        result = attempt(points, weights, 4, max_iter=steps)
        squared = nearest(points, result.centers).squared
        assert result.msd == pytest.approx(np.average(squared, weights=weights))


def test_every_step_lowers_the_loss_until_the_tolerance() -> None:
    points = np.random.default_rng(4).normal(size=(300, 2))
    ones = np.ones(300)
    losses = [attempt(points, ones, 12, initialize=random, max_iter=n).msd for n in range(1, 40)]
    gains = -np.diff(losses) / losses[:-1]
    assert (gains >= 0).all()
    tolerance = float(gains[4])
    # The step that gains no more than the tolerance is still taken, and is the last.
    last = int(np.flatnonzero(gains <= tolerance)[0]) + 1
    stopped = attempt(points, ones, 12, initialize=random, tol=tolerance)
    assert stopped.msd == losses[last]


def test_a_center_without_points_stays() -> None:
    """Of two equal centers the first one has all the points."""
    points = np.array([[0.0], [5.0], [5.0]])
    result = attempt(points, np.array([1.0, 0.0, 1.0]), 3, initialize=first_rows)
    assert result.centers.ravel().tolist() == [0, 5, 5]
    assert result.msd == 0


def test_as_many_centers_as_points_have_no_loss() -> None:
    points = np.random.default_rng(5).normal(size=(9, 4))
    assert attempt(points, np.ones(9), 9).msd == 0


def test_one_that_is_asked_to_stop_takes_one_step() -> None:
    points = np.random.default_rng(6).normal(size=(50, 2))
    ones = np.ones(50)
    result = attempt(points, ones, 5, stop=lambda: True)
    assert (result.centers == attempt(points, ones, 5, max_iter=1).centers).all()
    assert result.msd > attempt(points, ones, 5).msd


@given(
    arrays.arrays(
        np.float64,
        st.tuples(st.integers(2, 25), st.just(2)),
        elements=st.integers(-50, 50).map(float),
    ),
    st.data(),
)
def test_no_center_is_outside_the_points(points: np.ndarray, data: st.DataObject) -> None:
    k = data.draw(st.integers(1, len(points)))
    weights = data.draw(
        arrays.arrays(np.float64, len(points), elements=st.integers(0, 9).map(float)).filter(
            lambda drawn: drawn.any()
        )
    )
    result = attempt(points, weights, k)
    assert (result.centers >= points.min(axis=0) - 1e-9).all()
    assert (result.centers <= points.max(axis=0) + 1e-9).all()
    spread = np.average(
        ((points - np.average(points, axis=0, weights=weights)) ** 2).sum(axis=1), weights=weights
    )
    assert 0 <= result.msd <= spread * (1 + 1e-9) + 1e-9
