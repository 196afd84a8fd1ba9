"""The range of a metric among all documents that match, and the bars that show a value in it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from sagemock.console.search.metrics import Goal

WIDE = 100.0
"""From this ratio of the largest to the smallest value on, bars are logarithmic."""

NARROW = 0.8
"""From this share of the best value on, bars of the worst and the best look alike."""

SHORTEST = 0.03
"""The length of the bar of the worst value on a logarithmic scale, so that it can be seen."""

Scale = Literal["share", "log"]


@dataclass(frozen=True, slots=True)
class ValueRange:
    """The smallest and the largest value of a metric, and which end is the better one."""

    low: float
    high: float
    goal: Goal

    @property
    def best(self) -> float | None:
        """The best value, None where all are the same."""
        if self.low == self.high:
            return None
        return self.high if self.goal == "high" else self.low

    @property
    def scale(self) -> Scale | None:
        """Return what the length of a bar is, None where bars would show nothing or mislead.

        Notes
        -----
        Longer is better. `share`: the value as a share of the best one, or the best as a share of
        the value where low is good; so it has a true zero. `log`: the position between the ends,
        which are far apart, on a logarithmic scale. Both need positive values.
        """
        if self.low < 0 or self.low == self.high or (self.low == 0 and self.goal == "low"):
            return None
        if self.low > 0 and self.high / self.low >= WIDE:
            return "log"
        return "share" if self.low / self.high < NARROW else None

    def bar(self, value: float) -> float | None:
        """Return the length of a value's bar from 0 to 1, None for no bar."""
        scale = self.scale
        if scale is None or not self.low <= value <= self.high:
            return None
        if scale == "share":
            return value / self.high if self.goal == "high" else self.low / value
        position = math.log(value / self.low) / math.log(self.high / self.low)
        return max(SHORTEST, position if self.goal == "high" else 1 - position)
