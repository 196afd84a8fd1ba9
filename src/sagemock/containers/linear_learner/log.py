"""The log that Linear Learner's container writes, line for line in kind and order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from sagemock.algorithms.linear_learner.events import (
    Chosen,
    EpochEnded,
    Finished,
    Scaled,
    StoppedEarly,
    Tested,
    TrainingInterrupted,
)
from sagemock.containers.base import Clock, Report, TrainingInput
from sagemock.containers.first_party.log import HostLog, Writers
from sagemock.containers.linear_learner.lines import LinearLearnerLines

MODELS_OF_A_PASS = 1_000
MODEL_LINES = 100_000
"""Models that have a line of their own in a pass over a channel, and such lines of all hosts.

AWS's container logs the loss of each; a million models would make a log of gigabytes.
"""


class LinearLearnerHostLog(HostLog):
    """The log of one host: measures times, counts what is read, and writes it by the event."""

    lines: LinearLearnerLines

    def __init__(self, report: Report, clock: Clock, number: int, input: TrainingInput) -> None:
        super().__init__(report, LinearLearnerLines(clock, number, input))
        self._model_lines_left = MODEL_LINES // len(input.hosts)
        self._initialized = self.start
        self._update_times: list[float] = []

    def configured(self) -> None:
        """The hyperparameters of the request are valid."""
        super().configured()
        self.put(self.lines.no_checkpoints())

    def _scaled(self, event: Scaled) -> Iterator[str]:
        """The reader has read one batch, then the sample for the scaler."""
        reader, sample = self.readers["train"], event.hosts[self.number]
        first = reader.first_batch(sample.rows)
        yield self.read_pass("train", 0, first)
        yield self.lines.line(f"Create Store: {'local' if self.alone else 'dist_sync'}")
        yield self.read_pass("train", 1, sample.rows)
        yield from self.lines.scaler(event)
        yield from self.lines.gpus()
        reader.count(first)
        reader.count(sample.rows)
        yield self.counters("train", {"Meta": "init_train_data_iter"}, 2, 0)
        self._initialized = self.epoch_start = self.clock()

    def _epoch_ended(self, event: EpochEnded) -> Iterator[str]:
        start, end = self.epoch_start, self.clock()
        host = event.hosts[self.number]
        self.readers["train"].count(host.rows)
        self._update_times.append((end - start) * 1000)
        yield self.read_pass("train", 3 + 2 * event.epoch, host.rows)
        yield from self._losses("train", event, host.train)
        if host.validation is not None:
            yield self.read_pass("validation", 2 + 3 * event.epoch, host.validation_rows)
            yield from self._losses("validation", event, host.validation)
        yield from self.lines.criterion(event)
        yield from self.lines.checkpoint(f"Saving model for epoch: {event.epoch}")
        yield from self.end_epoch(
            event, resets=event.epoch + 3, rows=host.rows, seconds=end - start
        )

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
        if self.alone:
            for _ in range(2):
                yield self.lines.unsynchronised()
        if (again := event.judged_again) is not None:
            rows, resets = again.hosts[self.number].validation_rows, 5 + 3 * again.epoch
            if rows:
                yield self.read_pass("validation", resets, rows)
            yield from self.lines.criterion(again)
            if rows:
                yield self.read_pass("validation", resets + 2, rows)
        yield from self.lines.chosen(event)

    def _tested(self, event: Tested) -> Iterator[str]:
        yield from self.tested(event.rows, event.scores or ())

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

    writers: ClassVar[Writers] = {
        Scaled: _scaled,
        EpochEnded: _epoch_ended,
        StoppedEarly: _stopped_early,
        TrainingInterrupted: _interrupted,
        Chosen: _chosen,
        Tested: _tested,
        Finished: _finished,
    }
