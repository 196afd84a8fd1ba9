"""Jobs of K-Means without a service around them."""

from __future__ import annotations

import numpy as np
import pytest
from tests.containers.container_job import ContainerJob
from tests.formats.conftest import record_type

from sagemock.containers.inputs import Channel, Part, Shard
from sagemock.containers.kmeans.training import KMeansTraining
from sagemock.formats.recordio import encode

__all__ = ["record_type"]

SETTINGS = {"feature_dim": "7", "k": "8", "force_dense": "True"}
"""The hyperparameters of a recorded job of May 2021."""


def rows(number: int = 3218, columns: int = 7, seed: int = 0) -> np.ndarray:
    """As many rows as that job had."""
    generator = np.random.default_rng(seed)
    return generator.normal(0, 0.2, (number, columns)).astype(np.float32)


def channel(name: str, *bodies: np.ndarray | bytes, content_type: str | None = None) -> Channel:
    """A channel whose hosts all have the same; arrays are records without labels."""
    parts = [
        Part(f"/opt/ml/input/data/{name}/{number}", b if isinstance(b, bytes) else encode(b))
        for number, b in enumerate(bodies)
    ]
    return Channel(name, content_type, [Shard((0, 1), parts)])


class Job(ContainerJob):
    container = KMeansTraining


@pytest.fixture
def job() -> Job:
    return Job()
