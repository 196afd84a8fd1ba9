"""The log that Linear Learner's container writes, line for line in kind and order."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from sagemock.algorithms.base import FloatArray, Sharded
from sagemock.algorithms.linear_learner.events import (
    BrokenOff,
    Chosen,
    EpochEnded,
    Event,
    Finished,
    Scaled,
    Score,
    StoppedEarly,
    Tested,
)
from sagemock.algorithms.linear_learner.hyperparameters import Hyperparameters
from sagemock.containers.base import Clock, Report
from sagemock.containers.first_party.log import UNSYNCHRONISED, HostLog, JobLog, ReaderCounts
from sagemock.containers.linear_learner.hyperparameters import DEFAULT_INPUT
from sagemock.formats.record_size import size_of

MODELS_OF_A_PASS = 1_000
MODEL_LINES = 100_000
"""Models that have a line of their own in a pass over a channel, and such lines of all hosts.

AWS's container tells the loss of each; a million models would make a log of gigabytes.
"""


class LinearLearnerLog(JobLog["_HostLog"]):
    """Writes log lines of what happens during training.

    report: takes lines as they come. clock: gives seconds since the epoch.
    """

    def __init__(self, report: Report, clock: Clock, hosts: int = 1) -> None:
        super().__init__([_HostLog(report, clock, number, hosts) for number in range(hosts)])

    def read(self, hyperparameters: Hyperparameters, channels: Mapping[str, Sharded]) -> None:
        """The channels could be read."""
        sizes = {
            name: [size_of(data.features) for data in channel.datasets]
            for name, channel in channels.items()
        }
        for number, host in enumerate(self.hosts):
            its = {}
            for name, channel in channels.items():
                index = channel.of_host[number]
                if index is not None:
                    its[name] = sizes[name][index]
            host.read(hyperparameters, its)

    def observe(self, event: Event) -> None:
        """Write the lines of an event."""
        for host in self.hosts:
            host.observe(event)


class _HostLog(HostLog):
    def __init__(self, report: Report, clock: Clock, number: int, hosts: int) -> None:
        super().__init__(report, clock, number, algorithm="Linear Learner", defaults=DEFAULT_INPUT)
        self._number = number
        self._alone = hosts == 1
        self._model_lines = MODEL_LINES // hosts
        self._batch_size = 1
        self._sizes: Mapping[str, Callable[[int], int]] = {}
        self._started = self._phase = clock()
        self._initialized = self._started
        self._epoch_started = self._started
        self._updates: list[float] = []
        self._reader = ReaderCounts()

    def configured(self, hyperparameters: Mapping[str, str]) -> None:
        super().configured(hyperparameters)
        self.put(self.line("Checkpoint loading and saving are disabled."))

    def read(
        self, hyperparameters: Hyperparameters, sizes: Mapping[str, Callable[[int], int]]
    ) -> None:
        """sizes: of each channel, the bytes of so many first rows."""
        self._batch_size = hyperparameters.mini_batch_size
        self._sizes = sizes

    def observe(self, event: Event) -> None:
        self.put(*_WRITERS[type(event)](self, event))

    def _pass(self, channel: str, number: int, rows: int) -> str:
        """A pass over a channel.

        number: of the channel's resets before it, which are more than the passes that are told.
        """
        return self.epoch_stats(
            channel,
            number,
            self._epoch_started,
            self._batches_of(rows),
            self._sizes[channel](rows),
        )

    def _batches_of(self, rows: int) -> int:
        return math.ceil(rows / self._batch_size)

    def _iterator(self, meta: Mapping[str, Any], rows: int, batches: int, resets: int) -> str:
        """What the reader of a channel has counted; the last pass is rows and batches."""
        values = self._reader.metrics(resets, rows, batches)
        return self.metrics(self._epoch_started, self.clock(), meta, values)

    def _scaled(self, event: Scaled) -> Iterator[str]:
        """The reader has looked at one batch, then passed over the sample for the scaler."""
        sample = event.hosts[self._number]
        first = min(self._batch_size, sample.rows)
        label_mean, label_deviation = (
            None if value is None else _ndarray(np.array([value], np.float32))
            for value in (event.label_mean, event.label_deviation)
        )
        yield self._pass("train", 0, first)
        yield self.line(f"Create Store: {'local' if self._alone else 'dist_sync'}")
        yield self._pass("train", 1, sample.rows)
        yield self.line(
            "Scaler algorithm parameters\n <algorithm.scaler.ScalerAlgorithmStable object>"
        )
        yield self.line(
            f"Scaling model computed with parameters:\n {{'stdev_label': {label_deviation}, "
            f"'stdev_weight': {_ndarray(event.deviation)}, 'mean_label': {label_mean}, "
            f"'mean_weight': {_ndarray(event.mean)}}}"
        )
        yield from self.gpus()
        self._reader = ReaderCounts(
            first + sample.rows, 1 + sample.batches, (sample.rows, sample.batches)
        )
        yield self._iterator({"Meta": "init_train_data_iter"}, 0, 0, 2)
        self._initialized = self._epoch_started = self.clock()

    def _epoch_ended(self, event: EpochEnded) -> Iterator[str]:
        start, end = self._epoch_started, self.clock()
        host = event.hosts[self._number]
        batches = self._batches_of(host.rows)
        self._reader.passed(host.rows, batches)
        self._updates.append((end - start) * 1000)
        yield self._pass("train", 3 + 2 * event.epoch, host.rows)
        yield from self._objectives("train", event, host.train)
        if host.validation is not None:
            number = 2 + 3 * event.epoch
            yield self._pass("validation", number, host.validation_rows)
            yield from self._objectives("validation", event, host.validation)
        yield from self._judged(event)
        yield self.line(f"Saving model for epoch: {event.epoch}")
        yield self.line('Saved checkpoint to "/tmp/model/mx-mod-0000.params"')
        yield self.progress(event.epoch, event.epochs)
        meta = {"epoch": event.epoch, "Meta": "training_data_iter"}
        yield self._iterator(meta, host.rows, batches, event.epoch + 3)
        yield self.throughput(host.rows, end - start)
        self._epoch_started = self.clock()

    def _objectives(
        self, channel: str, event: EpochEnded, losses: Sequence[float]
    ) -> Iterator[str]:
        """The loss of each model, and that of model 0 again, which the service takes up."""
        name = f"{channel}_{event.objective}"
        now = self.clock()
        shown = losses[: min(MODELS_OF_A_PASS, self._model_lines)]
        self._model_lines -= len(shown)
        for model, loss in enumerate(shown):
            dimensions = {"epoch": event.epoch, "model": model}
            yield self.metrics(self._epoch_started, now, dimensions, {name: [loss]})
        if len(shown) < len(losses):
            yield self.line(
                f"The losses of {len(losses) - len(shown)} of {len(losses)} models are not logged."
            )
        yield self.line(
            f"#quality_metric: host={self.host}, epoch={event.epoch}, {channel} "
            f"{event.objective} <loss>={losses[0]}"
        )

    def _judged(self, event: EpochEnded) -> Iterator[str]:
        yield self.line(
            f"#early_stopping_criteria_metric: host={self.host}, epoch={event.epoch}, "
            f"criteria={event.criteria}, value={event.criterion}"
        )
        if event.improved:
            yield self.line(f"Epoch {event.epoch}: Loss improved. Updating best model")
        elif event.idle == 0:
            yield self.line(f"Epoch {event.epoch}: Loss has not improved for 0 epochs.")

    def _stopped_early(self, _: StoppedEarly) -> Iterator[str]:
        yield self.line("Early stop condition met. Stopping training.")
        yield self.line(f"#progress_metric: host={self.host}, completed 100 % epochs")

    def _broken_off(self, event: BrokenOff) -> Iterator[str]:
        """No such log has been recorded."""
        yield self.interrupted()
        if event.saved:
            yield self.line(f"Saving best model of {event.epochs} epochs")
            yield self.line('Saved checkpoint to "/tmp/model/mx-mod-0000.params"')

    def _chosen(self, event: Chosen) -> Iterator[str]:
        if self._alone:
            for _ in range(2):
                yield self.line(UNSYNCHRONISED, "WARNING")
        if (again := event.judged_again) is not None:
            rows, number = again.hosts[self._number].validation_rows, 5 + 3 * again.epoch
            if rows:
                yield self._pass("validation", number, rows)
            yield from self._judged(again)
            if rows:
                yield self._pass("validation", number + 2, rows)
        yield from self._scores(event.channel, event.scores)
        yield self.line(f"Best model found for hyperparameters: {json.dumps(event.settings)}")
        yield self.line('Saved checkpoint to "/tmp/model/mx-mod-0000.params"')

    def _scores(self, channel: str, scores: Sequence[Score]) -> Iterator[str]:
        for score in scores:
            yield self.line(f"#{channel}_score ({self.host}) : {(score.name, score.value)}")
        for score in scores:
            yield self.quality(channel, score.name, score.tag, score.value)

    def _tested(self, event: Tested) -> Iterator[str]:
        rows = 0 if event.scores is None else event.rows[self._number]
        if event.scores is None or not rows:
            yield self.line("Test data is not provided.")
            return
        batches = self._batches_of(rows)
        yield self._pass("test", 0, min(rows, self._batch_size))
        yield self._pass("test", 1, rows)
        self._reader = ReaderCounts()
        self._reader.passed(rows, batches)
        yield self._iterator({"Meta": "test_data_iter"}, rows, batches, 1)
        yield from self._scores("test", event.scores)

    def _finished(self, event: Finished) -> Iterator[str]:
        end = self.clock()
        values: dict[str, Sequence[float]] = {
            "initialize.time": [(self._initialized - self._started) * 1000],
            "epochs": [event.epochs],
            # Asked after every epoch, and once more at the end.
            "check_early_stopping.time": [0.0] * (event.epochs + 1),
            "update.time": self._updates,
            "finalize.time": [(end - self._epoch_started) * 1000],
            "setuptime": [(self._initialized - self._phase) * 1000],
            "totaltime": [(end - self._started) * 1000],
        }
        yield self.metrics(self._started, end, {}, values)


def _ndarray(values: FloatArray) -> str:
    """An array as MXNet prints it."""
    text = np.array2string(values, threshold=1000)
    return f"\n{text}\n<NDArray {len(values)} @cpu(0)>"


_WRITERS: Mapping[type, Callable[[_HostLog, Any], Iterator[str]]] = {
    Scaled: _HostLog._scaled,
    EpochEnded: _HostLog._epoch_ended,
    StoppedEarly: _HostLog._stopped_early,
    BrokenOff: _HostLog._broken_off,
    Chosen: _HostLog._chosen,
    Tested: _HostLog._tested,
    Finished: _HostLog._finished,
}
