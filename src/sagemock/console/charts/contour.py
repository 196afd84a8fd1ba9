"""Two settings as a grid: the mean of a metric in each cell, as a colour and a number."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from sagemock.console.charts.scale import fitted, label
from sagemock.console.charts.shades import ShadeRange, shade_ranges, shades

WIDTH, HEIGHT = 640, 400
LEFT, RIGHT, TOP, BOTTOM = 100, 16, 14, 60
MAX_VALUES = 8
"""Different values that have a row or column each; more numbers than that are binned."""


@dataclass(frozen=True, slots=True)
class Bins:
    """The rows or columns of a grid.

    Attributes
    ----------
    labels
        Of each bin.
    index
        Of each value; None for a text that is left out.
    logarithmic
        Whether the bins are equally wide in the logarithm.
    """

    labels: Sequence[str]
    index: Sequence[int | None]
    logarithmic: bool = False


@dataclass(frozen=True, slots=True)
class GridCell:
    """Where a cell is, and the mean and the number of its runs."""

    x: float
    y: float
    mean: float
    count: int
    shade: int
    text: str


@dataclass(frozen=True, slots=True)
class Contour:
    """The drawing."""

    cells: Sequence[GridCell]
    columns: Bins
    rows: Bins
    ranges: Sequence[ShadeRange]
    cell_width: float
    cell_height: float
    left_out: int
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    top: int = TOP
    right: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM


def bins_of(values: Sequence[str | float]) -> Bins:
    """Sort values into bins: one of each value where there are few, else of equal width."""
    distinct = sorted(set(values), key=lambda each: (isinstance(each, str), each))
    numbers = [each for each in values if not isinstance(each, str)]
    if len(distinct) > MAX_VALUES and len(numbers) == len(values):
        scale = fitted(numbers, 0, MAX_VALUES)
        edges = [scale.value(step) for step in range(1, MAX_VALUES)]
        bounds = [scale.value(0), *edges, scale.value(MAX_VALUES)]
        labels = [f"{label(_round(low))} to {label(_round(high))}" for low, high in _pairs(bounds)]
        index = [bisect_right(edges, number) for number in numbers]
        return Bins(labels, index, scale.logarithmic)
    shown = distinct[:MAX_VALUES]
    labels = [each if isinstance(each, str) else label(each) for each in shown]
    return Bins(labels, [shown.index(each) if each in shown else None for each in values])


def contour(
    points: Sequence[tuple[str | float, str | float, float]], *, high_is_good: bool
) -> Contour:
    """Draw the mean of the third value over the first two."""
    columns, rows = bins_of([x for x, _, _ in points]), bins_of([y for _, y, _ in points])
    by_cell: dict[tuple[int, int], list[float]] = {}
    left_out = 0
    for (_, _, value), column, row in zip(points, columns.index, rows.index, strict=True):
        if column is None or row is None:
            left_out += 1
        else:
            by_cell.setdefault((column, row), []).append(value)
    # Each is divided first: the sum of large values overflows.
    means = {cell: sum(each / len(values) for each in values) for cell, values in by_cell.items()}
    named = {f"{column} {row}": mean for (column, row), mean in means.items()}
    shade_of = shades(named, high_is_good=high_is_good)
    cell_width = (WIDTH - LEFT - RIGHT) / len(columns.labels)
    cell_height = (HEIGHT - TOP - BOTTOM) / len(rows.labels)
    cells = [
        GridCell(
            round(LEFT + column * cell_width, 1),
            round(HEIGHT - BOTTOM - (row + 1) * cell_height, 1),
            mean,
            len(by_cell[column, row]),
            shade_of[f"{column} {row}"],
            f"{columns.labels[column]}, {rows.labels[row]}",
        )
        for (column, row), mean in means.items()
    ]
    ranges = shade_ranges(named, shade_of)
    return Contour(
        cells, columns, rows, ranges, round(cell_width, 1), round(cell_height, 1), left_out
    )


def _pairs(bounds: Sequence[float]) -> list[tuple[float, float]]:
    return list(itertools.pairwise(bounds))


def _round(value: float) -> float:
    return float(f"{value:.2g}")
