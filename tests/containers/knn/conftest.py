"""Jobs of KNN without a service around them."""

from __future__ import annotations

import numpy as np
import pytest
from tests.containers.container_job import ContainerJob
from tests.formats.conftest import record_type

from sagemock.containers.inputs import Channel, Part, Shard
from sagemock.containers.knn.training import KNNTraining
from sagemock.formats.recordio import encode

__all__ = ["record_type"]

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


def channel(
    name: str, *hosts: tuple[np.ndarray, np.ndarray] | bytes, content_type: str | None = None
) -> Channel:
    """A channel with a shard for each host."""
    shards = []
    for number, data in enumerate(hosts):
        body = data if isinstance(data, bytes) else encode(*data)
        shards.append(Shard((number,), [Part(f"/opt/ml/input/data/{name}/{number}", body)]))
    return Channel(name, content_type, shards)


class Job(ContainerJob):
    container = KNNTraining


@pytest.fixture
def job() -> Job:
    return Job()
