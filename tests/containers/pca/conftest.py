"""Jobs of PCA without a service around them."""

from __future__ import annotations

import numpy as np
import pytest
from tests.containers.container_job import ContainerJob
from tests.formats.conftest import record_type

from sagemock.containers.inputs import Channel, Part, Shard
from sagemock.containers.pca.training import PCATraining
from sagemock.formats.recordio import encode

__all__ = ["record_type"]

SETTINGS = {"feature_dim": "34", "num_components": "33", "mini_batch_size": "500"}
"""The hyperparameters of a recorded job of May 2021."""


def rows(number: int = 3218, columns: int = 34, seed: int = 0) -> np.ndarray:
    """As many rows and columns as that job had."""
    generator = np.random.default_rng(seed)
    return generator.uniform(0, 1, (number, columns)).astype(np.float32)


def channel(
    name: str, *hosts: np.ndarray | bytes | None, content_type: str | None = None
) -> Channel:
    """A channel with the rows of each host, records without labels; None for one without."""
    shards = [
        Shard(
            (number,),
            [
                Part(
                    f"/opt/ml/input/data/{name}/rows",
                    host if isinstance(host, bytes) else encode(host),
                )
            ],
        )
        for number, host in enumerate(hosts)
        if host is not None
    ]
    return Channel(name, content_type, shards)


class Job(ContainerJob):
    container = PCATraining


@pytest.fixture
def job() -> Job:
    return Job()
