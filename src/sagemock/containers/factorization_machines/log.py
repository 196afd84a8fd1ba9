"""The log that the container of factorization machines writes, line for line in kind and order.

Copied from a recorded log of May 2023.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sagemock.algorithms.base import Sharded
from sagemock.algorithms.factorization_machines import FactorizationMachinesHyperparameters
from sagemock.algorithms.factorization_machines.events import (
    BatchesScored,
    ChannelTested,
    EpochScored,
    Event,
    Finalized,
    MachineInterrupted,
    NetworkBuilt,
)
from sagemock.containers.base import Clock, Report
from sagemock.containers.factorization_machines.lines import MachineLines
from sagemock.containers.first_party.log import HostLog, JobLog
from sagemock.containers.first_party.reader import ReaderStatistics
from sagemock.formats.record_size import size_of


class MachineLog(JobLog["MachineHostLog"]):
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
        super().__init__([MachineHostLog(report, clock, number, hosts) for number in range(hosts)])

    def read(
        self, hyper: FactorizationMachinesHyperparameters, channels: Mapping[str, Sharded]
    ) -> None:
        """The channels have been read."""
        sizes = {
            name: [size_of(data.features) for data in channel.datasets]
            for name, channel in channels.items()
        }
        for number, host in enumerate(self.hosts):
            host.readers = {
                name: ReaderStatistics(hyper.mini_batch_size, sizes[name][index])
                for name, channel in channels.items()
                if (index := channel.of_host[number]) is not None
            }
            host.train_rows = channels["train"].rows(number)
            host.put(host.lines.reader_started())

    def observe(self, event: Event) -> None:
        """Write the lines of an event."""
        for host in self.hosts:
            host.observe(event)


class MachineHostLog(HostLog):
    """The log of one host: measures times, counts what is read, and writes it by the event.

    Attributes
    ----------
    train_rows
        Rows of the train channel on the host, set as soon as it has been read.
    """

    lines: MachineLines

    def __init__(self, report: Report, clock: Clock, number: int, hosts: int) -> None:
        super().__init__(report, MachineLines(clock, number))
        self._number = number
        self._alone = hosts == 1
        self._sparse = False
        self._set_up = self.start
        self.train_rows = 0

    def configured(self, hyperparameters: Mapping[str, str]) -> None:
        """The hyperparameters of the request are valid."""
        super().configured(hyperparameters)
        self.put(self.lines.line("Checkpoint loading and saving are disabled."))

    def observe(self, event: Event) -> None:
        """Write the lines of an event."""
        self.put(*_WRITERS[type(event)](self, event))

    def _built(self, event: NetworkBuilt) -> Iterator[str]:
        reader = self.readers["train"]
        first = reader.first_batch(self.train_rows)
        self._sparse = event.sparse
        yield self.read_pass("train", 0, first)
        yield from self.lines.network(
            sparse=event.sparse, store="local" if self._alone else "dist_sync"
        )
        end = self.clock()
        values = {"initialize.time": [(end - self.start) * 1000]}
        yield self.lines.metrics(self.start, end, {}, values)
        reader.count(first)
        yield self.counters("train", {"Meta": "init_train_data_iter"}, 1, first)
        self._set_up = self.epoch_start = self.clock()

    def _batches(self, event: BatchesScored) -> Iterator[str]:
        if self._sparse and event.epoch == event.batch == 0:
            yield from self.lines.sparse_warnings()
        scores = event.hosts[self._number]
        if scores is not None:
            where = f"epoch={event.epoch}, batch={event.batch} train "
            yield from self.lines.scores(where, scores)

    def _epoch_ended(self, event: EpochScored) -> Iterator[str]:
        rows, scores = event.rows[self._number], event.hosts[self._number]
        self.readers["train"].count(rows)
        yield self.read_pass("train", 2 * (event.epoch + 1), rows)
        yield from self.lines.scores(f"epoch={event.epoch}, train ", scores)
        if event.epoch + 1 == event.epochs:
            yield from self.lines.scores("train ", scores)
        end = self.clock()
        values = {"update.time": [(end - self.epoch_start) * 1000]}
        if event.epoch == 0:
            values = {"epochs": [event.epochs], **values}
        yield self.lines.metrics(self.epoch_start, end, {}, values)
        yield self.lines.progress(event.epoch, event.epochs)
        meta = {"epoch": event.epoch, "Meta": "training_data_iter"}
        yield self.counters("train", meta, event.epoch + 2, rows)
        yield self.lines.throughput(rows, end - self.epoch_start)
        self.epoch_start = self.clock()

    def _interrupted(self, _: MachineInterrupted) -> Iterator[str]:
        yield self.lines.interrupted()

    def _finalized(self, _: Finalized) -> Iterator[str]:
        if self._alone:
            yield self.lines.unsynchronised()
        yield self.lines.pulling()
        end = self.clock()
        values = {"finalize.time": [(end - self.epoch_start) * 1000]}
        yield self.lines.metrics(self.epoch_start, end, {}, values)
        yield self.lines.saved()

    def _tested(self, event: ChannelTested) -> Iterator[str]:
        rows = 0 if event.scores is None else event.rows[self._number]
        if event.scores is None or not rows:
            yield self.lines.line("Test data is not provided.")
        else:
            yield from self.test_passes(rows)
            yield from self.lines.tested(event.scores)
        end = self.clock()
        values = {
            "setuptime": [(self._set_up - self.start) * 1000],
            "totaltime": [(end - self.start) * 1000],
        }
        yield self.lines.metrics(self.start, end, {}, values)


_WRITERS: Mapping[type, Callable[[MachineHostLog, Any], Iterator[str]]] = {
    NetworkBuilt: MachineHostLog._built,
    BatchesScored: MachineHostLog._batches,
    EpochScored: MachineHostLog._epoch_ended,
    MachineInterrupted: MachineHostLog._interrupted,
    Finalized: MachineHostLog._finalized,
    ChannelTested: MachineHostLog._tested,
}
