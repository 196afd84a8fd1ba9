"""Jobs of KNN without a service around them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

import numpy as np
import pytest
from tests.formats.conftest import record_type

from sagemock.containers.base import LogLine, TrainingInput, TrainingOutput
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


class Job:
    """Trains with a clock of its own, and keeps the lines."""

    def __init__(self) -> None:
        self.lines: list[LogLine] = []

    @property
    def texts(self) -> list[str]:
        return self.of("algo-1")

    def of(self, host: str) -> list[str]:
        return [line.text for line in self.lines if line.host == host]

    def train(
        self,
        settings: dict[str, str],
        *channels: Channel,
        hosts: Sequence[str] = ("algo-1",),
        stop: Callable[[], bool] = lambda: False,
        **members: Any,
    ) -> TrainingOutput:
        ticks = count(1_600_000_000.0, 0.25)
        by_name = {each.name: each for each in channels}
        return KNNTraining().train(
            TrainingInput(settings, by_name, hosts=hosts, **members),
            report=self.lines.extend,
            stop=stop,
            clock=lambda: next(ticks),
        )


@pytest.fixture
def job() -> Job:
    return Job()
