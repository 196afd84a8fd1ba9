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
"""Roughly the width of a letter of a label."""


@dataclass(frozen=True, slots=True)
class Axis:
    x: float
    label: str
    family: str
    ticks: Sequence[tuple[float, str]]


@dataclass(frozen=True, slots=True)
class Line:
    """shade: from 0, the worst, to SHADES - 1, the best by the last axis."""

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
    """axes: id, label and family of each; rows: a name and a value for each id.

    A row that lacks a value has a gap there. The last axis decides the shades.
    """
    step = (WIDTH - LEFT - RIGHT) / max(1, len(axes) - 1)
    scales = {}
    drawn = []
    for place, (key, label, family) in enumerate(axes):
        held = [values[key] for _, values in rows if key in values]
        scale, ticks = axis(held, HEIGHT - BOTTOM, TOP)
        scales[key] = (round(LEFT + step * place, 1), scale)
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
            f"{middle(label, MAX_TEXT)} {_said(values[key])}"
            for key, label, _ in axes
            if key in values
        )
        lines.append(Line(name, path, shades[name], f"{name}: {text}"))
    # The best ones are drawn last, above the others.
    lines.sort(key=lambda line: line.shade)
    return Parallel(drawn, lines, label_length=max(8, int(2 * step / LETTER / 1.5)))


def _said(value: str | float) -> str:
    return f"{value:.6g}" if isinstance(value, float) else cut(value, MAX_TEXT)


def _shades(
    key: str, rows: Sequence[tuple[str, Mapping[str, str | float]]], high_is_good: bool
) -> dict[str, int]:
    """By rank, in five equal parts; rows without a number there are the worst."""
    numbers = [
        (values[key], name) for name, values in rows if isinstance(values.get(key), int | float)
    ]
    numbers.sort(key=lambda pair: pair[0], reverse=not high_is_good)
    shades = {name: 0 for name, _ in rows}
    for rank, (_, name) in enumerate(numbers):
        shades[name] = rank * SHADES // len(numbers)
    return shades
