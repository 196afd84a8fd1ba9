"""Data and runs for the tests of K-Means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest

from sagemock.algorithms.base import Dataset, Features, Sharded
from sagemock.algorithms.kmeans import KMeansHyperparameters, KMeansModel, fit
from sagemock.algorithms.kmeans.events import Event
from sagemock.containers.kmeans.hyperparameters import parse_hyperparameters


@dataclass
class Run:
    """A finished job: its model, and its events."""

    events: list[Event] = field(default_factory=list)
    model: KMeansModel = field(init=False)

    def of(self, kind: type[Any]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]


def sharded(*hosts: Features) -> Sharded:
    """A channel with rows of each host."""
    return Sharded.on_each(
        *(
            Dataset(
                np.ascontiguousarray(rows, np.float32) if isinstance(rows, np.ndarray) else rows,
                np.empty(0, np.float32),
            )
            for rows in hosts
        )
    )


def typed(rows: Features, **values: Any) -> KMeansHyperparameters:
    """The hyperparameters of a job on some rows, the container's defaults where none are named."""
    usual = parse_hyperparameters({"k": "1", "feature_dim": str(rows.shape[1])})
    return replace(usual, **values)


Train = Callable[..., Run]


@pytest.fixture
def train() -> Train:
    """train(rows of each host, test=..., seed=..., stop=..., events=..., and hyperparameters)."""

    def run(
        *hosts: Features,
        test: Features | None = None,
        events: list[Event] | None = None,
        seed: int = 0,
        stop: Callable[[], bool] = lambda: False,
        **settings: Any,
    ) -> Run:
        channels = {"train": sharded(*hosts)}
        if test is not None:
            channels["test"] = sharded(test)
        finished = Run() if events is None else Run(events)
        finished.model = fit(
            typed(hosts[0], **settings),
            channels,
            seed=seed,
            observe=finished.events.append,
            stop=stop,
        )
        return finished

    return run


@pytest.fixture(scope="session")
def images(digits: Any) -> np.ndarray:
    """1,000 images of MNIST, (1000, 784), scaled as the getting-started guide does it."""
    return np.asarray(digits.images)


@pytest.fixture(scope="session")
def blobs() -> tuple[np.ndarray, np.ndarray]:
    """2,000 rows around five centers that are far apart, and the centers."""
    from sklearn.datasets import make_blobs

    centers = np.array([[0, 0], [30, 0], [0, 30], [-30, 0], [0, -30]], np.float64)
    rows, _ = make_blobs(2000, centers=centers, cluster_std=1.0, random_state=0)
    return rows.astype(np.float32), centers
