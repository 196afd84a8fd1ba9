"""Scales: from values to positions on an axis."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LOGARITHMIC_FROM = 100.0
"""Positive values that differ by this factor are shown on a logarithmic axis."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Maps values from `low` to `high` to positions from `start` to `end`, in units of the SVG."""

    low: float
    high: float
    start: float
    end: float
    logarithmic: bool = False

    def __call__(self, value: float) -> float:
        """Return the position of a value."""
        low, high, value = (self._warped(each) for each in (self.low, self.high, value))
        part = (value - low) / (high - low)
        return round(self.start + part * (self.end - self.start), 1)

    def _warped(self, value: float) -> float:
        return math.log10(max(value, 1e-300)) if self.logarithmic else value

    def ticks(self, about: int = 6) -> list[tuple[float, str]]:
        """Return the positions and the labels of roughly `about` round values."""
        values = _decades(self.low, self.high) if self.logarithmic else _round(self, about)
        return [(self(value), label(value)) for value in values]


def label(value: float) -> str:
    """Return the label of a round value, with a letter for thousands and millions.

    >>> label(20_000), label(0.5)
    ('20k', '0.5')
    """
    for unit, letter in ((1e6, "M"), (1e3, "k")):
        if abs(value) >= 10 * unit:
            return f"{value / unit:.6g}{letter}"
    return f"{value:.6g}"


def fitted(
    values: Iterable[float], start: float, end: float, *, logarithmic: bool | None = None
) -> Scale:
    """Return a scale on which all finite values lie.

    Parameters
    ----------
    logarithmic
        None to decide by the values.
    """
    finite = [value for value in values if math.isfinite(value)]
    low, high = (min(finite), max(finite)) if finite else (0.0, 1.0)
    if logarithmic is None:
        logarithmic = low > 0 and high / low >= LOGARITHMIC_FROM
    if low == high:
        spread = abs(low) * 0.1 or 1.0
        return Scale(low - spread, high + spread, start, end)
    if logarithmic:
        return Scale(low, high, start, end, logarithmic=True)
    margin = (high - low) * 0.04
    return Scale(low - margin, high + margin, start, end)


def _round(scale: Scale, about: int) -> Sequence[float]:
    """Multiples of one, two or five times a power of ten."""
    rough = (scale.high - scale.low) / about
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * each for each in (1, 2, 5, 10) if power * each >= rough)
    first = math.ceil(scale.low / step)
    last = math.floor(scale.high / step)
    return [each * step for each in range(first, last + 1)]


def _decades(low: float, high: float) -> Sequence[float]:
    first, last = math.ceil(math.log10(low)), math.floor(math.log10(high))
    stride = max(1, (last - first) // 6)
    inside = [10.0**each for each in range(first, last + 1, stride)]
    return inside if len(inside) > 1 else [low, high]
