"""The best value so far over time: a dot for each run, and a line of steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sagemock.console.charts.scale import Scale, fitted
from sagemock.console.charts.time_axis import time_scale, time_ticks

WIDTH, HEIGHT = 640, 340
LEFT, RIGHT, TOP, BOTTOM = 76, 16, 14, 46


@dataclass(frozen=True, slots=True)
class TimedScore:
    """A run: when it was created, in Unix time, and its value."""

    name: str
    created: float
    value: float


@dataclass(frozen=True, slots=True)
class BestPoint:
    """A run that was better than all before it, and where it is drawn."""

    run: TimedScore
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class BestSoFar:
    """The drawing.

    Attributes
    ----------
    line
        The steps, as an SVG path.
    dots
        All other runs that are drawn, as one SVG path.
    """

    records: Sequence[BestPoint]
    line: str
    dots: str
    x_ticks: Sequence[tuple[float, str]]
    y: Scale
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM


def records_of(runs: Sequence[TimedScore], *, high_is_good: bool) -> list[TimedScore]:
    """Return the runs that were better than all runs created before them."""
    records: list[TimedScore] = []
    for run in sorted(runs, key=lambda each: each.created):
        if not records or (
            run.value > records[-1].value if high_is_good else run.value < records[-1].value
        ):
            records.append(run)
    return records


def best_so_far(
    runs: Sequence[TimedScore], drawn: Sequence[TimedScore], *, high_is_good: bool
) -> BestSoFar:
    """Draw runs over the time of their creation.

    Parameters
    ----------
    runs
        All runs, at least one.
    drawn
        Those with a dot, beside the records.
    """
    times = [run.created for run in runs]
    x = time_scale(min(times), max(times), LEFT, WIDTH - RIGHT)
    y = fitted((run.value for run in runs), HEIGHT - BOTTOM, TOP)
    records = [
        BestPoint(run, x(run.created), y(run.value))
        for run in records_of(runs, high_is_good=high_is_good)
    ]
    line = f"M{records[0].x:g} {records[0].y:g}"
    for record in records[1:]:
        line += f"H{record.x:g}V{record.y:g}"
    line += f"H{x(max(times)):g}"
    names = {record.run.name for record in records}
    dots = "".join(
        f"M{x(run.created):g} {y(run.value):g}h0" for run in drawn if run.name not in names
    )
    return BestSoFar(records, line, dots, time_ticks(x), y)
