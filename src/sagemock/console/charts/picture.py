"""A row of features as a picture, if it is one of handwritten digits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

SIDES = {64: 8, 784: 28}
"""The width of a picture by its number of features: digits of scikit-learn and of MNIST."""

LEVELS = 8


@dataclass(frozen=True, slots=True)
class Run:
    """Adjacent pixels of a row with the same level, from 1 to `LEVELS`."""

    x: int
    y: int
    length: int
    level: int


@dataclass(frozen=True, slots=True)
class Picture:
    """A square picture, without its dark pixels."""

    side: int
    runs: Sequence[Run]


def picture(features: Sequence[float]) -> Picture | None:
    """Return the picture of a row, None if it has another number of features."""
    side = SIDES.get(len(features))
    if side is None or not all(map(math.isfinite, features)):
        return None
    top = max(features) or 1.0
    levels = [max(0, min(LEVELS, round(value / top * LEVELS))) for value in features]
    return Picture(side, [run for y in range(side) for run in _runs(levels, y, side)])


def _runs(levels: Sequence[int], y: int, side: int) -> list[Run]:
    runs: list[Run] = []
    start = 0
    row = levels[y * side : (y + 1) * side]
    for x in range(1, side + 1):
        if x == side or row[x] != row[start]:
            if row[start]:
                runs.append(Run(start, y, x - start, row[start]))
            start = x
    return runs
