"""Assignments of a model."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array
from sklearn.metrics import pairwise_distances_argmin_min

from sagemock.algorithms.kmeans import KMeansModel


@pytest.mark.parametrize("sparse", [False, True])
def test_assignments_are_those_of_sklearn(images: np.ndarray, sparse: bool) -> None:
    model = KMeansModel(images[:10])
    rows = images[10:300]
    assignments = model.predict(csr_array(rows) if sparse else rows)
    index, distance = pairwise_distances_argmin_min(rows.astype(np.float64), images[:10])
    assert (assignments.closest_cluster == index).all()
    np.testing.assert_allclose(assignments.distance_to_cluster, distance, rtol=1e-6)
    assert assignments.distance_to_cluster.dtype == np.float32


def test_a_row_that_is_a_center_is_no_distance_away() -> None:
    centers = np.array([[0.1, 1e5], [-0.3, 1e5]], np.float32)
    assignments = KMeansModel(centers).predict(centers)
    assert assignments.closest_cluster.tolist() == [0, 1]
    assert assignments.distance_to_cluster.tolist() == [0, 0]


def test_distances_that_are_too_large_for_a_float32_are_infinite() -> None:
    largest = np.float32(3e38)
    model = KMeansModel(np.array([[-largest, -largest]], np.float32))
    assignments = model.predict(np.array([[largest, largest]], np.float32))
    assert assignments.distance_to_cluster.tolist() == [np.inf]
