"""Jobs of the random cut forest without a service around them."""

from __future__ import annotations

import numpy as np
import pytest
from tests.containers.container_job import ContainerJob

from sagemock.containers.random_cut_forest.training import RandomCutForestTraining
from sagemock.formats.recordio import encode

SETTINGS = {"feature_dim": "1", "num_samples_per_tree": "80", "num_trees": "50"}
"""The hyperparameters of a recorded job of February 2020."""


def rows(number: int = 4032, columns: int = 1, seed: int = 0) -> np.ndarray:
    """As many rows as that job had."""
    generator = np.random.default_rng(seed)
    return np.exp(generator.normal(4, 0.8, (number, columns))).round().astype(np.float32)


def labelled(table: np.ndarray, above: float = 500) -> bytes:
    """Records whose label is 1 for large numbers."""
    return encode(table, (table[:, 0] > above).astype(np.float32))


@pytest.fixture
def job() -> ContainerJob:
    return ContainerJob(RandomCutForestTraining())
