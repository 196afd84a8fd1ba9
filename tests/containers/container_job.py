"""Jobs of Amazon's own algorithms without a service around them: their data, and their logs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, TypeAlias

import numpy as np

from sagemock.algorithms.base import Features
from sagemock.containers.base import LogLine, TrainingContainer, TrainingInput, TrainingOutput
from sagemock.containers.inputs import Channel, Part, Shard
from sagemock.formats.recordio import encode
from sagemock.jobs.metrics import Scanner

PREFIX = re.compile(r"^\[\d\d/\d\d/\d{4} \d\d:\d\d:\d\d (INFO|WARNING|ERROR) \d+\] ")
"""The begin of most lines."""

COUNTERS = [
    "Total Records Seen",
    "Total Batches Seen",
    "Max Records Seen Between Resets",
    "Max Batches Seen Between Resets",
    "Reset Count",
    "Number of Records Since Last Reset",
    "Number of Batches Since Last Reset",
]
"""The measurements in a line about the reader of a channel."""

Data: TypeAlias = "bytes | Features | tuple[Features, np.ndarray]"
"""The content of a file; features are records without labels, a pair of both ones with labels."""


def channel(
    name: str, *hosts: Data | list[Data] | None, content_type: str | None = None
) -> Channel:
    """A channel with the file, or the list of files, of each host; None for a host without it."""
    shards = []
    for number, host in enumerate(hosts):
        files = host if isinstance(host, list) else [host]
        parts = [
            Part(f"/opt/ml/input/data/{name}/{number}-{index}", content(data))
            for index, data in enumerate(files)
            if data is not None
        ]
        if parts:
            shards.append(Shard((number,), parts))
    return Channel(name, content_type, shards)


def replicated(name: str, data: Data, hosts: int = 2) -> Channel:
    """A channel of which every host has the same file."""
    part = Part(f"/opt/ml/input/data/{name}/0", content(data))
    return Channel(name, None, [Shard(tuple(range(hosts)), [part])])


def content(data: Data) -> bytes:
    if isinstance(data, bytes):
        return data
    return encode(*data) if isinstance(data, tuple) else encode(data)


def csv(*columns: np.ndarray) -> bytes:
    """The text of a table, the label first where there is one."""
    table = np.column_stack(columns).tolist()
    return "".join(",".join(map(repr, row)) + "\n" for row in table).encode()


class ContainerJob:
    """Trains with a clock of its own, and keeps the lines."""

    def __init__(self, container: TrainingContainer) -> None:
        self.container = container
        self.lines: list[LogLine] = []

    @property
    def texts(self) -> list[str]:
        return self.of("algo-1")

    def of(self, host: str) -> list[str]:
        return [line.text for line in self.lines if line.host == host]

    def train(
        self,
        settings: dict[str, str],
        *channels: Channel,
        stop: Callable[[], bool] = lambda: False,
        **members: Any,
    ) -> TrainingOutput:
        ticks = count(1_600_000_000.0, 0.25)
        by_name = {each.name: each for each in channels}
        return self.container.train(
            TrainingInput(settings, by_name, **members),
            report=self.lines.extend,
            stop=stop,
            clock=lambda: next(ticks),
        )

    def metrics(self, definitions: Sequence[Any]) -> dict[str, list[float]]:
        """The values of each metric in the lines."""
        values: dict[str, list[float]] = {}
        scanner = Scanner(definitions)
        for line in self.lines:
            for point in scanner.scan(line):
                values.setdefault(point.name, []).append(point.value)
        return values


def member(output: TrainingOutput) -> bytes:
    """The only file of a model."""
    assert output.model is not None
    ((name, data),) = output.model.items()
    assert name == "model_algo-1"
    assert isinstance(data, bytes)
    return data


def stats(epoch: int, batches: int, size: int, name: str = "train") -> str:
    """The line about a pass over a channel, in readable form."""
    return (
        f'INFO epoch_stats={{"data_pipeline": "/opt/ml/input/data/{name}", "epoch": {epoch}, '
        f'"duration": N, "num_examples": {batches}, "num_bytes": {size}}}'
    )


SCORES = ((r"(?<=<score>=)[\d.]+", "N"), (r"(?<=', )[\d.]+(?=\)$)", "N"))
ENVIRONMENT = (r"\{'TRAINING_JOB_NAME.*\}$", "{...}")
"""Patterns of `LogReader`: scores, and the environment of the container."""

FLOATS = (r"(?<![\w'.])\d+\.\d+(e[-+]?\d+)?(?!')", "N")
"""Numbers with a decimal point that are no hyperparameters, which have quotes."""


@dataclass(frozen=True)
class LogReader:
    """Makes lines comparable with recorded ones: without times, processes and numbers of a run.

    Attributes
    ----------
    algorithm
        What lines of measurements call it.
    patterns
        Regular expressions, and what takes the place of what they match.
    """

    algorithm: str
    patterns: Sequence[tuple[str, str]] = (FLOATS,)

    def lines(self, job: ContainerJob, host: str = "algo-1") -> list[str]:
        return [self.line(text) for text in job.of(host)]

    def line(self, text: str) -> str:
        if text.startswith("#metrics "):
            return self._metrics(text)
        if "[tensorio]" in text:
            return readable_pass(text)
        text = PREFIX.sub(r"\1 ", text)
        for pattern, replacement in self.patterns:
            text = re.sub(pattern, replacement, text)
        return text

    def _metrics(self, text: str) -> str:
        """A line of measurements: its dimensions, and the numbers of a reader or other names."""
        assert text.endswith("}\n")
        record = json.loads(text.removeprefix("#metrics "))
        assert list(record) == ["StartTime", "EndTime", "Dimensions", "Metrics"]
        dimensions = dict(record["Dimensions"])
        assert dimensions.pop("Algorithm") == self.algorithm
        assert dimensions.pop("Operation") == "training"
        assert dimensions.pop("Host").startswith("algo-")
        words = [f"{name}={value}" for name, value in dimensions.items()]
        measured = record["Metrics"]
        if "Meta" in dimensions:
            assert list(measured) == COUNTERS
            words += [str(value["max"]) for value in measured.values()]
        else:
            words += list(measured)
        return " ".join(["#metrics", *words])


def readable_pass(text: str) -> str:
    """A line about a pass over a channel, without its duration."""
    text = re.sub(r"^\[[^]]+\] \[tensorio\] \[(\w+)\] ", lambda m: f"{m[1].upper()} ", text)
    return re.sub(r'"duration": \d+', '"duration": N', text)
