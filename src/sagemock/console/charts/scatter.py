"""One property against another, a dot for each document."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sagemock.console.budget import cut
from sagemock.console.charts.scale import fitted

WIDTH, HEIGHT = 820, 420
LEFT, RIGHT, TOP, BOTTOM = 72, 16, 16, 46
LABELLED = 100
"""So many dots are links with a title; further ones are dots only, to keep pages small."""
MAX_CATEGORIES = 12
LONGEST = 24
"""Characters of a value in the text of a dot."""


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    y: float
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Scatter:
    """dots: those with a name; rest: all others as one SVG path. shown of total documents."""

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
    """points: name, x, y of each document, the first ones first. x may be a text."""
    horizontal, x_ticks = axis([x for _, x, _ in points], LEFT, WIDTH - RIGHT)
    vertical = fitted((y for _, _, y in points), HEIGHT - BOTTOM, TOP)
    dots = []
    rest = []
    for position, (name, x, y) in enumerate(points):
        left, top = horizontal(x), vertical(y)
        if position < LABELLED:
            dots.append(Dot(left, top, name, f"{name}: {cut(str(x), LONGEST)}, {y:.6g}"))
        else:
            rest.append(f"M{left:g} {top:g}h0")
    return Scatter(dots, "".join(rest), x_ticks, vertical.ticks(), len(points))


class Categories:
    """A scale for texts: side by side, in their order."""

    def __init__(self, values: Sequence[str], start: float, end: float) -> None:
        names = sorted(set(values))
        step = (end - start) / max(1, len(names))
        self._places = {
            name: round(start + step * (place + 0.5), 1) for place, name in enumerate(names)
        }

    def __call__(self, value: str | float) -> float:
        return self._places[str(value)]

    def ticks(self) -> list[tuple[float, str]]:
        places = list(self._places.items())
        stride = -(-len(places) // MAX_CATEGORIES)
        return [(place, name) for name, place in places[::stride]]


def axis(
    values: Sequence[str | float], start: float, end: float
) -> tuple[Callable[[Any], float], list[tuple[float, str]]]:
    """The scale of values and its ticks: of numbers if all are, of texts otherwise."""
    numbers = [value for value in values if isinstance(value, int | float)]
    if len(numbers) == len(values):
        scale = fitted(numbers, start, end)
        return scale, scale.ticks()
    categories = Categories([str(value) for value in values], start, end)
    return categories, categories.ticks()
