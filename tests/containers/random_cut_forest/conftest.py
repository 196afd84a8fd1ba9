"""Jobs of the random cut forest without a service around them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

import numpy as np
import pytest
from tests.formats.conftest import record_type

from sagemock.containers.base import LogLine, TrainingInput, TrainingOutput
from sagemock.containers.inputs import Channel, Part, Shard
from sagemock.containers.random_cut_forest.training import RandomCutForestTraining
from sagemock.formats.recordio import encode

__all__ = ["record_type"]

SETTINGS = {"feature_dim": "1", "num_samples_per_tree": "80", "num_trees": "50"}
"""The hyperparameters of a recorded job of February 2020."""


def rows(number: int = 4032, columns: int = 1, seed: int = 0) -> np.ndarray:
    """As many rows as that job had."""
    generator = np.random.default_rng(seed)
    return np.exp(generator.normal(4, 0.8, (number, columns))).round().astype(np.float32)


def channel(name: str, *hosts: np.ndarray | bytes, content_type: str | None = None) -> Channel:
    """A channel with a shard for each host; arrays are records without labels."""
    shards = []
    for number, data in enumerate(hosts):
        body = data if isinstance(data, bytes) else encode(data)
        shards.append(Shard((number,), [Part(f"/opt/ml/input/data/{name}/{number}", body)]))
    return Channel(name, content_type, shards)


def labelled(table: np.ndarray, above: float = 500) -> bytes:
    """Records whose label is 1 for large numbers."""
    return encode(table, (table[:, 0] > above).astype(np.float32))


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
        return RandomCutForestTraining().train(
            TrainingInput(settings, by_name, hosts=hosts, **members),
            report=self.lines.extend,
            stop=stop,
            clock=lambda: next(ticks),
        )


@pytest.fixture
def job() -> Job:
    return Job()
