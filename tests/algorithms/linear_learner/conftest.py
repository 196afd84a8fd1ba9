"""Training in one call, for the tests of Linear Learner."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.algorithms.run import Run, dataset

from sagemock.algorithms.base import Dataset, Sharded
from sagemock.algorithms.linear_learner import fit
from sagemock.algorithms.linear_learner.events import Chosen, EpochEnded, Scaled, Tested
from sagemock.containers.linear_learner import parse_hyperparameters


class LinearRun(Run):
    """Its events by name."""

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


Train = Callable[..., LinearRun]


@pytest.fixture
def train() -> Train:
    """train(hyperparameters, train, validation=..., test=..., seed=..., stop=..., run=...)."""

    def start(
        settings: dict[str, str],
        rows: Any,
        *,
        validation: Any = None,
        test: Any = None,
        run: LinearRun | None = None,
        **options: Any,
    ) -> LinearRun:
        channels: dict[str, Sharded] = {"train": hosts(rows)}
        if validation is not None:
            channels["validation"] = hosts(validation)
        if test is not None:
            channels["test"] = hosts(test)
        run = run or LinearRun()
        hyper = parse_hyperparameters(settings)
        run.model = fit(hyper, channels, observe=run.events.append, **options)
        return run

    return start
