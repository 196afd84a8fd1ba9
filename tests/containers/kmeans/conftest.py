"""Jobs of K-Means without a service around them."""

from __future__ import annotations

import numpy as np
import pytest
from tests.containers.container_job import ContainerJob

from sagemock.containers.kmeans.training import KMeansTraining

SETTINGS = {"feature_dim": "7", "k": "8", "force_dense": "True"}
"""The hyperparameters of a recorded job of May 2021."""


def rows(number: int = 3218, columns: int = 7, seed: int = 0) -> np.ndarray:
    """As many rows as that job had."""
    generator = np.random.default_rng(seed)
    return generator.normal(0, 0.2, (number, columns)).astype(np.float32)


@pytest.fixture
def job() -> ContainerJob:
    return ContainerJob(KMeansTraining())
