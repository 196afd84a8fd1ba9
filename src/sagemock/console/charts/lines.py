"""Curves of a metric over the epochs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sagemock.console.charts.scale import Scale, fitted

WIDTH, HEIGHT = 400, 210
LEFT, RIGHT, TOP, BOTTOM = 58, 12, 12, 34
MAX_POINTS, MIN_POINTS = 400, 12
"""Points of all curves of a chart together, and at least of each: more are not visible."""


@dataclass(frozen=True, slots=True)
class Series:
    """A named curve with a value for each epoch, from 0.

    Attributes
    ----------
    kind
        A class of the style sheet, such as the channel.
    colour
        The number of its colour, by default its index in the chart.
    """

    name: str
    values: Sequence[float]
    kind: str = "train"
    colour: int | None = None


@dataclass(frozen=True, slots=True)
class Curve:
    """A series as an SVG path.

    Attributes
    ----------
    last
        x and y of its last point, and the value there; None without a finite value.
    """

    series: Series
    path: str
    colour: int
    last: tuple[float, float, float] | None


@dataclass(frozen=True, slots=True)
class LineChart:
    """Curves on the same axes."""

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
    """Draw all series on the same axes."""
    longest = max((len(each.values) for each in series), default=1)
    x = Scale(0, max(1, longest - 1), LEFT, WIDTH - RIGHT)
    limit = max(MIN_POINTS, MAX_POINTS // max(1, len(series)))
    drawn = [
        [(epoch, each.values[epoch]) for epoch in _spread(len(each.values), limit)]
        for each in series
    ]
    y = fitted((value for points in drawn for _, value in points), HEIGHT - BOTTOM, TOP)
    curves = [
        _curve(each, index if each.colour is None else each.colour, x, y, points)
        for index, (each, points) in enumerate(zip(series, drawn, strict=True))
    ]
    return LineChart(title, curves, x, y)


def _curve(
    series: Series, colour: int, x: Scale, y: Scale, drawn: Sequence[tuple[int, float]]
) -> Curve:
    points = [(x(epoch), y(value), value) for epoch, value in drawn if math.isfinite(value)]
    path = "M" + "L".join(f"{left:g} {top:g}" for left, top, _ in points) if points else ""
    return Curve(series, path, colour, points[-1] if points else None)


def _spread(count: int, limit: int) -> Sequence[int]:
    """At most `limit` epochs, the first and the last among them."""
    if count <= limit:
        return range(count)
    return [round(step * (count - 1) / (limit - 1)) for step in range(limit)]
