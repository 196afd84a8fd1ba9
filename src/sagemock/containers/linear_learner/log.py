"""The log that Linear Learner's container writes, line for line in kind and order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sagemock.algorithms.base import Sharded
from sagemock.algorithms.linear_learner.events import (
    Chosen,
    EpochEnded,
    Event,
    Finished,
    Scaled,
    StoppedEarly,
    Tested,
    TrainingInterrupted,
)
from sagemock.algorithms.linear_learner.hyperparameters import LinearLearnerHyperparameters
from sagemock.containers.base import Clock, Report
from sagemock.containers.first_party.log import HostLog, JobLog
from sagemock.containers.first_party.reader import ReaderStatistics
from sagemock.containers.linear_learner.lines import LinearLearnerLines
from sagemock.formats.record_size import size_of

MODELS_OF_A_PASS = 1_000
MODEL_LINES = 100_000
"""Models that have a line of their own in a pass over a channel, and such lines of all hosts.

AWS's container logs the loss of each; a million models would make a log of gigabytes.
"""


class LinearLearnerLog(JobLog["LinearLearnerHostLog"]):
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
        super().__init__(
            [LinearLearnerHostLog(report, clock, number, hosts) for number in range(hosts)]
        )

    def read(
        self, hyperparameters: LinearLearnerHyperparameters, channels: Mapping[str, Sharded]
    ) -> None:
        """The channels have been read."""
        sizes = {
            name: [size_of(data.features) for data in channel.datasets]
            for name, channel in channels.items()
        }
        batch_size = hyperparameters.mini_batch_size
        for number, host in enumerate(self.hosts):
            host.readers = {
                name: ReaderStatistics(batch_size, sizes[name][index])
                for name, channel in channels.items()
                if (index := channel.of_host[number]) is not None
            }

    def observe(self, event: Event) -> None:
        """Write the lines of an event."""
        for host in self.hosts:
            host.observe(event)


class LinearLearnerHostLog(HostLog):
    """The log of one host: measures times, counts what is read, and writes it by the event."""

    lines: LinearLearnerLines

    def __init__(self, report: Report, clock: Clock, number: int, hosts: int) -> None:
        super().__init__(report, LinearLearnerLines(clock, number))
        self._number = number
        self._alone = hosts == 1
        self._model_lines_left = MODEL_LINES // hosts
        self._initialized = self.start
        self._update_times: list[float] = []

    def configured(self, hyperparameters: Mapping[str, str]) -> None:
        """The hyperparameters of the request are valid."""
        super().configured(hyperparameters)
        self.put(self.lines.line("Checkpoint loading and saving are disabled."))

    def observe(self, event: Event) -> None:
        """Write the lines of an event."""
        self.put(*_WRITERS[type(event)](self, event))

    def _scaled(self, event: Scaled) -> Iterator[str]:
        """The reader has read one batch, then the sample for the scaler."""
        reader, sample = self.readers["train"], event.hosts[self._number]
        first = reader.first_batch(sample.rows)
        yield self.read_pass("train", 0, first)
        yield self.lines.line(f"Create Store: {'local' if self._alone else 'dist_sync'}")
        yield self.read_pass("train", 1, sample.rows)
        yield from self.lines.scaler(event)
        yield from self.lines.gpus()
        reader.count(first)
        reader.count(sample.rows)
        yield self.counters("train", {"Meta": "init_train_data_iter"}, 2, 0)
        self._initialized = self.epoch_start = self.clock()

    def _epoch_ended(self, event: EpochEnded) -> Iterator[str]:
        start, end = self.epoch_start, self.clock()
        host = event.hosts[self._number]
        self.readers["train"].count(host.rows)
        self._update_times.append((end - start) * 1000)
        yield self.read_pass("train", 3 + 2 * event.epoch, host.rows)
        yield from self._losses("train", event, host.train)
        if host.validation is not None:
            yield self.read_pass("validation", 2 + 3 * event.epoch, host.validation_rows)
            yield from self._losses("validation", event, host.validation)
        yield from self.lines.criterion(event)
        yield from self.lines.checkpoint(f"Saving model for epoch: {event.epoch}")
        yield self.lines.progress(event.epoch, event.epochs)
        meta = {"epoch": event.epoch, "Meta": "training_data_iter"}
        yield self.counters("train", meta, event.epoch + 3, host.rows)
        yield self.lines.throughput(host.rows, end - start)
        self.epoch_start = self.clock()

    def _losses(self, channel: str, event: EpochEnded, losses: Sequence[float]) -> Iterator[str]:
        logged = min(len(losses), MODELS_OF_A_PASS, self._model_lines_left)
        self._model_lines_left -= logged
        yield from self.lines.losses(channel, event, losses, logged, self.epoch_start)

    def _stopped_early(self, _: StoppedEarly) -> Iterator[str]:
        yield from self.lines.stopped_early()

    def _interrupted(self, event: TrainingInterrupted) -> Iterator[str]:
        """No log of such a job has been recorded."""
        yield self.lines.interrupted()
        if event.saved:
            yield from self.lines.checkpoint(f"Saving best model of {event.epochs} epochs")

    def _chosen(self, event: Chosen) -> Iterator[str]:
        if self._alone:
            yield from self.lines.unsynchronised()
        if (again := event.judged_again) is not None:
            rows, resets = again.hosts[self._number].validation_rows, 5 + 3 * again.epoch
            if rows:
                yield self.read_pass("validation", resets, rows)
            yield from self.lines.criterion(again)
            if rows:
                yield self.read_pass("validation", resets + 2, rows)
        yield from self.lines.chosen(event)

    def _tested(self, event: Tested) -> Iterator[str]:
        rows = 0 if event.scores is None else event.rows[self._number]
        if event.scores is None or not rows:
            yield self.lines.line("Test data is not provided.")
            return
        yield from self.test_passes(rows)
        yield from self.lines.scores("test", event.scores)

    def _finished(self, event: Finished) -> Iterator[str]:
        end = self.clock()
        values: dict[str, Sequence[float]] = {
            "initialize.time": [(self._initialized - self.start) * 1000],
            "epochs": [event.epochs],
            # Checked after every epoch, and once more at the end.
            "check_early_stopping.time": [0.0] * (event.epochs + 1),
            "update.time": self._update_times,
            "finalize.time": [(end - self.epoch_start) * 1000],
            "setuptime": [(self._initialized - self.start) * 1000],
            "totaltime": [(end - self.start) * 1000],
        }
        yield self.lines.metrics(self.start, end, {}, values)


_WRITERS: Mapping[type, Callable[[LinearLearnerHostLog, Any], Iterator[str]]] = {
    Scaled: LinearLearnerHostLog._scaled,
    EpochEnded: LinearLearnerHostLog._epoch_ended,
    StoppedEarly: LinearLearnerHostLog._stopped_early,
    TrainingInterrupted: LinearLearnerHostLog._interrupted,
    Chosen: LinearLearnerHostLog._chosen,
    Tested: LinearLearnerHostLog._tested,
    Finished: LinearLearnerHostLog._finished,
}
