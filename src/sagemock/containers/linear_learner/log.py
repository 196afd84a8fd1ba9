"""The log that Linear Learner's container writes, line for line in kind and order.

Read off recorded logs of 2020 to 2023. Metrics are found in these lines by regular expressions,
so what they say is the only way in which a job's metrics come about.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import numpy as np

from sagemock.algorithms.base import Dataset, FloatArray, JobFailure, Stopped, unexpected
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
from sagemock.containers.base import LogLine
from sagemock.containers.linear_learner.hyperparameters import DEFAULT_INPUT
from sagemock.formats.record_size import size_of

DATA = "/opt/ml/input/data"
DEFAULTS = "/opt/amazon/lib/python3.7/site-packages/algorithm/resources/default-input.json"
PROVIDED = "/opt/ml/input/config/hyperparameters.json"

MODELS_OF_A_PASS = 1_000
MODEL_LINES = 100_000
"""Models that have a line of their own in a pass over a channel, and such lines of all hosts.

AWS's container tells the loss of each; a million models would make a log of gigabytes.
"""

Write = Callable[[Sequence[LogLine]], None]
Clock = Callable[[], float]


class LinearLearnerLog:
    """Writes log lines of what happens during training, those of each host to its own stream.

    write: takes lines as they come. clock: gives seconds since the epoch.
    """

    def __init__(self, write: Write, clock: Clock, hosts: int = 1) -> None:
        self._hosts = [_HostLog(write, clock, number, hosts) for number in range(hosts)]

    def started(self, hyperparameters: Mapping[str, str]) -> None:
        """The container has started, with the hyperparameters of the request."""
        for host in self._hosts:
            host.started(hyperparameters)

    def configured(self, hyperparameters: Mapping[str, str]) -> None:
        """The hyperparameters of the request are valid."""
        for host in self._hosts:
            host.configured(hyperparameters)

    def read(
        self, hyperparameters: Hyperparameters, channels: Mapping[str, Sequence[Dataset]]
    ) -> None:
        """The channels, data of each host, could be read."""
        different = {id(data): data for hosts in channels.values() for data in hosts}
        sizes = {key: size_of(data.features) for key, data in different.items()}
        for number, host in enumerate(self._hosts):
            its = {name: sizes[id(hosts[number])] for name, hosts in channels.items()}
            host.read(hyperparameters, its)

    def observe(self, event: Event) -> None:
        """Write the lines of an event."""
        for host in self._hosts:
            host.observe(event)

    @contextmanager
    def failures(self) -> Iterator[None]:
        """Ends the log with what goes wrong within, which is raised on."""
        try:
            yield
        except JobFailure as failure:
            self.failed(failure)
            raise
        except Stopped:
            raise
        except Exception as error:
            self.failed(unexpected(error))
            raise

    def failed(self, failure: JobFailure) -> None:
        """The container ends with a failure, which ends the log."""
        for host in self._hosts:
            host.failed(failure)


class _HostLog:
    """The log of one host; number counts from 0, the host's name from 1."""

    def __init__(self, write: Write, clock: Clock, number: int, hosts: int) -> None:
        self._write = write
        self._clock = clock
        self._number = number
        self._host = f"algo-{number + 1}"
        self._alone = hosts == 1
        self._model_lines = MODEL_LINES // hosts
        self._process = os.getpid()
        self._batch_size = 1
        self._sizes: Mapping[str, Callable[[int], int]] = {}
        self._started = self._phase = clock()
        self._initialized = self._started
        self._epoch_started = self._started
        self._updates: list[float] = []
        self._records = 0
        self._batches = 0
        self._longest = (0, 0)

    def started(self, hyperparameters: Mapping[str, str]) -> None:
        given = dict(hyperparameters)
        self._put(
            "Docker entrypoint called with argument(s): train",
            "Running default environment configuration script",
            self._line(f"Reading default configuration from {DEFAULTS}: {DEFAULT_INPUT}"),
            self._line(f"Merging with provided configuration from {PROVIDED}: {given}"),
        )

    def configured(self, hyperparameters: Mapping[str, str]) -> None:
        final = {**DEFAULT_INPUT, **hyperparameters}
        self._put(
            self._line(f"Final configuration: {final}"),
            self._line("Loggers have already been setup.", "WARNING"),
            "Process 1 is a worker.",
            self._line("Using default worker."),
            self._line("Checkpoint loading and saving are disabled."),
        )

    def read(
        self, hyperparameters: Hyperparameters, sizes: Mapping[str, Callable[[int], int]]
    ) -> None:
        """sizes: of each channel, the bytes of so many first rows."""
        self._batch_size = hyperparameters["mini_batch_size"]
        self._sizes = sizes

    def failed(self, failure: JobFailure) -> None:
        """One event of several lines, as for every text that spans lines."""
        self._put(self._line(f"{failure.log_prefix}: {failure.details}", "ERROR"))

    def observe(self, event: Event) -> None:
        self._put(*_WRITERS[type(event)](self, event))

    def _put(self, *texts: str) -> None:
        now = int(self._clock() * 1000)
        self._write([LogLine(self._host, now, text) for text in texts])

    def _line(self, text: str, level: str = "INFO") -> str:
        moment = datetime.fromtimestamp(self._clock(), UTC)
        return f"[{moment:%m/%d/%Y %H:%M:%S} {level} {self._process}] {text}"

    def _pass(self, channel: str, number: int, rows: int) -> str:
        """A pass over a channel, in the words of the container's reader.

        number: of the channel's resets before it, which are more than the passes that are told.
        """
        now = self._clock()
        stats = {
            "data_pipeline": f"{DATA}/{channel}",
            "epoch": number,
            "duration": int((now - self._epoch_started) * 1000),
            "num_examples": self._batches_of(rows),
            "num_bytes": self._sizes[channel](rows),
        }
        moment = datetime.fromtimestamp(now, UTC).isoformat(" ", "milliseconds")[:23]
        return f"[{moment}] [tensorio] [info] epoch_stats={json.dumps(stats)}"

    def _batches_of(self, rows: int) -> int:
        return math.ceil(rows / self._batch_size)

    def _metrics(
        self,
        start: float,
        end: float,
        dimensions: Mapping[str, Any],
        values: Mapping[str, Sequence[float]],
    ) -> str:
        """A line of measurements; of each its sum, as a float, and their least and greatest."""
        record = {
            "StartTime": start,
            "EndTime": end,
            "Dimensions": {
                "Algorithm": "Linear Learner",
                "Host": self._host,
                "Operation": "training",
                **dimensions,
            },
            "Metrics": {
                name: {
                    "sum": float(sum(taken)),
                    "count": len(taken),
                    "min": min(taken),
                    "max": max(taken),
                }
                for name, taken in values.items()
            },
        }
        return f"#metrics {json.dumps(record)}\n"

    def _iterator(self, meta: Mapping[str, Any], rows: int, batches: int, resets: int) -> str:
        """What the reader of a channel has counted; the last pass is rows and batches."""
        values = {
            "Total Records Seen": self._records,
            "Total Batches Seen": self._batches,
            "Max Records Seen Between Resets": self._longest[0],
            "Max Batches Seen Between Resets": self._longest[1],
            "Reset Count": resets,
            "Number of Records Since Last Reset": rows,
            "Number of Batches Since Last Reset": batches,
        }
        taken = {name: [value] for name, value in values.items()}
        return self._metrics(self._epoch_started, self._clock(), meta, taken)

    def _scaled(self, event: Scaled) -> Iterator[str]:
        """The reader has looked at one batch, then passed over the sample for the scaler."""
        sample = event.hosts[self._number]
        first = min(self._batch_size, sample.rows)
        label_mean, label_deviation = (
            None if value is None else _ndarray(np.array([value], np.float32))
            for value in (event.label_mean, event.label_deviation)
        )
        yield self._pass("train", 0, first)
        yield self._line(f"Create Store: {'local' if self._alone else 'dist_sync'}")
        yield self._pass("train", 1, sample.rows)
        yield self._line(
            "Scaler algorithm parameters\n <algorithm.scaler.ScalerAlgorithmStable object>"
        )
        yield self._line(
            f"Scaling model computed with parameters:\n {{'stdev_label': {label_deviation}, "
            f"'stdev_weight': {_ndarray(event.deviation)}, 'mean_label': {label_mean}, "
            f"'mean_weight': {_ndarray(event.mean)}}}"
        )
        yield self._line("nvidia-smi: took 0.033 seconds to run.")
        yield self._line("nvidia-smi identified 0 GPUs.")
        yield self._line("Number of GPUs being used: 0")
        self._records, self._batches = first + sample.rows, 1 + sample.batches
        self._longest = (sample.rows, sample.batches)
        yield self._iterator({"Meta": "init_train_data_iter"}, 0, 0, 2)
        self._initialized = self._epoch_started = self._clock()

    def _epoch_ended(self, event: EpochEnded) -> Iterator[str]:
        start, end = self._epoch_started, self._clock()
        host = event.hosts[self._number]
        batches = self._batches_of(host.rows)
        self._records += host.rows
        self._batches += batches
        self._longest = max(self._longest, (host.rows, batches))
        self._updates.append((end - start) * 1000)
        yield self._pass("train", 3 + 2 * event.epoch, host.rows)
        yield from self._objectives("train", event, host.train)
        if host.validation is not None:
            number = 2 + 3 * event.epoch
            yield self._pass("validation", number, host.validation_rows)
            yield from self._objectives("validation", event, host.validation)
        yield from self._judged(event)
        yield self._line(f"Saving model for epoch: {event.epoch}")
        yield self._line('Saved checkpoint to "/tmp/model/mx-mod-0000.params"')
        done = 100 * (event.epoch + 1) / event.epochs
        yield self._line(f"#progress_metric: host={self._host}, completed {done} % of epochs")
        meta = {"epoch": event.epoch, "Meta": "training_data_iter"}
        yield self._iterator(meta, host.rows, batches, event.epoch + 3)
        speed = host.rows / max(end - start, 1e-6)
        yield self._line(
            f"#throughput_metric: host={self._host}, train throughput={speed} records/second"
        )
        self._epoch_started = self._clock()

    def _objectives(
        self, channel: str, event: EpochEnded, losses: Sequence[float]
    ) -> Iterator[str]:
        """The loss of each model, and that of model 0 again, which the service takes up."""
        name = f"{channel}_{event.objective}"
        now = self._clock()
        shown = losses[: min(MODELS_OF_A_PASS, self._model_lines)]
        self._model_lines -= len(shown)
        for model, loss in enumerate(shown):
            dimensions = {"epoch": event.epoch, "model": model}
            yield self._metrics(self._epoch_started, now, dimensions, {name: [loss]})
        if len(shown) < len(losses):
            yield self._line(
                f"The losses of {len(losses) - len(shown)} of {len(losses)} models are not logged."
            )
        yield self._line(
            f"#quality_metric: host={self._host}, epoch={event.epoch}, {channel} "
            f"{event.objective} <loss>={losses[0]}"
        )

    def _judged(self, event: EpochEnded) -> Iterator[str]:
        yield self._line(
            f"#early_stopping_criteria_metric: host={self._host}, epoch={event.epoch}, "
            f"criteria={event.criteria}, value={event.criterion}"
        )
        if event.improved:
            yield self._line(f"Epoch {event.epoch}: Loss improved. Updating best model")
        elif event.idle == 0:
            yield self._line(f"Epoch {event.epoch}: Loss has not improved for 0 epochs.")

    def _stopped_early(self, _: StoppedEarly) -> Iterator[str]:
        yield self._line("Early stop condition met. Stopping training.")
        yield self._line(f"#progress_metric: host={self._host}, completed 100 % epochs")

    def _broken_off(self, event: BrokenOff) -> Iterator[str]:
        """No such log has been recorded."""
        yield self._line("Received SIGTERM. Stopping training.", "WARNING")
        if event.saved:
            yield self._line(f"Saving best model of {event.epochs} epochs")
            yield self._line('Saved checkpoint to "/tmp/model/mx-mod-0000.params"')

    def _chosen(self, event: Chosen) -> Iterator[str]:
        if self._alone:
            for _ in range(2):
                yield self._line(
                    "wait_for_all_workers will not sync workers since the kv store is not "
                    "running distributed",
                    "WARNING",
                )
        if (again := event.judged_again) is not None:
            rows, number = again.hosts[self._number].validation_rows, 5 + 3 * again.epoch
            if rows:
                yield self._pass("validation", number, rows)
            yield from self._judged(again)
            if rows:
                yield self._pass("validation", number + 2, rows)
        yield from self._scores(event.channel, event.scores)
        yield self._line(f"Best model found for hyperparameters: {json.dumps(event.settings)}")
        yield self._line('Saved checkpoint to "/tmp/model/mx-mod-0000.params"')

    def _scores(self, channel: str, scores: Sequence[Score]) -> Iterator[str]:
        for score in scores:
            yield self._line(f"#{channel}_score ({self._host}) : {(score.name, score.value)}")
        for score in scores:
            yield self._line(
                f"#quality_metric: host={self._host}, {channel} {score.name} "
                f"<{score.tag}>={score.value}"
            )

    def _tested(self, event: Tested) -> Iterator[str]:
        rows = 0 if event.scores is None else event.rows[self._number]
        if event.scores is None or not rows:
            yield self._line("Test data is not provided.")
            return
        batches = self._batches_of(rows)
        yield self._pass("test", 0, min(rows, self._batch_size))
        yield self._pass("test", 1, rows)
        self._records, self._batches, self._longest = rows, batches, (rows, batches)
        yield self._iterator({"Meta": "test_data_iter"}, rows, batches, 1)
        yield from self._scores("test", event.scores)

    def _finished(self, event: Finished) -> Iterator[str]:
        end = self._clock()
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
        yield self._metrics(self._started, end, {}, values)


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
