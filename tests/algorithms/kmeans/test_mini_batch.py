"""Working centers, against scikit-learn's mini-batches and against the formula by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array
from sklearn.cluster import MiniBatchKMeans

from sagemock.algorithms.kmeans.mini_batch import WorkingCenters


@pytest.mark.parametrize("sparse", [False, True])
def test_the_updates_are_those_of_sklearn(images: np.ndarray, sparse: bool) -> None:
    start = images[:20].astype(np.float64)
    ours = WorkingCenters(start.copy())
    peer = MiniBatchKMeans(20, init=start, n_init=1, reassignment_ratio=0, random_state=0)
    for first in range(0, 1000, 150):
        batch = images[first : first + 150]
        ours.update(csr_array(batch) if sparse else batch)
        peer.partial_fit(batch.astype(np.float64))
    np.testing.assert_allclose(ours.positions, peer.cluster_centers_, atol=1e-9)
    assert ours.counts.sum() == 1000


def test_the_loss_of_a_batch_is_that_before_the_move() -> None:
    centers = WorkingCenters(np.array([[0.0], [10.0]]))
    assert centers.update(np.array([[1.0], [13.0]], np.float32)) == (1 + 9) / 2
    assert centers.positions.ravel().tolist() == [1, 13]
    assert centers.update(np.array([[1.0], [13.0]], np.float32)) == 0


def test_a_center_moves_by_the_share_of_the_new_rows() -> None:
    centers = WorkingCenters(np.array([[0.0], [100.0]]))
    centers.update(np.array([[0.0], [0.0], [0.0]], np.float32))
    centers.update(np.array([[4.0]], np.float32))
    # p = 1 / (3 + 1)
    assert centers.positions.ravel().tolist() == [1, 100]
    assert centers.counts.tolist() == [4, 0]


def test_half_life() -> None:
    centers = WorkingCenters(np.array([[0.0], [100.0]]), half_life=2)
    centers.update(np.array([[0.0], [0.0], [100.0], [100.0]], np.float32))
    centers.update(np.array([[6.0], [6.0]], np.float32))
    # Two rows halve the weight of the two before: p = 2 / (1 + 2).
    assert centers.positions.ravel().tolist() == pytest.approx([4, 100])
    assert centers.counts.tolist() == pytest.approx([3, 1])


def test_with_a_half_life_centers_follow_data_that_drifts() -> None:
    drift = np.repeat(np.arange(100.0, dtype=np.float32), 10).reshape(-1, 1)
    distances = {}
    for half_life in (0, 50):
        centers = WorkingCenters(np.zeros((1, 1)), half_life)
        for first in range(0, 1000, 50):
            centers.update(drift[first : first + 50])
        distances[half_life] = 99 - centers.positions[0, 0]
    assert distances[0] == pytest.approx(49.5)
    assert 0 < distances[50] < 10
