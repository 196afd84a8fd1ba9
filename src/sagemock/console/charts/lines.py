"""Curves of a metric over the epochs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sagemock.console.charts.scale import Scale, fitted

WIDTH, HEIGHT = 400, 210
LEFT, RIGHT, TOP, BOTTOM = 58, 12, 12, 34


@dataclass(frozen=True, slots=True)
class Series:
    """A named curve: one value for each epoch, from 0; kind decides how it is drawn."""

    name: str
    values: Sequence[float]
    kind: str = "train"


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
    y = fitted((value for each in series for value in each.values), HEIGHT - BOTTOM, TOP)
    curves = [_curve(each, place, x, y) for place, each in enumerate(series)]
    return LineChart(title, curves, x, y)


def _curve(series: Series, place: int, x: Scale, y: Scale) -> Curve:
    points = [
        (x(epoch), y(value), value)
        for epoch, value in enumerate(series.values)
        if math.isfinite(value)
    ]
    path = "M" + "L".join(f"{left:g} {top:g}" for left, top, _ in points) if points else ""
    return Curve(series, path, place, points[-1] if points else None)
