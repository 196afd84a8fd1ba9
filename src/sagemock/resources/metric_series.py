"""The values that a trial component's metric has taken, and what is told of them."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any


@dataclass(frozen=True, slots=True)
class MetricPoint:
    """One value; `timestamp` in seconds since the epoch, `step` where the caller counts any."""

    timestamp: float
    value: float
    step: int | None = None


@dataclass(frozen=True, slots=True)
class MetricSeries:
    """All values of one metric, never changed: more of them make another series.

    batches: the points as they came. squares: the sum of the squared distances from the mean,
    which is kept up by Welford's method (Technometrics 4(3), 1962).
    """

    batches: tuple[Sequence[MetricPoint], ...] = ()
    count: int = 0
    least: float = math.inf
    most: float = -math.inf
    mean: float = 0.0
    squares: float = 0.0
    latest: MetricPoint | None = None

    def extended(self, points: Sequence[MetricPoint]) -> MetricSeries:
        """The series with further points, of which there is at least one."""
        count, mean, squares, latest = self.count, self.mean, self.squares, self.latest
        for point in points:
            count += 1
            distance = point.value - mean
            mean += distance / count
            squares += distance * (point.value - mean)
            if latest is None or point.timestamp >= latest.timestamp:
                latest = point
        values = [point.value for point in points]
        least, most = min(self.least, *values), max(self.most, *values)
        return MetricSeries((*self.batches, points), count, least, most, mean, squares, latest)

    def summary(self, name: str, source_arn: str) -> dict[str, Any]:
        """A TrialComponentMetricSummary. That its StdDev is a population's is not known."""
        assert self.latest is not None
        return {
            "MetricName": name,
            "SourceArn": source_arn,
            "TimeStamp": self.latest.timestamp,
            "Max": self.most,
            "Min": self.least,
            "Last": self.latest.value,
            "Count": self.count,
            "Avg": self.mean,
            "StdDev": math.sqrt(max(self.squares, 0.0) / self.count),
        }

    def grouped(
        self, statistic: str, period: str, start: int | None, end: int | None
    ) -> Iterator[tuple[int, float]]:
        """A statistic of each period, by the second that it begins at, or of each step.

        start, end: the first and the last second, or step, that is asked for.
        """
        placed = sorted(
            (
                (place, point)
                for batch in self.batches
                for point in batch
                if (place := _place(point, period)) is not None
                and (start is None or place >= start)
                and (end is None or place <= end)
            ),
            key=lambda each: (each[0], each[1].timestamp),
        )
        compute = _STATISTICS[statistic]
        for place, group in groupby(placed, key=lambda each: each[0]):
            yield place, float(compute([point.value for _, point in group]))


_STATISTICS: dict[str, Callable[[Sequence[float]], float]] = {
    "Min": min,
    "Max": max,
    "Avg": statistics.fmean,
    "Count": len,
    "StdDev": statistics.pstdev,
    "Last": lambda values: values[-1],
}

_SECONDS = {"OneMinute": 60, "FiveMinute": 300, "OneHour": 3600}


def _place(point: MetricPoint, period: str) -> int | None:
    """Where a point stands on the x axis: the begin of its period, or its step."""
    if period == "IterationNumber":
        return point.step
    seconds = _SECONDS[period]
    return int(point.timestamp // seconds) * seconds
