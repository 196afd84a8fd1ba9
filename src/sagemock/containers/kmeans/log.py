"""The log that the container of K-Means writes, line for line in kind and order.

Copied from a recorded log of May 2021, and one of December 2021 without extra centers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sagemock.algorithms.base import Sharded
from sagemock.algorithms.kmeans import KMeansHyperparameters
from sagemock.algorithms.kmeans.events import (
    Attempted,
    Evaluated,
    Event,
    Initialized,
    Interrupted,
    Kept,
    Moved,
    PassEnded,
    Shrinking,
    Shrunk,
    Timed,
)
from sagemock.containers.base import Clock, Report
from sagemock.containers.first_party.kinds import AUTO
from sagemock.containers.first_party.log import HostLog, JobLog
from sagemock.containers.first_party.reader import ReaderStatistics
from sagemock.containers.kmeans.lines import KMeansLines
from sagemock.formats.record_size import size_of


class KMeansLog(JobLog["KMeansHostLog"]):
    """Writes what happens during training to the logs of all hosts.

    Parameters
    ----------
    report
        Takes the lines as they are written.
    clock
        Seconds since the epoch.
    hosts
        How many hosts the job has.
    """

    def __init__(self, report: Report, clock: Clock, hosts: int = 1) -> None:
        super().__init__([KMeansHostLog(report, clock, number, hosts) for number in range(hosts)])

    def read(
        self,
        hyperparameters: KMeansHyperparameters,
        channels: Mapping[str, Sharded],
        content_type: str | None,
        texts: Mapping[str, str],
    ) -> None:
        """The channels have been read.

        Parameters
        ----------
        content_type
            That of the train channel.
        texts
            The hyperparameters of the request.
        """
        sizes = {
            name: [
                size_of(data.features, labelled=len(data.labels) > 0) for data in channel.datasets
            ]
            for name, channel in channels.items()
        }
        for number, host in enumerate(self.hosts):
            readers = {
                name: ReaderStatistics(hyperparameters.mini_batch_size, sizes[name][index])
                for name, channel in channels.items()
                if (index := channel.of_host[number]) is not None
            }
            host.read(hyperparameters, readers, content_type, texts)

    def observe(self, event: Event) -> None:
        """Write the lines of an event."""
        for host in self.hosts:
            host.observe(event)


class KMeansHostLog(HostLog):
    """The log of the host: measures times, counts what is read, and writes it by the event."""

    lines: KMeansLines

    def __init__(self, report: Report, clock: Clock, number: int, hosts: int) -> None:
        super().__init__(report, KMeansLines(clock, number, hosts))
        self._number = number
        self._alone = hosts == 1
        self._batch_size = 1
        self._set_up = self._initialized = self._shrink_start = self.start
        self._update_times: list[float] = []
        self._shrink_times: list[float] = []

    def read(
        self,
        hyperparameters: KMeansHyperparameters,
        readers: Mapping[str, ReaderStatistics],
        content_type: str | None,
        texts: Mapping[str, str],
    ) -> None:
        """The channels have been read, by the readers of this host."""
        self._batch_size = hyperparameters.mini_batch_size
        self.readers = readers
        self.put(*self.lines.set_up(content_type, texts))
        if self.lines.final(texts)["extra_center_factor"] == AUTO:
            self.put(self.lines.extra_center_factor(hyperparameters.extra_center_factor))
        self.put(*self.lines.slices())
        self._set_up = self.epoch_start = self.clock()

    def observe(self, event: Event) -> None:
        """Write the lines of an event."""
        self.put(*_WRITERS[type(event)](self, event))

    def _initialized_from(self, event: Initialized) -> Iterator[str]:
        rows = event.rows[self._number]
        if rows < self._batch_size:
            yield self.lines.small_batch(rows, self._batch_size)
        self.readers["train"].count(rows)
        yield self.counters("train", {"Meta": "init_train_data_iter"}, 0, rows)
        yield self.read_pass("train", 0, rows)
        self._initialized = self.epoch_start = self.clock()

    def _moved(self, event: Moved) -> Iterator[str]:
        yield self.lines.moved(event)

    def _epoch_ended(self, event: PassEnded) -> Iterator[str]:
        rows, seconds = event.rows[self._number], self.clock() - self.epoch_start
        self._update_times.append(seconds * 1000)
        self.readers["train"].count(rows)
        yield self.read_pass("train", event.epoch + 1, rows)
        yield self.lines.processed(rows)
        yield self.lines.progress(event.epoch, event.epochs)
        meta = {"epoch": event.epoch, "Meta": "training_data_iter"}
        yield self.counters("train", meta, event.epoch + 1, rows)
        yield self.lines.throughput(rows, seconds)
        self.epoch_start = self._shrink_start = self.clock()
        if self._alone and event.epoch + 1 == event.epochs:
            yield self.lines.unsynchronised()

    def _interrupted(self, _: Interrupted) -> Iterator[str]:
        yield self.lines.interrupted()

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
            "initialize.time": [(self._initialized - self._set_up) * 1000],
            "epochs": [len(self._update_times)],
            "update.time": self._update_times,
        }
        if self._shrink_times:
            values["_shrink.time"] = self._shrink_times
        values["finalize.time"] = [(end - self.epoch_start) * 1000]
        values["model.serialize.time"] = [(self.clock() - end) * 1000]
        yield self.lines.metrics(self._set_up, end, {}, values)
        yield from self._scores(event)
        now = self.clock()
        times = {
            "setuptime": [(self._set_up - self.start) * 1000],
            "totaltime": [(now - self.start) * 1000],
        }
        yield self.lines.metrics(end, now, {}, times)

    def _scores(self, event: Evaluated) -> Iterator[str]:
        rows = 0 if event.scores is None else event.rows[self._number]
        if not rows:
            yield self.lines.line("Test data is not provided.")
            return
        yield from self.test_passes(rows)
        yield from self.lines.scores(event)


_WRITERS: Mapping[type, Callable[[KMeansHostLog, Any], Iterator[str]]] = {
    Initialized: KMeansHostLog._initialized_from,
    Moved: KMeansHostLog._moved,
    PassEnded: KMeansHostLog._epoch_ended,
    Interrupted: KMeansHostLog._interrupted,
    Shrinking: KMeansHostLog._shrinking,
    Attempted: KMeansHostLog._attempted,
    Shrunk: KMeansHostLog._shrunk,
    Kept: KMeansHostLog._kept,
    Timed: KMeansHostLog._timed,
    Evaluated: KMeansHostLog._evaluated,
}
