"""The log that the container of K-Means writes, line for line in kind and order.

Read off a recorded log of May 2021, and one of December 2021 without extra centers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sagemock.algorithms.base import Dataset
from sagemock.algorithms.kmeans import Hyperparameters
from sagemock.algorithms.kmeans.events import (
    Attempted,
    EpochEnded,
    Evaluated,
    Event,
    Initialized,
    Interrupted,
    Kept,
    Moved,
    Shrinking,
    Shrunk,
)
from sagemock.containers.base import Clock, Report
from sagemock.containers.first_party.datasets import RECORDIO
from sagemock.containers.first_party.kinds import AUTO
from sagemock.containers.first_party.log import (
    GPUS,
    UNSYNCHRONISED,
    HostLog,
    JobLog,
    ReaderCounts,
)
from sagemock.containers.kmeans.hyperparameters import DEFAULT_INPUT
from sagemock.formats.media_type import media_type, parameters
from sagemock.formats.record_size import size_of

TIMINGS: Mapping[str, float] = {
    "compute all data-center distances: inner product": 0.406378,
    "collect from kv store": 0.107463,
    "splitting centers key-value pair": 0.105613,
    "compute all data-center distances: point norm": 0.088301,
    "batch data loading with context": 0.082019,
    "predict compute msd": 0.069241,
    "gradient: one_hot": 0.067758,
    "update state and report convergance": 0.029137,
    "gradient: cluster size ": 0.019935,
    "gradient: cluster center": 0.018488,
    "update set-up time": 0.003341,
    "compute all data-center distances: center norm": 0.002029,
    "predict minus dist": 0.000297,
}
"""The recorded shares of the time of all updates; that time itself is measured."""


class KMeansLog(JobLog["_HostLog"]):
    """Writes log lines of what happens during training, which is on one host.

    report: takes lines as they come. clock: gives seconds since the epoch.
    """

    def __init__(self, report: Report, clock: Clock) -> None:
        super().__init__([_HostLog(report, clock)])

    def read(
        self,
        hyperparameters: Hyperparameters,
        channels: Mapping[str, Dataset],
        content_type: str | None,
        texts: Mapping[str, str],
    ) -> None:
        """The channels could be read; content_type is that of the train channel.

        texts: the hyperparameters of the request.
        """
        for host in self.hosts:
            host.read(hyperparameters, channels, content_type, texts)

    def observe(self, event: Event) -> None:
        """Write the lines of an event."""
        for host in self.hosts:
            host.observe(event)


class _HostLog(HostLog):
    def __init__(self, report: Report, clock: Clock) -> None:
        super().__init__(report, clock, 0, algorithm="AWS/KMeansWebscale", defaults=DEFAULT_INPUT)
        self._batch_size = 1
        self._sizes: Mapping[str, Callable[[int], int]] = {}
        self._started = self._set_up = self._initialized = clock()
        self._epoch_started = self._shrink_started = self._started
        self._updates: list[float] = []
        self._shrink: list[float] = []
        self._reader = ReaderCounts()

    def read(
        self,
        hyperparameters: Hyperparameters,
        channels: Mapping[str, Dataset],
        content_type: str | None,
        texts: Mapping[str, str],
    ) -> None:
        self._batch_size = hyperparameters.mini_batch_size
        self._sizes = {
            name: size_of(data.features, labelled=len(data.labels) > 0)
            for name, data in channels.items()
        }
        name = media_type(content_type or RECORDIO)
        version = parameters(content_type or RECORDIO).get("version", "1.0")
        final = self.final(texts)
        self.put(
            self.line(f"Loaded iterator creator {name} for content type {(name, version)}"),
            self.line("Create Store: local"),
            *self.gpus(),
            self.line("Checkpoint loading and saving are disabled."),
            self.line(f"Setting up with params: {final}"),
        )
        if final["extra_center_factor"] == AUTO:
            factor = hyperparameters.extra_center_factor
            self.put(self.line(f"'extra_center_factor' was set to 'auto', evaluated to {factor}."))
        self.put(self.line(GPUS), self.line("number of center slices 1"))
        self._set_up = self._epoch_started = self.clock()

    def observe(self, event: Event) -> None:
        self.put(*_WRITERS[type(event)](self, event))

    def _pass(self, channel: str, number: int, rows: int) -> str:
        """A pass over a channel; number counts the channel's resets before it."""
        batches, size = self._batches_of(rows), self._sizes[channel](rows)
        return self.epoch_stats(channel, number, self._epoch_started, batches, size)

    def _batches_of(self, rows: int) -> int:
        return math.ceil(rows / self._batch_size)

    def _iterator(self, meta: Mapping[str, Any], rows: int, resets: int) -> str:
        """What the reader of a channel has counted; the last pass has so many rows."""
        values = self._reader.metrics(resets, rows, self._batches_of(rows))
        return self.metrics(self._epoch_started, self.clock(), meta, values)

    def _initialized_from(self, event: Initialized) -> Iterator[str]:
        if event.rows < self._batch_size:
            yield self.line(
                f"Batch size {self._batch_size} is bigger than the first batch data. Effective "
                f"batch size used to initialize is {event.rows}",
                "WARNING",
            )
        self._reader.passed(event.rows, 1)
        yield self._iterator({"Meta": "init_train_data_iter"}, event.rows, 0)
        yield self._pass("train", 0, event.rows)
        self._initialized = self._epoch_started = self.clock()

    def _moved(self, event: Moved) -> Iterator[str]:
        yield self.line(
            f"Iter {event.iteration}: Short term msd {event.short_term:f}. "
            f"Long term msd {event.long_term:f}"
        )

    def _epoch_ended(self, event: EpochEnded) -> Iterator[str]:
        seconds = self.clock() - self._epoch_started
        self._updates.append(seconds * 1000)
        self._reader.passed(event.rows, event.batches)
        yield self._pass("train", event.epoch + 1, event.rows)
        yield self.line(f"processed a total of {event.rows} examples")
        yield self.progress(event.epoch, event.epochs)
        meta = {"epoch": event.epoch, "Meta": "training_data_iter"}
        yield self._iterator(meta, event.rows, event.epoch + 1)
        yield self.throughput(event.rows, seconds)
        self._epoch_started = self._shrink_started = self.clock()
        if event.epoch + 1 == event.epochs:
            yield self.line(UNSYNCHRONISED, "WARNING")

    def _interrupted(self, _: Interrupted) -> Iterator[str]:
        yield self.interrupted()

    def _shrinking(self, event: Shrinking) -> Iterator[str]:
        self._shrink_started = self.clock()
        yield self.line(f"shrinking {event.working} centers into {event.k}")

    def _attempted(self, event: Attempted) -> Iterator[str]:
        yield self.line(
            f"local kmeans attempt #{event.number}. Current mean square distance {event.msd:f}"
        )

    def _shrunk(self, event: Shrunk) -> Iterator[str]:
        """The first line has the number without its fraction, as recorded."""
        yield self.line(f"finished shrinking process. Mean Square Distance = {int(event.msd)}")
        yield self.quality("train", "msd", "loss", event.msd)
        self._shrink.append((self.clock() - self._shrink_started) * 1000)
        yield from self._timings()

    def _kept(self, _: Kept) -> Iterator[str]:
        yield self.line("No shrinking is required as extra_center_factor is 1.")
        yield from self._timings()

    def _timings(self) -> Iterator[str]:
        total = sum(self._updates) / 1000
        for name, share in TIMINGS.items():
            yield self.line(f"{name} took: {100 * share:.4f}%, ({share * total:.6f} secs)")
        yield self.line(f"TOTAL took: {total}")
        yield self.line(GPUS)

    def _evaluated(self, event: Evaluated) -> Iterator[str]:
        end = self.clock()
        values: dict[str, list[float]] = {
            "initialize.time": [(self._initialized - self._set_up) * 1000],
            "epochs": [len(self._updates)],
            "update.time": self._updates,
        }
        if self._shrink:
            values["_shrink.time"] = self._shrink
        values["finalize.time"] = [(end - self._epoch_started) * 1000]
        values["model.serialize.time"] = [(self.clock() - end) * 1000]
        yield self.metrics(self._set_up, end, {}, values)
        yield from self._scores(event)
        now = self.clock()
        yield self.metrics(
            end,
            now,
            {},
            {
                "setuptime": [(self._set_up - self._started) * 1000],
                "totaltime": [(now - self._started) * 1000],
            },
        )

    def _scores(self, event: Evaluated) -> Iterator[str]:
        """Those of the test channel, in the manner of Linear Learner's; no log is known."""
        if event.scores is None:
            yield self.line("Test data is not provided.")
            return
        yield self._pass("test", 0, min(event.rows, self._batch_size))
        yield self._pass("test", 1, event.rows)
        self._reader = ReaderCounts()
        self._reader.passed(event.rows, self._batches_of(event.rows))
        yield self._iterator({"Meta": "test_data_iter"}, event.rows, 1)
        for score in event.scores.items():
            yield self.line(f"#test_score ({self.host}) : {score}")
        for name, value in event.scores.items():
            yield self.quality("test", name, "loss", value)


_WRITERS: Mapping[type, Callable[[_HostLog, Any], Iterator[str]]] = {
    Initialized: _HostLog._initialized_from,
    Moved: _HostLog._moved,
    EpochEnded: _HostLog._epoch_ended,
    Interrupted: _HostLog._interrupted,
    Shrinking: _HostLog._shrinking,
    Attempted: _HostLog._attempted,
    Shrunk: _HostLog._shrunk,
    Kept: _HostLog._kept,
    Evaluated: _HostLog._evaluated,
}
