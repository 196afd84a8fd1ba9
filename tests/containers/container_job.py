"""Jobs of Amazon's own algorithms without a service around them, and what their logs say."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any, ClassVar

from sagemock.containers.base import LogLine, TrainingContainer, TrainingInput, TrainingOutput
from sagemock.containers.inputs import Channel
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


class ContainerJob:
    """Trains with a clock of its own, and keeps the lines."""

    container: ClassVar[type[TrainingContainer]]

    def __init__(self) -> None:
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
        return self.container().train(
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


def readable_metrics(text: str, algorithm: str) -> str:
    """A line of measurements: its dimensions, and the numbers of a reader or other names."""
    assert text.endswith("}\n")
    record = json.loads(text.removeprefix("#metrics "))
    assert list(record) == ["StartTime", "EndTime", "Dimensions", "Metrics"]
    dimensions = dict(record["Dimensions"])
    assert dimensions.pop("Algorithm") == algorithm
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


def with_the_same_numbers(job: ContainerJob, other: ContainerJob, expected: str) -> list[str]:
    """Lines with numbers that two jobs have in common, besides those that match a pattern."""
    same = [PREFIX.sub("", text) for text in job.texts if text in other.texts]
    return [text for text in same if re.search(r"\d", text) and not re.search(expected, text)]
