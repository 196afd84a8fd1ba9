"""The log that the container of K-Means writes, line for line in kind and order.

Copied from a recorded log of May 2021, and one of December 2021 without extra centers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from sagemock.algorithms.base import Score
from sagemock.algorithms.kmeans import KMeansHyperparameters
from sagemock.algorithms.kmeans.events import (
    Attempted,
    Evaluated,
    Initialized,
    Interrupted,
    Kept,
    Moved,
    PassEnded,
    Shrinking,
    Shrunk,
    Timed,
)
from sagemock.containers.base import Clock, Report, TrainingInput
from sagemock.containers.first_party.kinds import AUTO
from sagemock.containers.first_party.log import HostLog, Writers
from sagemock.containers.kmeans.lines import KMeansLines


class KMeansHostLog(HostLog):
    """The log of the host: measures times, counts what is read, and writes it by the event."""

    lines: KMeansLines

    def __init__(self, report: Report, clock: Clock, number: int, input: TrainingInput) -> None:
        super().__init__(report, KMeansLines(clock, number, input))
        self._batch_size = 1
        self._initialized = self._shrink_start = self.start
        self._update_times: list[float] = []
        self._shrink_times: list[float] = []

    def read(self, hyperparameters: KMeansHyperparameters, content_type: str) -> None:
        """The channels have been read; the content type is that of the train channel."""
        self._batch_size = hyperparameters.mini_batch_size
        self.put(*self.lines.set_up(content_type))
        if self.lines.final()["extra_center_factor"] == AUTO:
            self.put(self.lines.extra_center_factor(hyperparameters.extra_center_factor))
        self.put(*self.lines.slices())
        self.set_up = self.epoch_start = self.clock()

    def _initialized_from(self, event: Initialized) -> Iterator[str]:
        rows = event.rows[self.number]
        if rows < self._batch_size:
            yield self.lines.small_batch(rows, self._batch_size)
        self.readers["train"].count(rows)
        yield self.counters("train", {"Meta": "init_train_data_iter"}, 0, rows)
        yield self.read_pass("train", 0, rows)
        self._initialized = self.epoch_start = self.clock()

    def _moved(self, event: Moved) -> Iterator[str]:
        yield self.lines.moved(event)

    def _epoch_ended(self, event: PassEnded) -> Iterator[str]:
        rows, seconds = event.rows[self.number], self.clock() - self.epoch_start
        self._update_times.append(seconds * 1000)
        self.readers["train"].count(rows)
        yield self.read_pass("train", event.epoch + 1, rows)
        yield self.lines.processed(rows)
        yield from self.end_epoch(event, resets=event.epoch + 1, rows=rows, seconds=seconds)
        self._shrink_start = self.epoch_start
        if self.alone and event.epoch + 1 == event.epochs:
            yield self.lines.unsynchronised()

    def _shrinking(self, event: Shrinking) -> Iterator[str]:
        self._shrink_start = self.clock()
        yield self.lines.shrinking(event)

    def _attempted(self, event: Attempted) -> Iterator[str]:
        yield self.lines.attempted(event)

    def _shrunk(self, event: Shrunk) -> Iterator[str]:
        yield from self.lines.shrunk(event.msd)
        self._shrink_times.append((self.clock() - self._shrink_start) * 1000)

    def _kept(self, _: Kept) -> Iterator[str]:
        yield self.lines.kept()

    def _timed(self, event: Timed) -> Iterator[str]:
        yield from self.lines.timings(event.seconds)

    def _evaluated(self, event: Evaluated) -> Iterator[str]:
        end = self.clock()
        values: dict[str, list[float]] = {
            "initialize.time": [(self._initialized - self.set_up) * 1000],
            "epochs": [len(self._update_times)],
            "update.time": self._update_times,
        }
        if self._shrink_times:
            values["_shrink.time"] = self._shrink_times
        values["finalize.time"] = [(end - self.epoch_start) * 1000]
        values["model.serialize.time"] = [(self.clock() - end) * 1000]
        yield self.lines.metrics(self.set_up, end, {}, values)
        # As Linear Learner logs them; none were recorded.
        scores = [Score(name, value, "loss") for name, value in (event.scores or {}).items()]
        yield from self.tested(event.rows, scores)
        yield self.total_times(end)

    writers: ClassVar[Writers] = {
        Initialized: _initialized_from,
        Moved: _moved,
        PassEnded: _epoch_ended,
        Interrupted: HostLog.interrupted,
        Shrinking: _shrinking,
        Attempted: _attempted,
        Shrunk: _shrunk,
        Kept: _kept,
        Timed: _timed,
        Evaluated: _evaluated,
    }
