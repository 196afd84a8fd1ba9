"""Data and runs for the tests of PCA."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from sagemock.algorithms.base import Dataset, Features, Sharded
from sagemock.algorithms.pca import PCAHyperparameters, PCAModel, fit
from sagemock.algorithms.pca.events import Event


@dataclass
class Run:
    """A finished job: its model, and its events."""

    events: list[Event] = field(default_factory=list)
    model: PCAModel = field(init=False)

    def of(self, kind: type[Any]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]


def sharded(*hosts: Features) -> Sharded:
    return Sharded.on_each(
        *(
            Dataset(
                np.ascontiguousarray(rows, np.float32) if isinstance(rows, np.ndarray) else rows,
                np.empty(0, np.float32),
            )
            for rows in hosts
        )
    )


Train = Callable[..., Run]


@pytest.fixture
def train() -> Train:
    """train(rows of one or more hosts, test=..., seed=..., stop=..., and hyperparameters)."""

    def run(
        *hosts: Features,
        test: Sequence[Features] = (),
        events: list[Event] | None = None,
        seed: int = 0,
        stop: Callable[[], bool] = lambda: False,
        **settings: Any,
    ) -> Run:
        hyperparameters = PCAHyperparameters(
            **{
                "feature_dim": hosts[0].shape[1],
                "mini_batch_size": 100,
                "num_components": 3,
                "algorithm_mode": "regular",
                "extra_components": 10,
                "subtract_mean": True,
                "epochs": 1,
                **settings,
            }
        )
        channels = {"train": sharded(*hosts)}
        if test:
            channels["test"] = sharded(*test)
        finished = Run() if events is None else Run(events)
        finished.model = fit(
            hyperparameters, channels, seed=seed, observe=finished.events.append, stop=stop
        )
        return finished

    return run


@pytest.fixture(scope="session")
def images(digits: Any) -> np.ndarray:
    """1,000 images of MNIST, (1000, 784)."""
    return np.asarray(digits.images)


@pytest.fixture(scope="session")
def table() -> np.ndarray:
    """450 rows of 12 correlated columns, whose means are far larger than their spread."""
    generator = np.random.default_rng(1)
    mixed = generator.normal(size=(450, 12)) @ generator.normal(size=(12, 12))
    return (mixed + 1000 * generator.normal(size=12)).astype(np.float32)
