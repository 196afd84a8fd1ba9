"""Requests that wait on the server for a change: a few at a time, so that others are answered.

A client that polls sleeps between its calls, the SageMaker SDK for thirty seconds after the first.
So the server answers the Describe of a job or endpoint under way when it has ended, within limits.
For an endpoint whose model is being loaded, the request that creates it waits likewise.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from sagemock.config import LONGEST_WAIT
from sagemock.jobs.activity import activity
from sagemock.jobs.engine import Progression
from sagemock.jobs.state import Phase

T = TypeVar("T")

SLOTS = 8
"""How many requests wait at the same time: half of the server's threads."""

HEADER = "X-Sagemock-Wait"
"""The header by which a client sets for how many seconds its request may wait."""

_slots = threading.BoundedSemaphore(SLOTS)
_served: ContextVar[bool] = ContextVar("served", default=False)
_patience: ContextVar[float] = ContextVar("patience", default=0.0)
_patience_for_models: ContextVar[float] = ContextVar("patience for models", default=0.0)
_exception: ContextVar[str | None] = ContextVar("exception", default=None)


@contextmanager
def patient(
    headers: Mapping[str, str], seconds: float, *, except_for: str | None = None
) -> Iterator[None]:
    """Let a request wait.

    Parameters
    ----------
    headers
        Of the request. One of them may set another number of seconds.
    seconds
        For how long it may wait.
    except_for
        The name of a job for which it does not wait.
    """
    asked = headers.get(HEADER)
    with ExitStack() as stack:

        def put(variable: ContextVar[T], value: T) -> None:
            stack.callback(variable.reset, variable.set(value))

        put(_served, True)
        put(_patience, _asked(asked, seconds))
        put(_patience_for_models, _asked(asked, LONGEST_WAIT if seconds else 0.0))
        put(_exception, except_for)
        yield


def is_on_server() -> bool:
    """Whether this is the thread of a request to the server, whose client loses patience."""
    return _served.get()


def _asked(text: str | None, default: float) -> float:
    try:
        seconds = default if text is None else float(text)
    except ValueError:
        return default
    return default if math.isnan(seconds) else min(max(seconds, 0.0), LONGEST_WAIT)


def await_end(progression: Progression[Any]) -> None:
    """Wait until a progression ends, as long as the request may and it continues by itself."""
    _await(progression, _patience.get())


def await_models(progression: Progression[Any]) -> None:
    """Wait until an endpoint has its models, as long as the client of the request certainly does.

    So clients that look once in half a minute see most endpoints in service at their first look.
    """
    _await(progression, _patience_for_models.get())


def _await(progression: Progression[Any], seconds: float) -> None:
    if not seconds or progression.workflow.name == _exception.get():
        return
    with slot() as free:
        deadline = time.monotonic() + seconds if free else 0.0
        while progression.phase is not Phase.ENDED:
            seen = activity.count
            for each in (progression, *progression.awaited()):
                each.settle()
            pause = progression.next_step_in()
            left = deadline - time.monotonic()
            if pause is None or left <= 0 or pause > left:
                return
            # The end of work is announced; that of a pace in seconds is not.
            activity.wait(seen, pause or left)


@contextmanager
def slot() -> Iterator[bool]:
    """Reserve a slot for a request that waits; yields False if none is free."""
    free = _slots.acquire(blocking=False)
    try:
        yield free
    finally:
        if free:
            _slots.release()
