"""Ticks of an axis of points in time."""

from __future__ import annotations

import math
from datetime import UTC, datetime

from sagemock.console.charts.scale import Scale

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_STEPS = (
    *(1, 2, 5, 10, 15, 30),
    *(_MINUTE * each for each in (1, 2, 5, 10, 15, 30)),
    *(_HOUR * each for each in (1, 2, 3, 6, 12)),
    *(_DAY * each for each in (1, 2, 7, 14, 30, 90, 365)),
)
"""Seconds between two ticks."""


def time_scale(low: float, high: float, start: float, end: float) -> Scale:
    """Return a scale of Unix times, with a margin; of a second at least."""
    margin = max((high - low) * 0.03, 0.5)
    return Scale(low - margin, high + margin, start, end)


def time_ticks(scale: Scale, about: int = 5) -> list[tuple[float, str]]:
    """Return the positions and the labels of round times in UTC."""
    rough = (scale.high - scale.low) / about
    step = next((each for each in _STEPS if each >= rough), rough)
    pattern = "%H:%M:%S" if step < _MINUTE else "%b %d %H:%M" if step < _DAY else "%Y-%m-%d"
    first, last = math.ceil(scale.low / step), math.floor(scale.high / step)
    times = [each * step for each in range(first, last + 1)]
    return [(scale(time), f"{datetime.fromtimestamp(time, UTC):{pattern}}") for time in times]
