"""The values of a trial component's metric, and their statistics."""

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
    """One value.

    Parameters
    ----------
    timestamp : float
        Seconds since the epoch.
    value : float
        The value.
    step : int or None
        The step, if the caller counts steps.
    """

    timestamp: float
    value: float
    step: int | None = None


NO_STEP = -1
"""The step of a point without one; steps of the API begin at 0."""


class MetricSeries:
    """All values of one metric, in order of arrival; 24 bytes each.

    Attributes
    ----------
    timestamps, values, steps : array
        The points.
    minimum, maximum, mean : float
        Of the values.
    squares : float
        The sum of squared distances from the mean, updated by Welford's method (Technometrics 4(3),
        1962).
    latest : MetricPoint or None
        The point with the latest timestamp.
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
        """Append points."""
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
        """A copy that later points do not change."""
        snapshot = copy(self)
        snapshot.timestamps = self.timestamps[:]
        snapshot.values = self.values[:]
        snapshot.steps = self.steps[:]
        return snapshot

    def summary(self, name: str, source_arn: str) -> MetricSummary:
        """A TrialComponentMetricSummary. That StdDev is that of the population is an assumption."""
        assert self.latest is not None
        mean, variance = self.mean, max(self.squares, 0.0) / len(self.values)
        deviation = math.sqrt(variance)
        if not math.isfinite(deviation):
            # Squares of values beyond 1e154 overflow; exact arithmetic is slower.
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
        """A statistic of each period, or of each step.

        Parameters
        ----------
        statistic : str
            A value of MetricStat.
        period : str
            A value of Period; `IterationNumber` groups by step.
        start, end : int or None
            The first and the last second, or step, to include; None for no limit.

        Yields
        ------
        tuple[int, float]
            The first second of a period, or a step, and the statistic of its values.
        """
        points = sorted(
            (x, timestamp, index)
            for index, (timestamp, x) in enumerate(
                zip(self.timestamps, self._x_values(period), strict=True)
            )
            if x != NO_STEP and (start is None or x >= start) and (end is None or x <= end)
        )
        compute = _STATISTICS[statistic]
        for x, group in groupby(points, key=itemgetter(0)):
            yield x, float(compute([self.values[index] for _, _, index in group]))

    def _x_values(self, period: str) -> Iterable[int]:
        """The x value of each point: the beginning of its period, or its step."""
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
