"""Requests of the server that wait for a change: some at a time, so that others are answered."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sagemock.gateway import waiting
from sagemock.run.injected.sitecustomize import NeverComes

SLOTS = 8
"""Requests that wait at the same time: half of the server's threads."""

LONGEST = 20.0
"""Seconds that one request may wait, which is below the time-outs of clients."""

_slots = threading.BoundedSemaphore(SLOTS)


@contextmanager
def slot() -> Iterator[bool]:
    """Take a place among those that wait, while the block runs; False when none is free."""
    free = _slots.acquire(blocking=False)
    try:
        yield free
    finally:
        if free:
            _slots.release()


def wait(seconds: float = 0.0, seen: int = -1, vain: int = 0) -> dict[str, Any]:
    """What `sleep` does in a polling loop while a mock is on, for a loop in another process.

    seconds: at most so many. seen, vain: what the answer before said, and this one says again;
    `reason` tells why nothing more will happen, `busy` that too many wait already.
    """
    looks = waiting.Looks(seen, vain)
    reason = None
    with slot() as free:
        if free:
            try:
                waiting.rest(min(max(seconds, 0.0), LONGEST), looks)
            except NeverComes as hopeless:
                reason = str(hopeless)
    return {"seen": looks.seen, "vain": looks.vain, "reason": reason, "busy": not free}
