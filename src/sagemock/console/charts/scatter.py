"""A scatter plot: a dot for each document, by two of its properties."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sagemock.console.budget import cut
from sagemock.console.charts.scale import fitted

WIDTH, HEIGHT = 820, 420
LEFT, RIGHT, TOP, BOTTOM = 72, 16, 16, 46
LABELLED = 100
"""Dots that are links with a title; all others are one path, to keep pages small."""

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


@dataclass(frozen=True, slots=True)
class Scatter:
    """The drawing.

    Attributes
    ----------
    dots
        The first documents.
    rest
        All others, as one SVG path.
    shown
        How many documents there are in all.
    """

    dots: Sequence[Dot]
    rest: str
    x_ticks: Sequence[tuple[float, str]]
    y_ticks: Sequence[tuple[float, str]]
    shown: int
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM


def scatter(points: Sequence[tuple[str, str | float, float]]) -> Scatter:
    """Draw a dot for each point.

    Parameters
    ----------
    points
        The name, x and y of each document, in their order. x is a number in all of them, or a
        text in all of them.
    """
    horizontal, x_ticks = axis([x for _, x, _ in points], LEFT, WIDTH - RIGHT)
    vertical = fitted((y for _, _, y in points), HEIGHT - BOTTOM, TOP)
    dots = []
    rest = []
    for position, (name, x, y) in enumerate(points):
        left, top = horizontal(x), vertical(y)
        if position < LABELLED:
            dots.append(Dot(left, top, name, f"{name}: {cut(str(x), MAX_TEXT)}, {y:.6g}"))
        else:
            rest.append(f"M{left:g} {top:g}h0")
    return Scatter(dots, "".join(rest), x_ticks, vertical.ticks(), len(points))


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
