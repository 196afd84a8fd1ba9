"""Polling loops in other processes, which wait for changes here: see `sagemock.run.injected`."""

from __future__ import annotations

from typing import Any

from sagemock.config import LONGEST_WAIT
from sagemock.jobs import server_wait
from sagemock.moto_adapter import waiting
from sagemock.run.injected.sitecustomize import NeverComes


def wait(seconds: float = 0.0, seen: int = -1, vain: int = 0) -> dict[str, Any]:
    """What `sleep` does in a polling loop while a mock is on, for a loop in another process.

    seconds: at most so many. seen, vain: what the answer before said, and this one says again;
    `reason` tells why nothing more will happen, `busy` that too many wait already.
    """
    looks = waiting.Looks(seen, vain)
    reason = None
    with server_wait.slot() as free:
        if free:
            try:
                waiting.rest(min(max(seconds, 0.0), LONGEST_WAIT), looks)
            except NeverComes as hopeless:
                reason = str(hopeless)
    return {"seen": looks.seen, "vain": looks.vain, "reason": reason, "busy": not free}
