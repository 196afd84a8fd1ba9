"""The log that the container of the random cut forest writes, line for line in kind and order.

Copied from a recorded log of February 2020.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sagemock.algorithms.base import Sharded
from sagemock.algorithms.random_cut_forest import RandomCutForestHyperparameters
from sagemock.algorithms.random_cut_forest.events import (
    AnomaliesEvaluated,
    ForestBuilt,
    ForestEvent,
    ForestInterrupted,
    ForestPassEnded,
    ForestSamplingBegan,
    MemoryEstimated,
    SamplesGathered,
)
from sagemock.containers.base import Clock, Report
from sagemock.containers.first_party.log import HostLog, JobLog
from sagemock.containers.first_party.reader import ReaderStatistics
from sagemock.containers.random_cut_forest.artifact import pack_member
from sagemock.containers.random_cut_forest.lines import RandomCutForestLines
from sagemock.formats.record_size import size_of


class RandomCutForestLog(JobLog["RandomCutForestHostLog"]):
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
                RandomCutForestHostLog(
                    report, RandomCutForestLines(clock, number, hosts, document), number
                )
                for number in range(len(hosts))
            ]
        )

    def read(
        self,
        hyperparameters: RandomCutForestHyperparameters,
        channels: Mapping[str, Sharded],
        content_type: str,
    ) -> None:
        """The channels have been read; the content type is that of the train channel."""
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
            host.read(readers, channels["train"].rows(number), content_type)

    def observe(self, event: ForestEvent) -> None:
        """Write the lines of an event."""
        for host in self.hosts:
            host.observe(event)


class RandomCutForestHostLog(HostLog):
    """The log of one host; only the first one builds the forest."""

    lines: RandomCutForestLines

    def __init__(self, report: Report, lines: RandomCutForestLines, number: int) -> None:
        super().__init__(report, lines)
        self._number = number
        self._rows = 0
        self._set_up = self._gathered = self.start

    def read(self, readers: Mapping[str, ReaderStatistics], rows: int, content_type: str) -> None:
        """The channels have been read; the train channel has so many rows on this host."""
        self.readers = readers
        self._rows = rows
        self.put(*self.lines.validated(content_type))
        self._set_up = self.epoch_start = self.clock()

    def observe(self, event: ForestEvent) -> None:
        """Write the lines of an event."""
        self.put(*_WRITERS[type(event)](self, event))

    def _measured(self, start: float, values: Mapping[str, float]) -> str:
        """A line of measurements since a moment."""
        lists = {name: [value] for name, value in values.items()}
        return self.lines.metrics(start, self.clock(), {}, lists)

    def _estimated(self, event: MemoryEstimated) -> Iterator[str]:
        yield from self.lines.memory(event)

    def _began(self, _: ForestSamplingBegan) -> Iterator[str]:
        yield from self.lines.cluster()
        seconds = self.clock() - self._set_up
        yield self._measured(self._set_up, {"initialize.time": seconds * 1000})
        yield self.counters("train", {"Meta": "init_train_data_iter"}, 0, 0)
        yield self.read_pass("train", 0, self.readers["train"].first_batch(self._rows))
        yield self.lines.line("Sampling training data...")
        self.epoch_start = self.clock()

    def _pass_ended(self, event: ForestPassEnded) -> Iterator[str]:
        start, seconds = self.epoch_start, self.clock() - self.epoch_start
        last = event.epoch + 1 == event.epochs
        self.readers["train"].count(self._rows)
        yield self.read_pass("train", event.epoch + 1, self._rows)
        yield self.lines.line("Sampling training data completed.")
        yield self._measured(start, {"epochs": event.epoch + 1, "update.time": seconds * 1000})
        if last:
            yield from self.lines.stopped_early()
        else:
            yield self.lines.progress(event.epoch, event.epochs)
        meta = {"Meta": "training_data_iter", "epoch": event.epoch}
        yield self.counters("train", meta, event.epoch + 1, self._rows)
        yield self.lines.throughput(self._rows, seconds)
        if not last:
            yield self.lines.line("Sampling training data...")
        self.epoch_start = self.clock()

    def _interrupted(self, _: ForestInterrupted) -> Iterator[str]:
        yield self.lines.interrupted()

    def _samples(self, event: SamplesGathered) -> Iterator[str]:
        self._gathered = self.clock()
        if self._number == 0:
            yield from self.lines.gathered(event.rows)

    def _built(self, event: ForestBuilt) -> Iterator[str]:
        if self._number:
            return
        built = self.clock()
        size = len(pack_member(event.forest))
        yield self.lines.built(event, size)
        yield self._measured(
            self._gathered,
            {
                "finalize.time": (self.clock() - self._gathered) * 1000,
                "model.bytes": size,
                "fit_model.time": (built - self._gathered) * 1000,
            },
        )
        yield self.lines.serializing()
        yield self._measured(built, {"serialize_model.time": (self.clock() - built) * 1000})
        self.epoch_start = self.clock()

    def _evaluated(self, event: AnomaliesEvaluated) -> Iterator[str]:
        if self._number == 0 and event.scores is None:
            yield self.lines.line("Test data is not provided.")
        elif self._number == 0:
            yield from self.test_passes(event.rows)
            yield from self.lines.scores(event)
        yield from self.lines.ftp_ended()
        yield self._measured(
            self.start,
            {
                "setuptime": (self._set_up - self.start) * 1000,
                "totaltime": (self.clock() - self.start) * 1000,
            },
        )


_WRITERS: Mapping[type, Callable[[RandomCutForestHostLog, Any], Iterator[str]]] = {
    MemoryEstimated: RandomCutForestHostLog._estimated,
    ForestSamplingBegan: RandomCutForestHostLog._began,
    ForestPassEnded: RandomCutForestHostLog._pass_ended,
    ForestInterrupted: RandomCutForestHostLog._interrupted,
    SamplesGathered: RandomCutForestHostLog._samples,
    ForestBuilt: RandomCutForestHostLog._built,
    AnomaliesEvaluated: RandomCutForestHostLog._evaluated,
}
