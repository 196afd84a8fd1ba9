"""Parallel coordinates: an axis for each property, a line for each document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sagemock.console.budget import cut, middle
from sagemock.console.charts.scatter import axis

WIDTH, HEIGHT = 980, 400
LEFT, RIGHT, TOP, BOTTOM = 60, 90, 46, 24
SHADES = 5
MAX_TEXT = 24
"""Characters of a label or a value in the text of a line."""

LETTER = 7
"""Roughly the width of a character of a label."""


@dataclass(frozen=True, slots=True)
class Axis:
    """A vertical axis, with the y and the text of each tick."""

    x: float
    label: str
    family: str
    ticks: Sequence[tuple[float, str]]


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
    """The drawing.

    Attributes
    ----------
    label_length
        Characters of a label that fit between the axes on both sides; every other label is
        lower, so that neighbours do not touch.
    """

    axes: Sequence[Axis]
    lines: Sequence[Line]
    label_length: int
    width: int = WIDTH
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
        The key, the label and the family of each; the last one decides the shades.
    rows
        The name of each, and its values by the keys of axes.
    high_is_good
        Whether the highest value on the last axis is the best one.
    """
    step = (WIDTH - LEFT - RIGHT) / max(1, len(axes) - 1)
    scales = {}
    drawn = []
    for index, (key, label, family) in enumerate(axes):
        on_axis = [values[key] for _, values in rows if key in values]
        scale, ticks = axis(on_axis, HEIGHT - BOTTOM, TOP)
        scales[key] = (round(LEFT + step * index, 1), scale)
        drawn.append(Axis(scales[key][0], label, family, ticks))
    shades = _shades(axes[-1][0] if axes else "", rows, high_is_good)
    lines = []
    for name, values in rows:
        path = ""
        pen = "M"
        for key, _, _ in axes:
            if key not in values:
                pen = "M"
                continue
            x, scale = scales[key]
            path += f"{pen}{x:g} {scale(values[key]):g}"
            pen = "L"
        text = ", ".join(
            f"{middle(label, MAX_TEXT)} {_text(values[key])}"
            for key, label, _ in axes
            if key in values
        )
        lines.append(Line(name, path, shades[name], f"{name}: {text}"))
    # The best ones are drawn last, above the others.
    lines.sort(key=lambda line: line.shade)
    return Parallel(drawn, lines, label_length=max(8, int(2 * step / LETTER / 1.5)))


def _text(value: str | float) -> str:
    return f"{value:.6g}" if isinstance(value, float) else cut(value, MAX_TEXT)


def _shades(
    key: str, rows: Sequence[tuple[str, Mapping[str, str | float]]], high_is_good: bool
) -> dict[str, int]:
    """By rank, in parts of equal size; rows without a number are the worst."""
    numbers = [
        (values[key], name) for name, values in rows if isinstance(values.get(key), int | float)
    ]
    numbers.sort(key=lambda pair: pair[0], reverse=not high_is_good)
    shades = {name: 0 for name, _ in rows}
    for rank, (_, name) in enumerate(numbers):
        shades[name] = rank * SHADES // len(numbers)
    return shades
