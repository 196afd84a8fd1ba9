"""`Workflow`: what the engine needs to know of a resource that goes from status to status."""

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
"""Yields the statuses that a resource reaches, and what to wait for; returns the outcome."""


class Hold(Exception):
    """Raised by `on_enter` to hold a resource in the status that it has just entered.

    The text says what holds the resource.
    """


class GivenUp(CancelledError):
    """The world of a resource was closed or reset before its progression had an outcome."""


class Done(Future[R]):
    """A future outcome that only its progression can set, and a forked child can wait for."""

    def __init__(self) -> None:
        super().__init__()
        self._condition = threading.Condition(forks.rlock())
        # A future that runs cannot be cancelled.
        self.set_running_or_notify_cancel()


def _regardless(_status: str, _seconds: float) -> None:
    """Allow any time in a status."""


@dataclass(frozen=True, slots=True)
class Workflow(Generic[R]):
    """The functions that a progression calls.

    Parameters
    ----------
    kind
        The kind of resource, such as `training-job` or `endpoint`.
    name
        The name of the resource.
    enter
        Changes the status of the resource.
    on_enter
        Called when the resource has a status. May raise `Hold`, or another exception, which is then
        raised within the steps.
    end
        Takes the outcome.
    fail
        Takes an unexpected exception, after which nothing more happens.
    pace
        Returns how the next status is reached.
    submit
        Runs work, at once or elsewhere. Returns what it may have to wait for there.
    changed
        Called at every change.
    blocking
        Whether `submit` runs work at once, so that what executors work on is waited for.
    stayed
        Called with a status and the seconds spent working in it, before a resource continues that
        is paced by time; and before one is released, with the seconds since it reached the status.
        May interrupt the resource.
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
    """Run work in the thread of the caller; a `submit`."""
    work()
