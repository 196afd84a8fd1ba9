"""What happens to a resource, as whoever wants it to happen says it to the engine."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from typing import Generic, TypeVar

from sagemock import forks
from sagemock.jobs.state import Awaited, Pace, Reason

Work = Callable[[], None]
R = TypeVar("R")
Steps = Generator["str | Awaited", None, R]
"""Yields the statuses that a resource comes to, and what to wait for; returns the outcome."""


class Hold(Exception):
    """What `on_enter` may raise to hold a resource in the status that it has just entered.

    Its text says what holds the resource.
    """


class GivenUp(CancelledError):
    """The world of a resource was closed or reset before its progression had an outcome."""


class Done(Future[R]):
    """An outcome to come; only its progression can set it, and a forked child can wait for it."""

    def __init__(self) -> None:
        super().__init__()
        self._condition = threading.Condition(forks.rlock())
        # So nobody who waits for it can cancel it.
        self.set_running_or_notify_cancel()


def _regardless(_status: str, _seconds: float) -> None:
    """It may be in a status for however long."""


@dataclass(frozen=True, slots=True)
class Workflow(Generic[R]):
    """What a progression asks and tells as it goes on.

    kind: such as `training-job` or `endpoint`; name: the resource's.
    enter: puts the resource into a status. on_enter: is called when it is in it; it may raise
    `Hold`, or any other exception, which is then raised within the steps. end: takes the outcome.
    fail: takes an exception that nobody expected, after which nothing more happens.
    pace: how the next status is reached. submit: runs work, at once or elsewhere, and returns
    what it may wait for there; `blocking` says that it is at once, so that what executors work on
    is waited for. changed: is called at every change. stayed: is called before a resource
    goes on that is paced by time, with its status and the seconds that it has worked in it by that
    pace, and before one is released, with the seconds since it came to the status. It may interrupt
    the resource.
    """

    kind: str
    name: str
    enter: Callable[[str], None]
    on_enter: Callable[[str], None]
    end: Callable[[R], None]
    fail: Callable[[BaseException], None]
    pace: Callable[[], Pace]
    submit: Callable[[Work], Reason | None]
    changed: Callable[[], None]
    blocking: bool = False
    stayed: Callable[[str, float], None] = _regardless


def at_once(work: Work) -> None:
    """A `submit` that runs work in the thread of the caller."""
    work()
