"""Waits for what other threads and processes do."""

from __future__ import annotations

import threading
from collections.abc import Callable


def until(condition: Callable[[], bool]) -> None:
    """Check a condition every 10 ms until it is true, for about a minute at most."""
    for _ in range(6000):
        if condition():
            return
        threading.Event().wait(0.01)
    raise AssertionError("the condition did not become true in time")
