"""How long containers that serve may take, as AWS's developer guide says."""

from __future__ import annotations

import time
from collections.abc import Callable

from sagemock.containers.base import Stop, never

monotonic: Callable[[], float] = time.monotonic
"""The clock of all these limits; tests replace it."""

INVOCATION = 60.0
"""Seconds for the answer to an invocation."""

STARTUP = 240.0
"""Seconds until a container is healthy, where its variant says nothing else."""

PING = 2.0
"""Seconds for the answer to one request for health."""

TERMINATION = 30.0
"""Seconds from SIGTERM to SIGKILL when an endpoint is deleted."""

LOOK = 0.05
"""Seconds between two looks at the clock."""


def of_invocation(timeout: float | None) -> float:
    """Return the seconds for the response to a request that may have a limit of its own."""
    return INVOCATION if timeout is None else timeout


class LimitExceeded(Exception):
    """A container has taken longer than it may."""


class Deadline:
    """A moment, from now on.

    Parameters
    ----------
    seconds
        How far away it is.
    stop
        Whether it is over before, as nobody waits any more.
    """

    def __init__(self, seconds: float, stop: Stop = never) -> None:
        self._end = monotonic() + seconds
        self._stop = stop

    @property
    def passed(self) -> bool:
        """Whether it is over."""
        return monotonic() >= self._end or self._stop()

    def check(self) -> None:
        """Raise `LimitExceeded` if it is over."""
        if self.passed:
            raise LimitExceeded
