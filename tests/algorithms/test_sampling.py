"""Hosts that sample their rows batch by batch, until they should stop."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest

from sagemock.algorithms.base import Dataset, Sharded, Stopped
from sagemock.algorithms.sampling import (
    SamplingBegan,
    SamplingInterrupted,
    SamplingPassEnded,
    SamplingRun,
)


class Hyperparameters(NamedTuple):
    mini_batch_size: int = 10
    epochs: int = 2


def dataset(rows: int) -> Dataset:
    return Dataset(np.zeros((rows, 1), np.float32), np.float32([]))


TRAIN = Sharded.on_each(dataset(25), dataset(8))


class Run:
    """A run that is asked to stop after a number of batches."""

    def __init__(self, batches: int = 1000) -> None:
        answers = iter([False] * batches)
        self.events: list[object] = []
        self.run = SamplingRun(
            Hyperparameters(), self.events.append, stop=lambda: next(answers, True)
        )


def test_each_host_is_offered_its_rows_once_an_epoch() -> None:
    run = Run()
    samples = run.run.sample(TRAIN, 20, seed=0)
    assert [sample.seen for sample in samples] == [50, 16]
    assert [len(sample.sample) for sample in samples] == [20, 16]
    assert run.events == [SamplingBegan(20), SamplingPassEnded(0, 2), SamplingPassEnded(1, 2)]


def test_hosts_draw_their_own_numbers() -> None:
    same = Sharded((dataset(1000),), (0, 0))
    one, other = (sample.sample.tolist() for sample in Run().run.sample(same, 5, seed=0))
    assert one != other
    again = Run().run.sample(same, 5, seed=0)[1]
    assert again.sample.tolist() == other


def test_the_rows_until_the_run_should_stop() -> None:
    run = Run(batches=2)
    assert [sample.seen for sample in run.run.sample(TRAIN, 20, seed=0)] == [20, 8]
    assert run.run.should_stop()
    assert run.events == [SamplingBegan(20), SamplingInterrupted()]


def test_stopped_before_the_first_rows() -> None:
    with pytest.raises(Stopped) as caught:
        Run(batches=0).run.sample(TRAIN, 20, seed=0)
    assert caught.value.model is None


def test_the_batches_of_the_test_channel() -> None:
    batches = Run().run.batches(dataset(25), "model")
    assert list(batches) == [slice(0, 10), slice(10, 20), slice(20, 30)]
    stopped = Run(batches=1).run.batches(dataset(25), "model")
    assert next(stopped) == slice(0, 10)
    with pytest.raises(Stopped) as caught:
        next(stopped)
    assert caught.value.model == "model"
