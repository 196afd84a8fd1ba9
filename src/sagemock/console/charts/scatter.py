"""A scatter plot: a dot for each document, by two of its properties."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sagemock.console.budget import cut
from sagemock.console.charts.scale import Scale, fitted
from sagemock.console.charts.shades import NO_SHADE

WIDTH, HEIGHT = 640, 380
LEFT, RIGHT, TOP, BOTTOM = 76, 16, 14, 46
LABELLED = 100
"""Dots that are links with a title; all others are a path for each colour, to keep pages small."""

MAX_CATEGORIES = 12
"""Labels of an axis with texts."""

MAX_TEXT = 24
"""Characters of a value in the title of a dot."""


@dataclass(frozen=True, slots=True)
class Dot:
    """A document with a title of its own."""

    x: float
    y: float
    name: str
    text: str
    shade: int


@dataclass(frozen=True, slots=True)
class Scatter:
    """The drawing.

    Attributes
    ----------
    dots
        The first documents.
    rest
        All others, as an SVG path for each shade.
    shown
        How many documents there are in all.
    x_log, y_log
        Whether the axes are logarithmic.
    """

    dots: Sequence[Dot]
    rest: Sequence[tuple[int, str]]
    x_ticks: Sequence[tuple[float, str]]
    y_ticks: Sequence[tuple[float, str]]
    shown: int
    x_log: bool
    y_log: bool
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM


def scatter(
    points: Sequence[tuple[str, str | float, float]], shade_of: Mapping[str, int] | None = None
) -> Scatter:
    """Draw a dot for each point.

    Parameters
    ----------
    points
        The name, x and y of each document, in their order. x is a number in all of them, or a
        text in all of them.
    shade_of
        The shade of each name.
    """
    horizontal, x_ticks = axis([x for _, x, _ in points], LEFT, WIDTH - RIGHT)
    vertical = fitted((y for _, _, y in points), HEIGHT - BOTTOM, TOP)
    dots = []
    rest: dict[int, list[str]] = {}
    for position, (name, x, y) in enumerate(points):
        left, top = horizontal(x), vertical(y)
        shade = (shade_of or {}).get(name, NO_SHADE)
        if position < LABELLED:
            text = x if isinstance(x, str) else f"{x:.6g}"
            dots.append(Dot(left, top, name, f"{name}: {cut(text, MAX_TEXT)}, {y:.6g}", shade))
        else:
            rest.setdefault(shade, []).append(f"M{left:g} {top:g}h0")
    return Scatter(
        dots,
        [(shade, "".join(paths)) for shade, paths in sorted(rest.items())],
        x_ticks,
        vertical.ticks(),
        len(points),
        isinstance(horizontal, Scale) and horizontal.logarithmic,
        vertical.logarithmic,
    )


class Categories:
    """A scale for texts, which are side by side in alphabetical order."""

    def __init__(self, values: Sequence[str], start: float, end: float) -> None:
        names = sorted(set(values))
        step = (end - start) / max(1, len(names))
        self._positions = {
            name: round(start + step * (index + 0.5), 1) for index, name in enumerate(names)
        }

    def __call__(self, value: str | float) -> float:
        """Return the position of a text."""
        return self._positions[str(value)]

    def ticks(self) -> list[tuple[float, str]]:
        """Return the positions and the texts of the labels, not more than fit an axis."""
        positions = list(self._positions.items())
        stride = -(-len(positions) // MAX_CATEGORIES)
        return [(position, name) for name, position in positions[::stride]]


def axis(
    values: Sequence[str | float], start: float, end: float
) -> tuple[Callable[[Any], float], list[tuple[float, str]]]:
    """Return a scale for values and its ticks: of numbers if all are numbers, else of texts."""
    numbers = [value for value in values if isinstance(value, int | float)]
    if len(numbers) == len(values):
        scale = fitted(numbers, start, end)
        return scale, scale.ticks()
    categories = Categories([str(value) for value in values], start, end)
    return categories, categories.ticks()
