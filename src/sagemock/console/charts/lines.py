"""Curves of a metric over the epochs, or over time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sagemock.console.charts.options import AUTOMATIC, CurveOptions, smoothed
from sagemock.console.charts.scale import Scale, fitted

WIDTH, HEIGHT = 310, 220
LARGE_WIDTH, LARGE_HEIGHT = 720, 330
LEFT, RIGHT, TOP, BOTTOM = 68, 12, 12, 42
MAX_POINTS, MAX_POINTS_LARGE, MIN_POINTS = 100, 600, 12
"""Points of all curves of a chart together, and at least of each: more are not visible."""

UNITS = ((3 * 86_400, 86_400, "days"), (3 * 3_600, 3_600, "hours"), (180, 60, "minutes"))
"""From how many seconds on a time is shown in a unit, the seconds of the unit, and its name."""

MOMENTS = frozenset({"epoch", "final"})
"""Last parts of the names of metrics that say which of the values these are."""


@dataclass(frozen=True, slots=True)
class Series:
    """A named curve with a value for each epoch, from 0.

    Attributes
    ----------
    kind
        A class of the style sheet, such as the channel.
    colour
        The number of its colour, by default its index in the chart.
    times
        The seconds of each value since the job's first one; empty where they are not known.
    job, metric
        Where the values are from; empty where no other chart can show them.
    """

    name: str
    values: Sequence[float]
    kind: str = "train"
    colour: int | None = None
    times: Sequence[float] = ()
    job: str = ""
    metric: str = ""


@dataclass(frozen=True, slots=True)
class Curve:
    """A series as an SVG path.

    Attributes
    ----------
    points
        The x and the value of each point of the path.
    raw
        The path of the values without smoothing, empty where there is none.
    last
        x and y of its last point, and the value there; None without a finite value.
    """

    series: Series
    path: str
    colour: int
    last: tuple[float, float, float] | None
    points: Sequence[tuple[float, float]] = ()
    raw: str = ""

    @property
    def values(self) -> str:
        """The points as text, for scripts."""
        return " ".join(f"{x:.6g},{value:.6g}" for x, value in self.points)


@dataclass(frozen=True, slots=True)
class LineChart:
    """Curves on the same axes.

    Attributes
    ----------
    left_out
        How many values are not drawn because they are not finite.
    not_positive
        Whether a logarithmic axis was asked for, which values of zero and less cannot have.
    """

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
    left_out: int = 0
    not_positive: bool = False
    options: CurveOptions = AUTOMATIC

    @property
    def is_large(self) -> bool:
        """Whether this is the chart at its own address."""
        return self.width == LARGE_WIDTH

    @property
    def y_label(self) -> str:
        """The name of the metric, without its channel and without which values of it these are.

        >>> line_chart("accuracy:epoch", []).y_label
        'accuracy'
        """
        parts = self.title.split(":")
        return parts[-2] if len(parts) > 1 and parts[-1] in MOMENTS else parts[-1]

    @property
    def arguments(self) -> list[tuple[str, str]]:
        """What the address of this chart alone names, empty where it has none."""
        sources = [each.series for each in self.curves]
        if not all(each.job for each in sources):
            return []
        return [
            *dict.fromkeys(("job", each.job) for each in sources),
            *dict.fromkeys(("metric", each.metric) for each in sources),
            *self.options.arguments(),
        ]


def line_chart(
    title: str,
    series: Sequence[Series],
    options: CurveOptions = AUTOMATIC,
    *,
    large: bool = False,
) -> LineChart:
    """Draw all series on the same axes."""
    width, height = (LARGE_WIDTH, LARGE_HEIGHT) if large else (WIDTH, HEIGHT)
    unit, x_label = _x_axis(series, options)
    points_of_all = MAX_POINTS_LARGE if large else MAX_POINTS
    limit = max(MIN_POINTS, points_of_all // max(1, len(series)))
    drawn = []
    for each in series:
        xs = each.times if options.over == "time" and each.times else range(len(each.values))
        averages = smoothed(each.values, options.smoothing)
        drawn.append(
            [
                (xs[index] / unit, averages[index], each.values[index])
                for index in _spread(len(each.values), limit)
            ]
        )
    y = fitted(
        (value for points in drawn for _, *values in points for value in values),
        height - BOTTOM,
        TOP,
        logarithmic=options.logarithmic,
    )
    x = _x_scale([x for points in drawn for x, *_ in points], width - RIGHT, options)
    curves = [
        _curve(each, index if each.colour is None else each.colour, x, y, points, options)
        for index, (each, points) in enumerate(zip(series, drawn, strict=True))
    ]
    return LineChart(
        title,
        curves,
        x,
        y,
        x_label,
        width,
        height,
        bottom=height - BOTTOM,
        right=width - RIGHT,
        left_out=sum(not math.isfinite(value) for each in series for value in each.values),
        not_positive=options.scale == "log" and not y.logarithmic,
        options=options,
    )


def _x_axis(series: Sequence[Series], options: CurveOptions) -> tuple[float, str]:
    """What the x values are divided by, and what they are then called."""
    if options.over != "time":
        return 1.0, "epoch"
    longest = max((each.times[-1] for each in series if each.times), default=0.0)
    for begin, unit, name in UNITS:
        if longest >= begin:
            return unit, f"{name} since the first value"
    return 1.0, "seconds since the first value"


def _x_scale(xs: Sequence[float], right: float, options: CurveOptions) -> Scale:
    high = max(xs, default=0.0)
    if options.over == "time":
        return Scale(0, high or 1.0, LEFT, right)
    return Scale(0, max(1, high), LEFT, right, integers=True)


def _curve(
    series: Series,
    colour: int,
    x: Scale,
    y: Scale,
    drawn: Sequence[tuple[float, float, float]],
    options: CurveOptions,
) -> Curve:
    finite = [each for each in drawn if math.isfinite(each[1])]
    points = [(x(across), y(value), value) for across, value, _ in finite]
    raw = _path([(x(across), y(value)) for across, _, value in finite]) if options.smoothing else ""
    return Curve(
        series,
        _path([(left, top) for left, top, _ in points]),
        colour,
        points[-1] if points else None,
        [(across, value) for across, value, _ in finite],
        raw,
    )


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{left:g} {top:g}" for left, top in points) if points else ""


def _spread(count: int, limit: int) -> Sequence[int]:
    """At most `limit` epochs, the first and the last among them."""
    if count <= limit:
        return range(count)
    return [round(step * (count - 1) / (limit - 1)) for step in range(limit)]
