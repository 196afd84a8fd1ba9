"""The lines that the logs of Amazon's own algorithms share, in kind and order.

Read off recorded logs of 2020 to 2023. Metrics are found in these lines by regular expressions,
so what they say is the only way in which a job's metrics come about.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from sagemock.algorithms.base import JobFailure, Stopped, unexpected
from sagemock.containers.base import Clock, LogLine, Report

DATA = "/opt/ml/input/data"
DEFAULTS = "/opt/amazon/lib/python3.7/site-packages/algorithm/resources/default-input.json"
PROVIDED = "/opt/ml/input/config/hyperparameters.json"

GPUS = "Number of GPUs being used: 0"
UNSYNCHRONISED = (
    "wait_for_all_workers will not sync workers since the kv store is not running distributed"
)


@dataclass(slots=True)
class ReaderCounts:
    """What the reader of a channel has counted: in all, and in its longest pass."""

    records: int = 0
    batches: int = 0
    longest: tuple[int, int] = (0, 0)

    def passed(self, records: int, batches: int) -> None:
        """Count a pass over the channel."""
        self.records += records
        self.batches += batches
        self.longest = max(self.longest, (records, batches))

    def metrics(self, resets: int, records: int, batches: int) -> dict[str, Sequence[float]]:
        """The measurements of a `#metrics` line; records and batches are those of the last pass."""
        values = {
            "Total Records Seen": self.records,
            "Total Batches Seen": self.batches,
            "Max Records Seen Between Resets": self.longest[0],
            "Max Batches Seen Between Resets": self.longest[1],
            "Reset Count": resets,
            "Number of Records Since Last Reset": records,
            "Number of Batches Since Last Reset": batches,
        }
        return {name: [value] for name, value in values.items()}


class HostLog:
    """The log of one host of a job; number counts from 0, the host's name from 1.

    report: takes lines as they come. clock: gives seconds since the epoch. algorithm: its name
    in `#metrics` lines. defaults: what the container prints as its default configuration.
    """

    def __init__(
        self,
        report: Report,
        clock: Clock,
        number: int,
        *,
        algorithm: str,
        defaults: Mapping[str, str],
    ) -> None:
        self._report = report
        self.clock = clock
        self.host = f"algo-{number + 1}"
        self._algorithm = algorithm
        self._defaults = defaults
        self._process = os.getpid()

    def started(self, hyperparameters: Mapping[str, str]) -> None:
        """The container has started, with the hyperparameters of the request."""
        self.put(
            "Docker entrypoint called with argument(s): train",
            "Running default environment configuration script",
            self.line(f"Reading default configuration from {DEFAULTS}: {dict(self._defaults)}"),
            self.line(
                f"Merging with provided configuration from {PROVIDED}: {dict(hyperparameters)}"
            ),
        )

    def configured(self, hyperparameters: Mapping[str, str]) -> None:
        """The hyperparameters of the request are valid."""
        self.put(
            self.line(f"Final configuration: {self.final(hyperparameters)}"),
            self.line("Loggers have already been setup.", "WARNING"),
            "Process 1 is a worker.",
            self.line("Using default worker."),
        )

    def failed(self, failure: JobFailure) -> None:
        """One event of several lines, as for every text that spans lines."""
        self.put(self.line(f"{failure.log_prefix}: {failure.details}", "ERROR"))

    def final(self, hyperparameters: Mapping[str, str]) -> dict[str, str]:
        """The hyperparameters of the request over the defaults."""
        return {**self._defaults, **hyperparameters}

    def put(self, *texts: str) -> None:
        """Write lines."""
        now = int(self.clock() * 1000)
        self._report([LogLine(self.host, now, text) for text in texts])

    def line(self, text: str, level: str = "INFO") -> str:
        """A line of the container's logger."""
        moment = datetime.fromtimestamp(self.clock(), UTC)
        return f"[{moment:%m/%d/%Y %H:%M:%S} {level} {self._process}] {text}"

    def epoch_stats(self, channel: str, epoch: int, start: float, batches: int, size: int) -> str:
        """A pass over a channel, in the words of the container's reader, which calls batches
        examples.

        epoch: of the channel's resets before it. start: when it began. size: its bytes.
        """
        now = self.clock()
        stats = {
            "data_pipeline": f"{DATA}/{channel}",
            "epoch": epoch,
            "duration": int((now - start) * 1000),
            "num_examples": batches,
            "num_bytes": size,
        }
        moment = datetime.fromtimestamp(now, UTC).isoformat(" ", "milliseconds")[:23]
        return f"[{moment}] [tensorio] [info] epoch_stats={json.dumps(stats)}"

    def metrics(
        self,
        start: float,
        end: float,
        dimensions: Mapping[str, Any],
        values: Mapping[str, Sequence[float]],
    ) -> str:
        """A line of measurements; of each its sum, as a float, and their minimum and maximum."""
        record = {
            "StartTime": start,
            "EndTime": end,
            "Dimensions": {
                "Algorithm": self._algorithm,
                "Host": self.host,
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

    def gpus(self) -> Iterator[str]:
        """The lines about GPUs, of which there are none."""
        yield self.line("nvidia-smi: took 0.033 seconds to run.")
        yield self.line("nvidia-smi identified 0 GPUs.")
        yield self.line(GPUS)

    def progress(self, epoch: int, epochs: int) -> str:
        """The share of epochs that have ended; epoch counts from 0."""
        done = 100 * (epoch + 1) / epochs
        return self.line(f"#progress_metric: host={self.host}, completed {done} % of epochs")

    def throughput(self, records: int, seconds: float) -> str:
        """The speed of an epoch."""
        speed = records / max(seconds, 1e-6)
        return self.line(
            f"#throughput_metric: host={self.host}, train throughput={speed} records/second"
        )

    def interrupted(self) -> str:
        """The container was told to stop. No such log has been recorded."""
        return self.line("Received SIGTERM. Stopping training.", "WARNING")

    def quality(self, channel: str, name: str, tag: str, value: float) -> str:
        """A score of the model, in the form that the service takes up."""
        return self.line(f"#quality_metric: host={self.host}, {channel} {name} <{tag}>={value}")


Host = TypeVar("Host", bound=HostLog)


class JobLog(Generic[Host]):
    """The logs of all hosts of a job, each of which goes to its own stream."""

    def __init__(self, hosts: Sequence[Host]) -> None:
        self.hosts = hosts

    def started(self, hyperparameters: Mapping[str, str]) -> None:
        """The container has started, with the hyperparameters of the request."""
        for host in self.hosts:
            host.started(hyperparameters)

    def configured(self, hyperparameters: Mapping[str, str]) -> None:
        """The hyperparameters of the request are valid."""
        for host in self.hosts:
            host.configured(hyperparameters)

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
        for host in self.hosts:
            host.failed(failure)
