"""Jobs of KNN without a service around them."""

from __future__ import annotations

import numpy as np
import pytest
from tests.containers.container_job import ContainerJob

from sagemock.containers.knn.training import KNNTraining

SETTINGS = {
    "feature_dim": "4",
    "k": "3",
    "sample_size": "200",
    "predictor_type": "classifier",
}


def table(number: int = 300, columns: int = 4, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Rows around two centers, and the number of the center as their label."""
    generator = np.random.default_rng(seed)
    labels = generator.integers(0, 2, number).astype(np.float32)
    rows = generator.normal(0, 1, (number, columns)) + 3 * labels[:, np.newaxis]
    return rows.astype(np.float32), labels


@pytest.fixture
def job() -> ContainerJob:
    return ContainerJob(KNNTraining())
