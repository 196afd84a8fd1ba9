"""Data and runs for the tests of factorization machines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_array
from tests.algorithms.run import Run, dataset

from sagemock.algorithms.base import Features, Sharded, never
from sagemock.algorithms.factorization_machines import FactorizationMachinesHyperparameters, fit
from sagemock.containers.factorization_machines import parse_hyperparameters

Rows = tuple[Features, np.ndarray]


def typed(columns: int, **values: Any) -> FactorizationMachinesHyperparameters:
    """The hyperparameters of a job, the container's defaults where none are named."""
    usual = parse_hyperparameters(
        {"feature_dim": str(columns), "num_factors": "4", "predictor_type": "regressor"}
    )
    return replace(usual, **values)


TrainMachine = Callable[..., Run]


@pytest.fixture
def train() -> TrainMachine:
    """train(rows, test=..., seed=..., stop=..., run=..., and hyperparameters by name).

    Rows are features and labels; a list of them is one for each host.
    """

    def start(
        rows: Rows | Sequence[Rows],
        *,
        test: Rows | None = None,
        run: Run | None = None,
        seed: int = 0,
        stop: Callable[[], bool] = never,
        **settings: Any,
    ) -> Run:
        hosts = [dataset(*each) for each in (rows if isinstance(rows, list) else [rows])]
        channels = {"train": Sharded.on_each(*hosts)}
        if test is not None:
            channels["test"] = Sharded.on_each(dataset(*test))
        run = run or Run()
        hyper = typed(hosts[0].columns, **settings)
        run.model = fit(hyper, channels, seed=seed, observe=run.events.append, stop=stop)
        return run

    return start


@pytest.fixture(scope="session")
def ratings() -> Rows:
    """3,000 ratings of 60 users and 40 items, one-hot (3000, 100), sparse.

    A rating depends on the user, the item, and how well the two go together.
    """
    generator = np.random.default_rng(5)
    users, items = generator.integers(0, 60, 3000), generator.integers(0, 40, 3000)
    tastes, kinds = generator.normal(0, 1, (60, 2)), generator.normal(0, 1, (40, 2))
    of_users, of_items = generator.normal(0, 0.3, 60), generator.normal(0, 0.3, 40)
    labels = 3 + of_users[users] + of_items[items] + (tastes[users] * kinds[items]).sum(axis=1)
    labels += generator.normal(0, 0.1, 3000)
    rows = np.repeat(np.arange(3000), 2)
    columns = np.stack([users, 60 + items], axis=1).ravel()
    features = csr_array((np.ones(6000, np.float32), (rows, columns)), shape=(3000, 100))
    return features, labels.astype(np.float32)
