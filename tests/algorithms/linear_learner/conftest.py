"""Training in one call, for the tests of Linear Learner."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from sagemock.algorithms.base import Dataset, Features, Sharded
from sagemock.algorithms.linear_learner import LinearModel, fit
from sagemock.algorithms.linear_learner.events import Chosen, EpochEnded, Event, Scaled, Tested
from sagemock.containers.linear_learner import parse_hyperparameters


@dataclass
class Run:
    """A finished job: its model, and its events."""

    events: list[Event] = field(default_factory=list)
    model: LinearModel = field(init=False)

    def of(self, kind: type[Any]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def epochs(self) -> list[EpochEnded]:
        return self.of(EpochEnded)

    @property
    def scaled(self) -> Scaled:
        return self.of(Scaled)[0]

    @property
    def chosen(self) -> Chosen:
        return self.of(Chosen)[0]

    @property
    def tested(self) -> Tested:
        return self.of(Tested)[0]


def dataset(features: Features, labels: np.ndarray) -> Dataset:
    if isinstance(features, np.ndarray):
        features = np.ascontiguousarray(features, np.float32)
    return Dataset(features, np.asarray(labels, np.float32))


def hosts(settings: Any) -> Sharded:
    """One data set, or those of several hosts; each a Dataset or (features, labels).

    A host without rows lacks the channel, and those that have the same object share it.
    """
    if not isinstance(settings, list):
        return hosts([settings])
    data = [one if isinstance(one, Dataset) else dataset(*one) for one in settings]
    different = list({id(one): one for one in data if one.rows}.values())
    index_of = {id(one): index for index, one in enumerate(different)}
    return Sharded(tuple(different), tuple(index_of.get(id(one)) for one in data))


Train = Callable[..., Run]


@pytest.fixture
def train() -> Train:
    """train(hyperparameters, train, validation=..., test=..., seed=..., stop=..., events=...)."""

    def run(
        settings: dict[str, str],
        rows: Any,
        *,
        validation: Any = None,
        test: Any = None,
        events: list[Event] | None = None,
        **options: Any,
    ) -> Run:
        channels: dict[str, Sharded] = {"train": hosts(rows)}
        if validation is not None:
            channels["validation"] = hosts(validation)
        if test is not None:
            channels["test"] = hosts(test)
        finished = Run() if events is None else Run(events)
        finished.model = fit(
            parse_hyperparameters(settings), channels, observe=finished.events.append, **options
        )
        return finished

    return run
