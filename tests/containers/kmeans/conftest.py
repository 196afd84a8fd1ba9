"""Jobs of K-Means without a service around them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import numpy as np
import pytest
from tests.formats.conftest import record_type

from sagemock.containers.base import LogLine, TrainingInput, TrainingOutput
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
        stop: Callable[[], bool] = lambda: False,
        **members: Any,
    ) -> TrainingOutput:
        ticks = count(1_600_000_000.0, 0.25)
        by_name = {each.name: each for each in channels}
        return KMeansTraining().train(
            TrainingInput(settings, by_name, **members),
            report=self.lines.extend,
            stop=stop,
            clock=lambda: next(ticks),
        )


@pytest.fixture
def job() -> Job:
    return Job()
