"""Five colours for the values of a metric, from the worst to the best."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SHADES = 5
NO_SHADE = -1
"""Of what has no value."""


@dataclass(frozen=True, slots=True)
class ShadeRange:
    """The lowest and the highest value of a shade, which is 0 for the worst ones."""

    shade: int
    low: float
    high: float


def shades(values: Mapping[str, float], *, high_is_good: bool = True) -> dict[str, int]:
    """Return the shade of each value: by rank, in parts of about equal size.

    Equal values share one, and the best value always has the best one.
    """
    signed = {name: value if high_is_good else -value for name, value in values.items()}
    order = sorted(signed.values())
    return {
        name: SHADES - 1 if value == order[-1] else bisect_left(order, value) * SHADES // len(order)
        for name, value in signed.items()
    }


def shade_ranges(values: Mapping[str, float], shade_of: Mapping[str, int]) -> Sequence[ShadeRange]:
    """Return what a legend says, from the best shade to the worst one."""
    by_shade: dict[int, list[float]] = {}
    for name, value in values.items():
        by_shade.setdefault(shade_of[name], []).append(value)
    return [
        ShadeRange(shade, min(by_shade[shade]), max(by_shade[shade]))
        for shade in sorted(by_shade, reverse=True)
    ]
