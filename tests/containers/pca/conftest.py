"""Jobs of PCA without a service around them."""

from __future__ import annotations

import numpy as np
import pytest
from tests.containers.container_job import ContainerJob

from sagemock.containers.pca.training import PCATraining

SETTINGS = {"feature_dim": "34", "num_components": "33", "mini_batch_size": "500"}
"""The hyperparameters of a recorded job of May 2021."""


def rows(number: int = 3218, columns: int = 34, seed: int = 0) -> np.ndarray:
    """As many rows and columns as that job had."""
    generator = np.random.default_rng(seed)
    return generator.uniform(0, 1, (number, columns)).astype(np.float32)


@pytest.fixture
def job() -> ContainerJob:
    return ContainerJob(PCATraining())
