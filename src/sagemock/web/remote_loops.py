"""Polling loops of other processes, which wait for changes here; see `sagemock.run.injected`."""

from __future__ import annotations

from typing import Any

from sagemock.config import LONGEST_WAIT
from sagemock.jobs import server_wait
from sagemock.moto_adapter import waiting
from sagemock.run.injected.sitecustomize import NeverComes


def wait(seconds: float = 0.0, seen: int = -1, vain: int = 0) -> dict[str, Any]:
    """Wait for the next status change. Polling loops in other processes call it to sleep.

    Parameters
    ----------
    seconds
        The maximum time to wait.
    seen, vain
        The values in the previous response; see `waiting.Looks`.

    Returns
    -------
    dict
        The new `seen` and `vain`; `reason`, why nothing more will happen, or None; and `busy`,
        whether too many loops are waiting already.
    """
    looks = waiting.Looks(seen, vain)
    reason = None
    with server_wait.slot() as free:
        if free:
            try:
                waiting.rest(min(max(seconds, 0.0), LONGEST_WAIT), looks)
            except NeverComes as error:
                reason = str(error)
    return {"seen": looks.seen, "vain": looks.vain, "reason": reason, "busy": not free}
