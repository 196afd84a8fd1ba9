"""A run whose hosts sample their rows, of which the first host makes a model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

import numpy as np

from sagemock.algorithms.base import Dataset, Sharded, Stopped
from sagemock.algorithms.reservoir import Reservoir


@dataclass(frozen=True, slots=True)
class SamplingBegan:
    """The hosts begin to sample their rows; each keeps up to `per_host` of them."""

    per_host: int


@dataclass(frozen=True, slots=True)
class SamplingPassEnded:
    """A pass over the train channel has ended; `epoch` counts from 0."""

    epoch: int
    epochs: int


@dataclass(frozen=True, slots=True)
class SamplingInterrupted:
    """Training was asked to stop; the model is made of the rows so far, if there are any."""


class SamplingHyperparameters(Protocol):
    """The hyperparameters by which rows are offered to a sample."""

    @property
    def mini_batch_size(self) -> int:
        """The rows of a batch, on each host."""

    @property
    def epochs(self) -> int:
        """Passes over the train channel."""


Hyperparameters = TypeVar("Hyperparameters", bound=SamplingHyperparameters)


@dataclass(slots=True)
class SamplingRun(Generic[Hyperparameters]):
    """One run, and whether it was asked to stop.

    Attributes
    ----------
    hyper, observe, stop
        As passed to `fit`.
    """

    hyper: Hyperparameters
    observe: Callable[[Any], None]
    stop: Callable[[], bool]
    stopped: bool = False

    def should_stop(self) -> bool:
        """Whether the run was asked to stop; the first time it is reported as an event."""
        if not self.stopped and self.stop():
            self.stopped = True
            self.observe(SamplingInterrupted())
        return self.stopped

    def sample(self, train: Sharded, per_host: int, seed: int) -> list[Reservoir]:
        """The sample of each host, of the rows until the run should stop.

        Raises
        ------
        Stopped
            When asked to stop before the first rows.
        """
        rows, size = train.host_rows, self.hyper.mini_batch_size
        samples = [
            Reservoir(per_host, np.random.default_rng([seed, host])) for host in range(len(rows))
        ]
        self.observe(SamplingBegan(per_host))
        for epoch in range(self.hyper.epochs):
            for start in range(0, max(rows), size):
                if self.should_stop():
                    if not any(sample.seen for sample in samples):
                        raise Stopped
                    return samples
                for count, sample in zip(rows, samples, strict=True):
                    sample.add(min(size, max(0, count - start)))
            self.observe(SamplingPassEnded(epoch, self.hyper.epochs))
        return samples

    def batches(self, test: Dataset, model: object) -> Iterator[slice]:
        """The mini-batches that the model is scored on. Raises `Stopped`, with the model."""
        for start in range(0, test.rows, self.hyper.mini_batch_size):
            if self.should_stop():
                raise Stopped(model)
            yield slice(start, start + self.hyper.mini_batch_size)
