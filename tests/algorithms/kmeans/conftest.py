"""Data and runs for the tests of K-Means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.algorithms.run import Run, dataset

from sagemock.algorithms.base import Features, Sharded, never
from sagemock.algorithms.kmeans import KMeansHyperparameters, fit
from sagemock.containers.kmeans.hyperparameters import parse_hyperparameters


def sharded(*hosts: Features) -> Sharded:
    """A channel with rows of each host."""
    return Sharded.on_each(*map(dataset, hosts))


def typed(rows: Features, **values: Any) -> KMeansHyperparameters:
    """The hyperparameters of a job on some rows, the container's defaults where none are named."""
    usual = parse_hyperparameters({"k": "1", "feature_dim": str(rows.shape[1])})
    return replace(usual, **values)


Train = Callable[..., Run]


@pytest.fixture
def train() -> Train:
    """train(rows of each host, test=..., seed=..., stop=..., run=..., and hyperparameters)."""

    def start(
        *hosts: Features,
        test: Features | None = None,
        run: Run | None = None,
        seed: int = 0,
        stop: Callable[[], bool] = never,
        **settings: Any,
    ) -> Run:
        channels = {"train": sharded(*hosts)}
        if test is not None:
            channels["test"] = sharded(test)
        run = run or Run()
        hyper = typed(hosts[0], **settings)
        run.model = fit(hyper, channels, seed=seed, observe=run.events.append, stop=stop)
        return run

    return start


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
