"""Data and runs for the tests of PCA."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.algorithms.run import Run, dataset

from sagemock.algorithms.base import Features, Sharded, never
from sagemock.algorithms.pca import PCAHyperparameters, fit


def sharded(*hosts: Features) -> Sharded:
    return Sharded.on_each(*map(dataset, hosts))


def typed(columns: int, **changes: Any) -> PCAHyperparameters:
    """The hyperparameters of a job."""
    usual = PCAHyperparameters(
        feature_dim=columns,
        mini_batch_size=100,
        num_components=3,
        algorithm_mode="regular",
        extra_components=10,
        subtract_mean=True,
        epochs=1,
    )
    return replace(usual, **changes)


Train = Callable[..., Run]


@pytest.fixture
def train() -> Train:
    """train(rows of each host, test=..., seed=..., stop=..., run=..., and hyperparameters)."""

    def start(
        *hosts: Features,
        test: Sequence[Features] = (),
        run: Run | None = None,
        seed: int = 0,
        stop: Callable[[], bool] = never,
        **settings: Any,
    ) -> Run:
        hyper = typed(hosts[0].shape[1], **settings)
        channels = {"train": sharded(*hosts)}
        if test:
            channels["test"] = sharded(*test)
        run = run or Run()
        run.model = fit(hyper, channels, seed=seed, observe=run.events.append, stop=stop)
        return run

    return start


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
