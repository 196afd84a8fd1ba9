"""Jobs of PCA without a service around them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import numpy as np
import pytest
from tests.formats.conftest import record_type

from sagemock.containers.base import LogLine, TrainingInput, TrainingOutput
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
        return PCATraining().train(
            TrainingInput(settings, by_name, **members),
            report=self.lines.extend,
            stop=stop,
            clock=lambda: next(ticks),
        )


@pytest.fixture
def job() -> Job:
    return Job()
