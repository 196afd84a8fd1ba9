"""Parallel coordinates: an axis for each property, a line for each document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sagemock.console.budget import cut, middle
from sagemock.console.charts.scale import Scale
from sagemock.console.charts.scatter import axis
from sagemock.console.charts.shades import (
    NO_SHADE,
    ShadeRange,
    shade_ranges,
    shades,
)
from sagemock.console.charts.text_lines import wrapped

MIN_WIDTH, HEIGHT = 640, 400
STEP = 130
"""Between two axes, where there are many of them."""

SIDE, TOP, BOTTOM = 68, 84, 16
MAX_LABEL, MAX_TEXT = 20, 12
"""Characters of a label and of a value in the text of a line."""

LETTER = 7
"""Roughly the width of a character of a label."""


@dataclass(frozen=True, slots=True)
class Axis:
    """A vertical axis, with the y and the text of each tick.

    Attributes
    ----------
    lines
        Its label; a logarithmic axis says that it is.
    scale
        None for texts.
    """

    x: float
    key: str
    label: str
    family: str
    lines: Sequence[str]
    ticks: Sequence[tuple[float, str]]
    scale: Scale | None


@dataclass(frozen=True, slots=True)
class Line:
    """The line of a document.

    Attributes
    ----------
    shade
        From 0, the worst by the last axis, to `SHADES` - 1, the best.
    """

    name: str
    path: str
    shade: int
    text: str


@dataclass(frozen=True, slots=True)
class Parallel:
    """The drawing."""

    axes: Sequence[Axis]
    lines: Sequence[Line]
    ranges: Sequence[ShadeRange]
    width: int
    height: int = HEIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM


def parallel(
    axes: Sequence[tuple[str, str, str]],
    rows: Sequence[tuple[str, Mapping[str, str | float]]],
    *,
    high_is_good: bool = True,
) -> Parallel:
    """Draw a line for each row, with a gap where a value is missing.

    Parameters
    ----------
    axes
        The key, the label and the family of each; the last one decides the colours.
    rows
        The name of each, and its values by the keys of axes.
    high_is_good
        Whether the highest value on the last axis is the best one.
    """
    width = max(MIN_WIDTH, SIDE * 2 + STEP * (len(axes) - 1))
    step = (width - SIDE * 2) / max(1, len(axes) - 1)
    scales = {}
    drawn = []
    for index, (key, label, family) in enumerate(axes):
        on_axis = [values[key] for _, values in rows if key in values]
        scale, ticks = axis(on_axis, HEIGHT - BOTTOM, TOP)
        scales[key] = (round(SIDE + step * index, 1), scale)
        numeric = scale if isinstance(scale, Scale) else None
        text = f"{label} (log)" if numeric and numeric.logarithmic else label
        lines = wrapped(text, int(min(step, 2 * SIDE) / LETTER))
        drawn.append(Axis(scales[key][0], key, label, family, lines, ticks, numeric))
    last = axes[-1][0] if axes else ""
    numbers = {
        name: value
        for name, values in rows
        if not isinstance(value := values.get(last), str | None)
    }
    shade_of = shades(numbers, high_is_good=high_is_good)
    threads = [
        Line(
            name,
            _path(axes, values, scales),
            shade_of.get(name, NO_SHADE),
            _text(name, axes, values),
        )
        for name, values in rows
    ]
    # The best ones are drawn last, above the others.
    threads.sort(key=lambda line: line.shade)
    return Parallel(drawn, threads, shade_ranges(numbers, shade_of), width)


def _path(
    axes: Sequence[tuple[str, str, str]],
    values: Mapping[str, str | float],
    scales: Mapping[str, Any],
) -> str:
    path = ""
    pen = "M"
    for key, _, _ in axes:
        if key not in values:
            pen = "M"
            continue
        x, scale = scales[key]
        path += f"{pen}{x:g} {scale(values[key]):g}"
        pen = "L"
    return path


def _text(
    name: str, axes: Sequence[tuple[str, str, str]], values: Mapping[str, str | float]
) -> str:
    text = ", ".join(
        f"{middle(label, MAX_LABEL)} {_plain(values[key])}"
        for key, label, _ in axes
        if key in values
    )
    return f"{name}: {text}"


def _plain(value: str | float) -> str:
    return cut(value, MAX_TEXT) if isinstance(value, str) else f"{value:.6g}"
