"""Scales: from values to positions on an axis."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LOGARITHMIC_FROM = 100.0
"""Positive values that differ by this factor are shown on a logarithmic axis."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Maps values from `low` to `high` to positions from `start` to `end`, in units of the SVG.

    Attributes
    ----------
    integers
        Whether all values are integers, and so the labels.
    """

    low: float
    high: float
    start: float
    end: float
    logarithmic: bool = False
    integers: bool = False

    def __call__(self, value: float) -> float:
        """Return the position of a value."""
        # Halves, because the difference of two large values overflows.
        low, high, value = (self._warped(each) / 2 for each in (self.low, self.high, value))
        part = (value - low) / (high - low)
        return round(self.start + part * (self.end - self.start), 1)

    def value(self, position: float) -> float:
        """Return the value at a position."""
        part = (position - self.start) / (self.end - self.start)
        low, high = self._warped(self.low), self._warped(self.high)
        value = low * (1 - part) + high * part
        return float(10.0**value) if self.logarithmic else value

    def _warped(self, value: float) -> float:
        return math.log10(max(value, 5e-324)) if self.logarithmic else value

    def ticks(self, about: int = 6) -> list[tuple[float, str]]:
        """Return the positions and the labels of roughly `about` round values."""
        values = _powers(self.low, self.high) if self.logarithmic else _round(self, about)
        by_label = {label(value): self(value) for value in values}
        return [(position, text) for text, position in by_label.items()]


def label(value: float) -> str:
    """Return the label of a round value, with a letter for thousands and millions.

    >>> label(20_000), label(0.5), label(1e30)
    ('20k', '0.5', '1e+30')
    """
    if abs(value) >= 1e12:
        return f"{value:.3g}"
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
        None to decide by the values. Only positive values can have a logarithmic scale.
    """
    finite = [value for value in values if math.isfinite(value)]
    low, high = (min(finite), max(finite)) if finite else (0.0, 1.0)
    if logarithmic is None:
        logarithmic = low > 0 and high / low >= LOGARITHMIC_FROM
    integers = bool(finite) and all(float(value).is_integer() for value in finite)
    if logarithmic and 0 < low < high:
        return Scale(low, high, start, end, logarithmic=True, integers=integers)
    margin = (high / 2 - low / 2) * 0.08 or abs(low) * 0.1 or 1.0
    limit = sys.float_info.max
    low, high = max(low - margin, -limit), min(high + margin, limit)
    return Scale(low, high, start, end, integers=integers)


def _round(scale: Scale, about: int) -> Sequence[float]:
    """Multiples of one, two or five times a power of ten."""
    rough = scale.high / about - scale.low / about
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * each for each in (1, 2, 5, 10) if power * each >= rough)
    if scale.integers:
        step = max(1.0, step)
    first = math.ceil(scale.low / step)
    last = math.floor(scale.high / step)
    return [each * step for each in range(first, last + 1)]


def _powers(low: float, high: float) -> Sequence[float]:
    """Powers of ten, or where there are too few of them, those times one, two and five."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    stride = max(1, (last - first) // 6)
    inside = [float(f"1e{each}") for each in range(first, last + 1, stride)]
    inside = [value for value in inside if low <= value <= high]
    if len(inside) > 2:
        return inside
    finer = [float(f"{each}e{power}") for power in range(first, last + 1) for each in (1, 2, 5)]
    inside = [value for value in finer if low <= value <= high]
    return inside if len(inside) > 1 else [low, high]
