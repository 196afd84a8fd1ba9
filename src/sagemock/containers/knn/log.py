"""The log that the container of KNN writes, line for line in kind and order.

Copied from a recorded log of June 2021.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sagemock.algorithms.base import Sharded
from sagemock.algorithms.knn.events import (
    IndexBuilt,
    IndexEvaluated,
    IndexStepBegan,
    IndexStepEnded,
    KNNEvent,
    SampleReceived,
    SampleRequested,
    SamplingBegan,
    SamplingInterrupted,
    SamplingPassEnded,
)
from sagemock.algorithms.knn.hyperparameters import KNNHyperparameters
from sagemock.containers.base import Clock, Report
from sagemock.containers.first_party.log import HostLog, JobLog
from sagemock.containers.first_party.reader import ReaderStatistics
from sagemock.containers.knn.lines import KNNLines
from sagemock.formats.record_size import size_of


class KNNLog(JobLog["KNNHostLog"]):
    """Writes what happens during training to the logs of all hosts.

    Parameters
    ----------
    report
        Takes the lines as they are written.
    clock
        Seconds since the epoch.
    hosts
        The names of the job's hosts.
    document
        The job as DescribeTrainingJob shows it.
    """

    def __init__(
        self, report: Report, clock: Clock, hosts: Sequence[str], document: Mapping[str, Any]
    ) -> None:
        super().__init__(
            [
                KNNHostLog(report, KNNLines(clock, number, hosts, document), number)
                for number in range(len(hosts))
            ]
        )

    def read(self, hyperparameters: KNNHyperparameters, channels: Mapping[str, Sharded]) -> None:
        """The channels have been read."""
        sizes = {
            name: [size_of(data.features) for data in channel.datasets]
            for name, channel in channels.items()
        }
        for number, host in enumerate(self.hosts):
            host.read(
                {
                    name: ReaderStatistics(hyperparameters.mini_batch_size, sizes[name][index])
                    for name, channel in channels.items()
                    if (index := channel.of_host[number]) is not None
                },
                channels["train"].rows(number),
            )

    def observe(self, event: KNNEvent) -> None:
        """Write the lines of an event."""
        for host in self.hosts:
            host.observe(event)


class KNNHostLog(HostLog):
    """The log of one host; only the first one has the index."""

    lines: KNNLines

    def __init__(self, report: Report, lines: KNNLines, number: int) -> None:
        super().__init__(report, lines)
        self._number = number
        self._rows = 0
        self._initialized = self._step_start = self.start
        self._set_up = self.start
        self._update_times: list[float] = []

    def read(self, readers: Mapping[str, ReaderStatistics], rows: int) -> None:
        """The channels have been read; the train channel has so many rows on this host."""
        self.readers = readers
        self._rows = rows
        self._set_up = self.epoch_start = self.clock()

    def observe(self, event: KNNEvent) -> None:
        """Write the lines of an event."""
        self.put(*_WRITERS[type(event)](self, event))

    def _began(self, event: SamplingBegan) -> Iterator[str]:
        yield from self.lines.sampling(event.per_host)
        yield self.counters("train", {"Meta": "init_train_data_iter"}, 0, 0)
        yield self.lines.ftp_started()
        first = self.readers["train"].first_batch(self._rows)
        yield self.read_pass("train", 0, first)
        self._initialized = self.epoch_start = self.clock()

    def _pass_ended(self, event: SamplingPassEnded) -> Iterator[str]:
        seconds = self.clock() - self.epoch_start
        self._update_times.append(seconds * 1000)
        self.readers["train"].count(self._rows)
        yield self.read_pass("train", event.epoch + 1, self._rows)
        yield self.lines.progress(event.epoch, event.epochs)
        meta = {"epoch": event.epoch, "Meta": "training_data_iter"}
        yield self.counters("train", meta, event.epoch + 1, self._rows)
        yield self.lines.throughput(self._rows, seconds)
        self.epoch_start = self.clock()

    def _interrupted(self, _: SamplingInterrupted) -> Iterator[str]:
        yield self.lines.interrupted()

    def _requested(self, event: SampleRequested) -> Iterator[str]:
        self._step_start = self.clock()
        if self._number == 0:
            yield self.lines.requested(event)

    def _received(self, event: SampleReceived) -> Iterator[str]:
        if self._number == event.host:
            yield from self.lines.served(event, self.clock() - self._step_start)
        if self._number == 0:
            yield self.lines.received(event)

    def _step_began(self, event: IndexStepBegan) -> Iterator[str]:
        self._step_start = self.clock()
        if self._number == 0:
            yield self.lines.began(event.step)

    def _step_ended(self, event: IndexStepEnded) -> Iterator[str]:
        if self._number == 0:
            yield self.lines.ended(event.step, self.clock() - self._step_start)

    def _built(self, _: IndexBuilt) -> Iterator[str]:
        end = self.clock()
        values: dict[str, Sequence[float]] = {
            "initialize.time": [(self._initialized - self._set_up) * 1000],
            "epochs": [len(self._update_times)],
        }
        if self._update_times:
            values["update.time"] = self._update_times
        values["finalize.time"] = [(end - self.epoch_start) * 1000]
        values["model.serialize.time"] = [(self.clock() - end) * 1000]
        yield self.lines.metrics(self._set_up, end, {}, values)
        self.epoch_start = self.clock()

    def _evaluated(self, event: IndexEvaluated) -> Iterator[str]:
        if self._number == 0 and event.scores is None:
            yield self.lines.line("Test data is not provided.")
        elif self._number == 0:
            yield self.read_pass("test", 0, event.rows)
            self.readers["test"].count(event.rows)
            yield self.counters("test", {"Meta": "test_data_iter"}, 0, event.rows)
            yield from self.lines.scores(event)
        yield self.lines.ftp_ended()
        end = self.clock()
        times = {
            "setuptime": [(self._set_up - self.start) * 1000],
            "totaltime": [(end - self.start) * 1000],
        }
        yield self.lines.metrics(self.start, end, {}, times)


_WRITERS: Mapping[type, Callable[[KNNHostLog, Any], Iterator[str]]] = {
    SamplingBegan: KNNHostLog._began,
    SamplingPassEnded: KNNHostLog._pass_ended,
    SamplingInterrupted: KNNHostLog._interrupted,
    SampleRequested: KNNHostLog._requested,
    SampleReceived: KNNHostLog._received,
    IndexStepBegan: KNNHostLog._step_began,
    IndexStepEnded: KNNHostLog._step_ended,
    IndexBuilt: KNNHostLog._built,
    IndexEvaluated: KNNHostLog._evaluated,
}
