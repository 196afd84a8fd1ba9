"""Data and runs for the tests of factorization machines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_array

from sagemock.algorithms.base import Dataset, Features, Sharded
from sagemock.algorithms.factorization_machines import (
    FactorizationMachinesHyperparameters,
    FactorizationMachinesModel,
    fit,
)
from sagemock.algorithms.factorization_machines.events import Event
from sagemock.containers.factorization_machines import parse_hyperparameters

Rows = tuple[Features, np.ndarray]


@dataclass
class MachineJob:
    """A finished job: its model, and its events."""

    events: list[Event] = field(default_factory=list)
    model: FactorizationMachinesModel = field(init=False)

    def of(self, kind: type[Any]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]


def dataset(rows: Rows) -> Dataset:
    features, labels = rows
    if isinstance(features, np.ndarray):
        features = np.ascontiguousarray(features, np.float32)
    return Dataset(features, np.asarray(labels, np.float32))


def typed(columns: int, **values: Any) -> FactorizationMachinesHyperparameters:
    """The hyperparameters of a job, the container's defaults where none are named."""
    usual = parse_hyperparameters(
        {"feature_dim": str(columns), "num_factors": "4", "predictor_type": "regressor"}
    )
    return replace(usual, **values)


TrainMachine = Callable[..., MachineJob]


@pytest.fixture
def train() -> TrainMachine:
    """train(rows, test=..., seed=..., stop=..., events=..., and hyperparameters by name).

    Rows are features and labels; a list of them is one for each host.
    """

    def run(
        rows: Rows | Sequence[Rows],
        *,
        test: Rows | None = None,
        events: list[Event] | None = None,
        seed: int = 0,
        stop: Callable[[], bool] = lambda: False,
        **settings: Any,
    ) -> MachineJob:
        hosts = list(map(dataset, rows if isinstance(rows, list) else [rows]))
        channels = {"train": Sharded.on_each(*hosts)}
        if test is not None:
            channels["test"] = Sharded.on_each(dataset(test))
        job = MachineJob() if events is None else MachineJob(events)
        hyper = typed(hosts[0].columns, **settings)
        job.model = fit(hyper, channels, seed=seed, observe=job.events.append, stop=stop)
        return job

    return run


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
