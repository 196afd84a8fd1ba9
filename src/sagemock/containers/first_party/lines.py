"""The text of the log lines that Amazon's own algorithms share.

Copied from recorded logs of 2020 to 2023. The service finds metrics in these lines with regular
expressions, so the lines are the only source of a job's metrics.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar

from sagemock.algorithms.base import JobFailure, Score
from sagemock.containers.base import Clock, TrainingInput
from sagemock.formats.media_type import parameters

DATA = "/opt/ml/input/data"
DEFAULTS = "/opt/amazon/lib/python3.7/site-packages/algorithm/resources/default-input.json"
DEFAULT_CONF = DEFAULTS.replace("default-input", "default-conf")
"""The same file of the algorithms that run a parameter server."""

PROVIDED = "/opt/ml/input/config/hyperparameters.json"

GPUS = "Number of GPUs being used: 0"
UNSYNCHRONISED = (
    "wait_for_all_workers will not sync workers since the kv store is not running distributed"
)


class ContainerLines:
    """Formats the log lines of one host.

    Parameters
    ----------
    clock
        Seconds since the epoch, for the times in the lines.
    number
        The index of the host, from 0; its name `algo-1` counts from 1.
    input
        The hyperparameters of the request, the hosts, and the job that they belong to.

    Attributes
    ----------
    algorithm
        The name of the algorithm in `#metrics` lines.
    defaults
        What the container prints as its default configuration.
    defaults_path
        The file that it says it read that from.
    worker
        The number of the process that trains.
    alone
        Whether the job has no other hosts.
    """

    algorithm: ClassVar[str]
    defaults: ClassVar[Mapping[str, Any]]
    defaults_path: ClassVar[str] = DEFAULTS
    worker: ClassVar[int] = 1

    def __init__(self, clock: Clock, number: int, input: TrainingInput) -> None:
        self.clock = clock
        self.number = number
        self.host = f"algo-{number + 1}"
        self.input = input
        self.alone = len(input.hosts) == 1
        self._process = os.getpid()

    def line(self, text: str, level: str = "INFO") -> str:
        """A line of the container's logger."""
        moment = datetime.fromtimestamp(self.clock(), UTC)
        return f"[{moment:%m/%d/%Y %H:%M:%S} {level} {self._process}] {text}"

    def started(self) -> Iterator[str]:
        """The container has started with the hyperparameters of the request."""
        yield "Docker entrypoint called with argument(s): train"
        yield "Running default environment configuration script"
        yield self.line(
            f"Reading default configuration from {self.defaults_path}: {dict(self.defaults)}"
        )
        yield self.line(
            f"Merging with provided configuration from {PROVIDED}: "
            f"{dict(self.input.hyperparameters)}"
        )

    def configured(self) -> Iterator[str]:
        """The hyperparameters of the request are valid."""
        yield self.line(f"Final configuration: {self.final()}")
        yield self.line("Loggers have already been setup.", "WARNING")
        yield f"Process {self.worker} is a worker."
        yield self.line("Using default worker.")

    def final(self) -> dict[str, Any]:
        """The hyperparameters of the request over the defaults."""
        return {**self.defaults, **self.input.hyperparameters}

    def iterator(self, name: str, content_type: str) -> str:
        """A reader is ready: its name, and the version in the content type of the data."""
        version = parameters(content_type).get("version", "1.0")
        return self.line(f"Loaded iterator creator {name} for content type {(name, version)}")

    def no_checkpoints(self) -> str:
        """These algorithms do not use the checkpoints of a job."""
        return self.line("Checkpoint loading and saving are disabled.")

    def failed(self, failure: JobFailure) -> str:
        """The failure that ends the log, all lines of its text in one event."""
        return self.line(f"{failure.log_prefix}: {failure.details}", "ERROR")

    def interrupted(self) -> str:
        """The container was asked to stop. No log of such a job has been recorded."""
        return self.line("Received SIGTERM. Stopping training.", "WARNING")

    def epoch_stats(self, channel: str, epoch: int, start: float, batches: int, size: int) -> str:
        """A pass over a channel, as the container's reader logs it.

        Parameters
        ----------
        epoch
            Resets of the reader before the pass.
        start
            When the pass began, in seconds since the epoch.
        batches
            Mini-batches of the pass, which the reader calls examples.
        size
            Bytes that were read.
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
        """A line of measurements: the sum, as a float, count, minimum and maximum of each."""
        record = {
            "StartTime": start,
            "EndTime": end,
            "Dimensions": {
                "Algorithm": self.algorithm,
                "Host": self.host,
                "Operation": "training",
                **dimensions,
            },
            "Metrics": {
                name: {
                    "sum": float(sum(measured)),
                    "count": len(measured),
                    "min": min(measured),
                    "max": max(measured),
                }
                for name, measured in values.items()
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

    def no_test_data(self) -> str:
        """The job has no test channel on this host."""
        return self.line("Test data is not provided.")

    def unsynchronised(self) -> str:
        """The warning of a job of one host."""
        return self.line(UNSYNCHRONISED, "WARNING")

    def quality(self, channel: str, name: str, tag: str, value: float) -> str:
        """A score of the model, in the form that the service reads metrics from."""
        return self.line(f"#quality_metric: host={self.host}, {channel} {name} <{tag}>={value}")

    def scores(self, channel: str, scores: Sequence[Score]) -> Iterator[str]:
        """The scores of the model on a channel, first those for people."""
        for score in scores:
            yield self.line(f"#{channel}_score ({self.host}) : {(score.name, score.value)}")
        for score in scores:
            yield self.quality(channel, score.name, score.tag, score.value)
