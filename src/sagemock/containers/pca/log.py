"""The log that the container of PCA writes, line for line in kind and order.

Copied from a recorded log of May 2021.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sagemock.algorithms.base import Sharded
from sagemock.algorithms.pca import PCAHyperparameters
from sagemock.algorithms.pca.events import (
    BatchesSummed,
    ComponentsComputed,
    Event,
    Reconstructed,
    SummingInterrupted,
)
from sagemock.containers.base import Clock, Report, TrainingInput
from sagemock.containers.first_party.log import HostLog, JobLog
from sagemock.containers.first_party.reader import ReaderStatistics
from sagemock.containers.pca.lines import PCALines
from sagemock.formats.record_size import size_of


class PCALog(JobLog["PCAHostLog"]):
    """Writes what happens during training to the logs of all hosts.

    Parameters
    ----------
    report
        Takes the lines as they are written.
    clock
        Seconds since the epoch.
    input
        Its hosts, and the job that it belongs to.
    """

    def __init__(self, report: Report, clock: Clock, input: TrainingInput) -> None:
        super().__init__(
            [PCAHostLog(report, clock, number, input) for number in range(len(input.hosts))]
        )

    def read(
        self,
        hyperparameters: PCAHyperparameters,
        channels: Mapping[str, Sharded],
        content_type: str | None,
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
            host.read(hyperparameters, readers, content_type)

    def observe(self, event: Event) -> None:
        """Write the lines of an event."""
        for host in self.hosts:
            host.observe(event)


class PCAHostLog(HostLog):
    """The log of one host: measures times, counts what is read, and writes it by the event."""

    lines: PCALines

    def __init__(self, report: Report, clock: Clock, number: int, input: TrainingInput) -> None:
        super().__init__(report, PCALines(clock, number, input))
        self._number = number
        self._set_up = self._pass_end = self.start

    def read(
        self,
        hyperparameters: PCAHyperparameters,
        readers: Mapping[str, ReaderStatistics],
        content_type: str | None,
    ) -> None:
        """The channels have been read, and the sums begin."""
        self.readers = readers
        self._set_up = self.clock()
        hyper = hyperparameters
        self.put(*self.lines.set_up(content_type, hyper.feature_dim, hyper.mini_batch_size))
        now = self.clock()
        times = {"initialize.time": [(now - self._set_up) * 1000]}
        self.epoch_start = now
        self.put(
            self.lines.metrics(self._set_up, now, {}, times),
            self.counters("train", {"Meta": "init_train_data_iter"}, 0, 0),
        )

    def observe(self, event: Event) -> None:
        """Write the lines of an event."""
        self.put(*_WRITERS[type(event)](self, event))

    def _summed(self, event: BatchesSummed) -> Iterator[str]:
        reader, rows = self.readers["train"], event.rows[self._number]
        start, end = self.epoch_start, self.clock()
        if event.epoch == 0:
            yield self.read_pass("train", 0, reader.first_batch(rows))
        yield self.read_pass("train", event.epoch + 1, rows)
        reader.count(rows)
        times: dict[str, list[float]] = {
            "epochs": [event.epoch + 1],
            "update.time": [(end - start) * 1000],
        }
        yield self.lines.metrics(start, end, {}, times)
        yield self.lines.progress(event.epoch, event.epochs)
        meta = {"epoch": event.epoch, "Meta": "training_data_iter"}
        yield self.counters("train", meta, event.epoch + 1, rows)
        yield self.lines.throughput(rows, end - start)
        self.epoch_start = self._pass_end = self.clock()

    def _interrupted(self, _: SummingInterrupted) -> Iterator[str]:
        self._pass_end = self.clock()
        yield self.lines.interrupted()

    def _computed(self, _: ComponentsComputed) -> Iterator[str]:
        end = self.clock()
        times = {"finalize.time": [(end - self._pass_end) * 1000]}
        yield self.lines.metrics(self._pass_end, end, {}, times)

    def _scored(self, event: Reconstructed) -> Iterator[str]:
        rows = 0 if event.error is None else event.rows[self._number]
        if event.error is None or not rows:
            yield self.lines.line("Test data is not provided.")
        else:
            yield from self.test_passes(rows)
            yield from self.lines.score(event.error)
        end = self.clock()
        times = {
            "setuptime": [(self._set_up - self.start) * 1000],
            "totaltime": [(end - self.start) * 1000],
        }
        yield self.lines.metrics(self.start, end, {}, times)


_WRITERS: Mapping[type, Callable[[PCAHostLog, Any], Iterator[str]]] = {
    BatchesSummed: PCAHostLog._summed,
    SummingInterrupted: PCAHostLog._interrupted,
    ComponentsComputed: PCAHostLog._computed,
    Reconstructed: PCAHostLog._scored,
}
