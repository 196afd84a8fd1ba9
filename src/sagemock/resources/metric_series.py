"""The values that a trial component's metric has taken, and what is told of them."""

from __future__ import annotations

import math
import statistics
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:

    class MetricSummary(TypedDict):
        """A TrialComponentMetricSummary in wire shape."""

        MetricName: str
        SourceArn: str
        TimeStamp: float
        Max: float
        Min: float
        Last: float
        Count: int
        Avg: float
        StdDev: float


@dataclass(frozen=True, slots=True)
class MetricPoint:
    """One value; `timestamp` in seconds since the epoch, `step` where the caller counts any."""

    timestamp: float
    value: float
    step: int | None = None


NO_STEP = -1
"""Of a point for which the caller counts no steps; those of the API begin at 0."""


class MetricSeries:
    """All values of one metric, in the order in which they came; 24 bytes each.

    squares: the sum of the squared distances from the mean, which is kept up by Welford's method
    (Technometrics 4(3), 1962).
    """

    def __init__(self, points: Iterable[MetricPoint] = ()) -> None:
        self.timestamps = array("d")
        self.values = array("d")
        self.steps = array("q")
        self.minimum = math.inf
        self.maximum = -math.inf
        self.mean = 0.0
        self.squares = 0.0
        self.latest: MetricPoint | None = None
        self.extend(points)

    def extend(self, points: Iterable[MetricPoint]) -> None:
        """Add further points."""
        for point in points:
            self.timestamps.append(point.timestamp)
            self.steps.append(NO_STEP if point.step is None else point.step)
            self.values.append(point.value)
            distance = point.value - self.mean
            self.mean += distance / len(self.values)
            self.squares += distance * (point.value - self.mean)
            self.minimum = min(self.minimum, point.value)
            self.maximum = max(self.maximum, point.value)
            if self.latest is None or point.timestamp >= self.latest.timestamp:
                self.latest = point

    def copy(self) -> MetricSeries:
        """The series as it is now."""
        same = copy(self)
        same.timestamps, same.values, same.steps = (
            self.timestamps[:],
            self.values[:],
            self.steps[:],
        )
        return same

    def summary(self, name: str, source_arn: str) -> MetricSummary:
        """A TrialComponentMetricSummary. That its StdDev is a population's is not known."""
        assert self.latest is not None
        mean, variance = self.mean, max(self.squares, 0.0) / len(self.values)
        deviation = math.sqrt(variance)
        if not math.isfinite(deviation):
            # Squares of values beyond 1e154 overflow: the exact way takes longer.
            mean, deviation = statistics.mean(self.values), statistics.pstdev(self.values)
        return {
            "MetricName": name,
            "SourceArn": source_arn,
            "TimeStamp": self.latest.timestamp,
            "Max": self.maximum,
            "Min": self.minimum,
            "Last": self.latest.value,
            "Count": len(self.values),
            "Avg": mean,
            "StdDev": deviation,
        }

    def grouped(
        self, statistic: str, period: str, start: int | None, end: int | None
    ) -> Iterator[tuple[int, float]]:
        """A statistic of each period, by the second that it begins at, or of each step.

        start, end: the first and the last second, or step, that is asked for.
        """
        placed = sorted(
            (place, timestamp, index)
            for index, (timestamp, place) in enumerate(
                zip(self.timestamps, self._places(period), strict=True)
            )
            if place != NO_STEP
            and (start is None or place >= start)
            and (end is None or place <= end)
        )
        compute = _STATISTICS[statistic]
        for place, group in groupby(placed, key=itemgetter(0)):
            yield place, float(compute([self.values[index] for _, _, index in group]))

    def _places(self, period: str) -> Iterable[int]:
        """Where each point is on the x axis: the begin of its period, or its step."""
        if period == "IterationNumber":
            return self.steps
        seconds = _SECONDS[period]
        return (int(timestamp // seconds) * seconds for timestamp in self.timestamps)


_STATISTICS: dict[str, Callable[[Sequence[float]], float]] = {
    "Min": min,
    "Max": max,
    "Avg": statistics.mean,
    "Count": len,
    "StdDev": statistics.pstdev,
    "Last": lambda values: values[-1],
}

_SECONDS = {"OneMinute": 60, "FiveMinute": 300, "OneHour": 3600}
