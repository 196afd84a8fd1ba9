"""The log that the container of KNN writes, line for line in kind and order.

Copied from a recorded log of June 2021.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from sagemock.algorithms.base import Score
from sagemock.algorithms.knn.events import (
    IndexBuilt,
    IndexEvaluated,
    IndexStepBegan,
    IndexStepEnded,
    SampleReceived,
    SampleRequested,
)
from sagemock.algorithms.knn.hyperparameters import KNNHyperparameters
from sagemock.algorithms.sampling import SamplingBegan, SamplingInterrupted, SamplingPassEnded
from sagemock.containers.base import Clock, Report, TrainingInput
from sagemock.containers.first_party.log import HostLog, Writers
from sagemock.containers.knn.lines import KNNLines


class KNNHostLog(HostLog):
    """The log of one host; only the first one has the index."""

    lines: KNNLines

    def __init__(self, report: Report, clock: Clock, number: int, input: TrainingInput) -> None:
        super().__init__(report, KNNLines(clock, number, input))
        self._initialized = self._step_start = self.start
        self._update_times: list[float] = []

    def read(self, hyperparameters: KNNHyperparameters, content_type: str) -> None:  # noqa: ARG002
        """The channels have been read."""
        self.set_up = self.epoch_start = self.clock()

    def _began(self, event: SamplingBegan) -> Iterator[str]:
        yield from self.lines.sampling(event.per_host)
        yield self.counters("train", {"Meta": "init_train_data_iter"}, 0, 0)
        yield self.lines.ftp_started()
        first = self.readers["train"].first_batch(self.rows)
        yield self.read_pass("train", 0, first)
        self._initialized = self.epoch_start = self.clock()

    def _pass_ended(self, event: SamplingPassEnded) -> Iterator[str]:
        seconds = self.clock() - self.epoch_start
        self._update_times.append(seconds * 1000)
        self.readers["train"].count(self.rows)
        yield self.read_pass("train", event.epoch + 1, self.rows)
        yield from self.end_epoch(event, resets=event.epoch + 1, rows=self.rows, seconds=seconds)

    def _requested(self, event: SampleRequested) -> Iterator[str]:
        self._step_start = self.clock()
        if self.number == 0:
            yield self.lines.requested(event)

    def _received(self, event: SampleReceived) -> Iterator[str]:
        if self.number == event.host:
            yield from self.lines.served(event, self.clock() - self._step_start)
        if self.number == 0:
            yield self.lines.received(event)

    def _step_began(self, event: IndexStepBegan) -> Iterator[str]:
        self._step_start = self.clock()
        if self.number == 0:
            yield self.lines.began(event.step)

    def _step_ended(self, event: IndexStepEnded) -> Iterator[str]:
        if self.number == 0:
            yield self.lines.ended(event.step, self.clock() - self._step_start)

    def _built(self, _: IndexBuilt) -> Iterator[str]:
        end = self.clock()
        values: dict[str, Sequence[float]] = {
            "initialize.time": [(self._initialized - self.set_up) * 1000],
            "epochs": [len(self._update_times)],
        }
        if self._update_times:
            values["update.time"] = self._update_times
        values["finalize.time"] = [(end - self.epoch_start) * 1000]
        values["model.serialize.time"] = [(self.clock() - end) * 1000]
        yield self.lines.metrics(self.set_up, end, {}, values)
        self.epoch_start = self.clock()

    def _evaluated(self, event: IndexEvaluated) -> Iterator[str]:
        if self.number == 0 and event.scores is None:
            yield self.lines.no_test_data()
        elif self.number == 0:
            yield self.read_pass("test", 0, event.rows)
            self.readers["test"].count(event.rows)
            yield self.counters("test", {"Meta": "test_data_iter"}, 0, event.rows)
            scores = [
                Score(name, value, "loss" if name == "mse" else "score")
                for name, value in (event.scores or {}).items()
            ]
            yield from self.lines.scores("test", scores)
        yield self.lines.ftp_ended()
        yield self.total_times(self.start)

    writers: ClassVar[Writers] = {
        SamplingBegan: _began,
        SamplingPassEnded: _pass_ended,
        SamplingInterrupted: HostLog.interrupted,
        SampleRequested: _requested,
        SampleReceived: _received,
        IndexStepBegan: _step_began,
        IndexStepEnded: _step_ended,
        IndexBuilt: _built,
        IndexEvaluated: _evaluated,
    }
