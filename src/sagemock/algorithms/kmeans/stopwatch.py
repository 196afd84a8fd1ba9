"""Where the time of the updates goes, which the container's log shows."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal, get_args

Step = Literal[
    "setting up",
    "loading rows",
    "norms of centers",
    "norms of rows",
    "inner products",
    "differences",
    "loss",
    "grouping",
    "sizes",
    "sums",
    "merging hosts",
    "selecting centers",
    "moving centers",
]
"""The steps of an update."""

Lap = Callable[[Step], None]
"""Called at the end of a step."""


def untimed(_: Step) -> None:
    """For callers that do not measure."""


class Stopwatch:
    """Adds up the time of each step.

    Parameters
    ----------
    clock
        Seconds since any moment.

    Attributes
    ----------
    seconds
        Of each step so far.

    Examples
    --------
    >>> moments = iter([1.0, 1.5, 4.0])
    >>> watch = Stopwatch(moments.__next__)
    >>> watch.start()
    >>> watch.lap("sums")
    >>> watch.lap("loss")
    >>> watch.seconds["sums"], watch.seconds["loss"], watch.seconds["sizes"]
    (0.5, 2.5, 0.0)
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self.seconds: dict[Step, float] = dict.fromkeys(get_args(Step), 0.0)
        self._clock = clock
        self._last = 0.0

    def start(self) -> None:
        """Begin the first step."""
        self._last = self._clock()

    def lap(self, step: Step) -> None:
        """End a step, and begin the next one."""
        now = self._clock()
        self.seconds[step] += now - self._last
        self._last = now
