"""The log that Linear Learner's container writes, line for line in kind and order.

Read off recorded logs of 2020 to 2023. Metrics are found in these lines by regular expressions,
so what they say is the only way in which a job's metrics come about.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from sagemock.algorithms.base import FloatArray
from sagemock.algorithms.linear_learner.events import (
    Chosen,
    EpochEnded,
    Event,
    Finished,
    Scaled,
    Score,
    StoppedEarly,
    Tested,
)
from sagemock.algorithms.linear_learner.hyperparameters import DEFAULT_INPUT, Hyperparameters
from sagemock.training.log import LogLine

HOST = "algo-1"
DATA = "/opt/ml/input/data/train"
DEFAULTS = "/opt/amazon/lib/python3.7/site-packages/algorithm/resources/default-input.json"
PROVIDED = "/opt/ml/input/config/hyperparameters.json"

FLOAT_BYTES = 4
RECORD_OVERHEAD = 48
"""Bytes of a RecordIO-protobuf record beside its features: 3184 for 784 columns."""


class LinearLearnerLog:
    """Writes log lines of what happens during training.

    write: takes lines as they come. clock: gives seconds since the epoch.
    """

    def __init__(
        self, write: Callable[[Sequence[LogLine]], None], clock: Callable[[], float]
    ) -> None:
        self._write = write
        self._clock = clock
        self._process = os.getpid()
        self._started = self._phase = clock()
        self._initialized = self._started
        self._passes = 0
        self._epoch_started = self._started
        self._update_milliseconds = 0.0
        self._records = 0
        self._batches = 0

    def started(self, hyperparameters: Mapping[str, str]) -> None:
        """The container has started, with the hyperparameters of the request."""
        given = dict(hyperparameters)
        final = {**DEFAULT_INPUT, **given}
        self._put(
            "Docker entrypoint called with argument(s): train",
            "Running default environment configuration script",
            self._line(f"Reading default configuration from {DEFAULTS}: {DEFAULT_INPUT}"),
            self._line(f"Merging with provided configuration from {PROVIDED}: {given}"),
            self._line(f"Final configuration: {final}"),
        )

    def read(self, hyperparameters: Hyperparameters) -> None:
        """The configuration is valid and the channels could be read."""
        self._put(
            self._line("Loggers have already been setup.", "WARNING"),
            "Process 1 is a worker.",
            self._line("Using default worker."),
            self._line("Checkpoint loading and saving are disabled."),
        )
        self._batch_size = hyperparameters["mini_batch_size"]

    def observe(self, event: Event) -> None:
        """Write the lines of an event."""
        self._put(*_WRITERS[type(event)](self, event))

    def _put(self, *texts: str) -> None:
        now = int(self._clock() * 1000)
        self._write([LogLine(HOST, now, text) for text in texts])

    def _line(self, text: str, level: str = "INFO") -> str:
        moment = datetime.fromtimestamp(self._clock(), UTC)
        return f"[{moment:%m/%d/%Y %H:%M:%S} {level} {self._process}] {text}"

    def _pass(self, columns: int, batches: int, since: float) -> str:
        """A pass over the train channel, in the words of the container's reader."""
        now = self._clock()
        stats = {
            "data_pipeline": DATA,
            "epoch": self._passes,
            "duration": int((now - since) * 1000),
            "num_examples": batches,
            "num_bytes": batches * self._batch_size * (columns * FLOAT_BYTES + RECORD_OVERHEAD),
        }
        self._passes += 1
        moment = datetime.fromtimestamp(now, UTC).isoformat(" ", "milliseconds")[:23]
        return f"[{moment}] [tensorio] [info] epoch_stats={json.dumps(stats)}"

    def _metrics(
        self, start: float, end: float, dimensions: Mapping[str, Any], values: Mapping[str, float]
    ) -> str:
        record = {
            "StartTime": start,
            "EndTime": end,
            "Dimensions": {
                "Algorithm": "Linear Learner",
                "Host": HOST,
                "Operation": "training",
                **dimensions,
            },
            "Metrics": {
                name: {"sum": value, "count": 1, "min": value, "max": value}
                for name, value in values.items()
            },
        }
        return f"#metrics {json.dumps(record)}\n"

    def _iterator(self, meta: Mapping[str, Any], rows: int, batches: int, resets: int) -> str:
        values = {
            "Total Records Seen": float(self._records),
            "Total Batches Seen": float(self._batches),
            "Max Records Seen Between Resets": float(rows),
            "Max Batches Seen Between Resets": float(batches),
            "Reset Count": float(resets),
            "Number of Records Since Last Reset": float(rows if "epoch" in meta else 0),
            "Number of Batches Since Last Reset": float(batches if "epoch" in meta else 0),
        }
        return self._metrics(self._epoch_started, self._clock(), meta, values)

    def _scaled(self, event: Scaled) -> Iterator[str]:
        columns = len(event.mean)
        yield self._pass(columns, 1, self._phase)
        yield self._line("Create Store: local")
        yield self._pass(columns, event.batches, self._phase)
        yield self._line(
            "Scaler algorithm parameters\n <algorithm.scaler.ScalerAlgorithmStable object>"
        )
        yield self._line(
            "Scaling model computed with parameters:\n {'stdev_label': None, 'stdev_weight': "
            f"{_ndarray(event.deviation)}, 'mean_label': None, 'mean_weight': "
            f"{_ndarray(event.mean)}}}"
        )
        yield self._line("nvidia-smi: took 0.033 seconds to run.")
        yield self._line("nvidia-smi identified 0 GPUs.")
        yield self._line("Number of GPUs being used: 0")
        self._records, self._batches = event.rows, event.batches
        yield self._iterator({"Meta": "init_train_data_iter"}, event.rows, event.batches, 1)
        self._initialized = self._epoch_started = self._clock()

    def _epoch_ended(self, event: EpochEnded) -> Iterator[str]:
        start, end = self._epoch_started, self._clock()
        self._records += event.rows
        self._batches += event.batches
        self._update_milliseconds += (end - start) * 1000
        yield self._pass(event.columns, event.batches, start)
        yield from self._objectives("train", event, event.train)
        if event.validation is not None:
            yield from self._objectives("validation", event, event.validation)
        yield _criterion(event.epoch, event.criteria, event.criterion)
        if event.improved:
            yield self._line(f"Epoch {event.epoch}: Loss improved. Updating best model")
        yield self._line(f"Saving model for epoch: {event.epoch}")
        yield self._line('Saved checkpoint to "/tmp/model/mx-mod-0000.params"')
        done = 100 * (event.epoch + 1) / event.epochs
        yield self._line(f"#progress_metric: host={HOST}, completed {done} % of epochs")
        meta = {"epoch": event.epoch, "Meta": "training_data_iter"}
        yield self._iterator(meta, event.rows, event.batches, event.epoch + 2)
        speed = event.rows / max(end - start, 1e-6)
        yield self._line(
            f"#throughput_metric: host={HOST}, train throughput={speed} records/second"
        )
        self._epoch_started = self._clock()
        self._last = event

    def _objectives(
        self, channel: str, event: EpochEnded, losses: Sequence[float]
    ) -> Iterator[str]:
        """The loss of each model, and that of model 0 again, which the service takes up."""
        name = f"{channel}_{event.objective}"
        now = self._clock()
        for model, loss in enumerate(losses):
            dimensions = {"epoch": event.epoch, "model": model}
            yield self._metrics(self._epoch_started, now, dimensions, {name: loss})
        yield self._line(
            f"#quality_metric: host={HOST}, epoch={event.epoch}, {channel} {event.objective} "
            f"<loss>={losses[0]}"
        )

    def _stopped_early(self, _: StoppedEarly) -> Iterator[str]:
        yield self._line("Early stop condition met. Stopping training.")
        yield self._line(f"#progress_metric: host={HOST}, completed 100 % epochs")

    def _chosen(self, event: Chosen) -> Iterator[str]:
        for _ in range(2):
            yield self._line(
                "wait_for_all_workers will not sync workers since the kv store is not running "
                "distributed",
                "WARNING",
            )
        if event.channel == "validation":
            yield _criterion(self._last.epoch, event.criteria, event.criterion)
        yield from self._scores(event.channel, event.scores)
        yield self._line(f"Best model found for hyperparameters: {json.dumps(event.settings)}")
        yield self._line('Saved checkpoint to "/tmp/model/mx-mod-0000.params"')

    def _scores(self, channel: str, scores: Sequence[Score]) -> Iterator[str]:
        for score in scores:
            yield self._line(f"#{channel}_score ({HOST}) : {(score.name, score.value)}")
        for score in scores:
            yield self._line(
                f"#quality_metric: host={HOST}, {channel} {score.name} <{score.tag}>={score.value}"
            )

    def _tested(self, event: Tested) -> Iterator[str]:
        if event.scores is None:
            yield self._line("Test data is not provided.")
        else:
            yield from self._scores("test", event.scores)

    def _finished(self, event: Finished) -> Iterator[str]:
        end = self._clock()
        total = (end - self._started) * 1000
        values = {
            "initialize.time": (self._initialized - self._started) * 1000,
            "epochs": float(event.epochs),
            "check_early_stopping.time": 0.0,
            "update.time": self._update_milliseconds,
            "finalize.time": (end - self._epoch_started) * 1000,
            "setuptime": (self._initialized - self._phase) * 1000,
            "totaltime": total,
        }
        yield self._metrics(self._started, end, {}, values)


def _criterion(epoch: int, criteria: str, value: float) -> str:
    return (
        f"#early_stopping_criteria_metric: host={HOST}, epoch={epoch}, criteria={criteria}, "
        f"value={value}"
    )


def _ndarray(values: FloatArray) -> str:
    """An array as MXNet prints it."""
    text = np.array2string(values, threshold=1000)
    return f"\n{text}\n<NDArray {len(values)} @cpu(0)>"


_WRITERS: Mapping[type, Callable[[LinearLearnerLog, Any], Iterator[str]]] = {
    Scaled: LinearLearnerLog._scaled,
    EpochEnded: LinearLearnerLog._epoch_ended,
    StoppedEarly: LinearLearnerLog._stopped_early,
    Chosen: LinearLearnerLog._chosen,
    Tested: LinearLearnerLog._tested,
    Finished: LinearLearnerLog._finished,
}
