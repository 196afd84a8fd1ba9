"""Jobs of factorization machines without a service around them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_array
from tests.formats.conftest import record_type

from sagemock.algorithms.base import Features
from sagemock.containers.base import LogLine, TrainingInput, TrainingOutput
from sagemock.containers.factorization_machines.training import FactorizationMachinesTraining
from sagemock.containers.inputs import Channel, Part, Shard
from sagemock.formats.recordio import encode

__all__ = ["record_type"]

SETTINGS = {"feature_dim": "40", "num_factors": "4", "predictor_type": "regressor"}
CLASSIFIER = {**SETTINGS, "predictor_type": "binary_classifier"}

Labelled = tuple[Features, np.ndarray]


def rows(number: int = 2500, *, sparse: bool = True, binary: bool = False, seed: int = 0) -> Any:
    """Rows with two of 40 columns, and labels that depend on the pair."""
    generator = np.random.default_rng(seed)
    users, items = generator.integers(0, 20, number), generator.integers(20, 40, number)
    tastes = np.random.default_rng(9).normal(size=(40, 2))
    labels = (tastes[users] * tastes[items]).sum(axis=1).astype(np.float32)
    if binary:
        labels = (labels > 0).astype(np.float32)
    index = np.repeat(np.arange(number), 2)
    columns = np.stack([users, items], axis=1).ravel()
    features = csr_array((np.ones(2 * number, np.float32), (index, columns)), shape=(number, 40))
    return (features if sparse else features.toarray()), labels


def channel(name: str, *bodies: Labelled | bytes, content_type: str | None = None) -> Channel:
    """A channel of one host."""
    parts = [
        Part(f"/opt/ml/input/data/{name}/{number}", b if isinstance(b, bytes) else encode(*b))
        for number, b in enumerate(bodies)
    ]
    return Channel(name, content_type, [Shard((0,), parts)])


class MachineTrainer:
    """Trains with a clock of its own, and keeps the lines."""

    def __init__(self) -> None:
        self.lines: list[LogLine] = []

    @property
    def texts(self) -> list[str]:
        return [line.text for line in self.lines]

    def train(
        self,
        settings: dict[str, str],
        *channels: Channel,
        stop: Callable[[], bool] = lambda: False,
        **members: Any,
    ) -> TrainingOutput:
        ticks = count(1_600_000_000.0, 0.25)
        by_name = {each.name: each for each in channels}
        return FactorizationMachinesTraining().train(
            TrainingInput(settings, by_name, **members),
            report=self.lines.extend,
            stop=stop,
            clock=lambda: next(ticks),
        )


@pytest.fixture
def job() -> MachineTrainer:
    return MachineTrainer()
