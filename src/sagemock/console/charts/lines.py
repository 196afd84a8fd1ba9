"""Curves of a metric over the epochs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sagemock.console.charts.scale import Scale, fitted

WIDTH, HEIGHT = 400, 210
LEFT, RIGHT, TOP, BOTTOM = 58, 12, 12, 34
MAX_POINTS, MIN_POINTS = 400, 12
"""Points of all curves of a chart, and of each of very many: more would not be seen."""


@dataclass(frozen=True, slots=True)
class Series:
    """A named curve: one value for each epoch, from 0; kind decides how it is drawn.

    place: which of the colours it has; by default that of its place in the chart.
    """

    name: str
    values: Sequence[float]
    kind: str = "train"
    place: int | None = None


@dataclass(frozen=True, slots=True)
class Curve:
    """A series as an SVG path; last: where it ends and the value there."""

    series: Series
    path: str
    place: int
    last: tuple[float, float, float] | None


@dataclass(frozen=True, slots=True)
class LineChart:
    title: str
    curves: Sequence[Curve]
    x: Scale
    y: Scale
    x_label: str = "epoch"
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    bottom: int = HEIGHT - BOTTOM
    right: int = WIDTH - RIGHT
    top: int = TOP


def line_chart(title: str, series: Sequence[Series]) -> LineChart:
    """All series on the same axes."""
    longest = max((len(each.values) for each in series), default=1)
    x = Scale(0, max(1, longest - 1), LEFT, WIDTH - RIGHT)
    limit = max(MIN_POINTS, MAX_POINTS // max(1, len(series)))
    drawn = [
        [(epoch, each.values[epoch]) for epoch in _spread(len(each.values), limit)]
        for each in series
    ]
    y = fitted((value for points in drawn for _, value in points), HEIGHT - BOTTOM, TOP)
    curves = [
        _curve(each, place if each.place is None else each.place, x, y, points)
        for place, (each, points) in enumerate(zip(series, drawn, strict=True))
    ]
    return LineChart(title, curves, x, y)


def _curve(
    series: Series, place: int, x: Scale, y: Scale, drawn: Sequence[tuple[int, float]]
) -> Curve:
    points = [(x(epoch), y(value), value) for epoch, value in drawn if math.isfinite(value)]
    path = "M" + "L".join(f"{left:g} {top:g}" for left, top, _ in points) if points else ""
    return Curve(series, path, place, points[-1] if points else None)


def _spread(count: int, limit: int) -> Sequence[int]:
    """Not more than `limit` epochs, the first and the last of them included."""
    if count <= limit:
        return range(count)
    return [round(place * (count - 1) / (limit - 1)) for place in range(limit)]
