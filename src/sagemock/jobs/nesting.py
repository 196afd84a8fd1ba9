"""Jobs for which the code of other jobs waits, and so occupies a worker itself.

What such code starts, in a function of a test or in a process, runs beside the workers that
`max_workers` counts; and what it looks at does, if that is still waiting for a worker.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from sagemock.jobs.workflow import Work

T = TypeVar("T")

_nested: ContextVar[bool] = ContextVar("nested", default=False)


def is_nested() -> bool:
    """Whether this call comes from code that a job runs."""
    return _nested.get()


@contextmanager
def nested(is_so: bool = True) -> Iterator[None]:
    """Say whether calls come from code that a job runs."""
    token = _nested.set(is_so)
    try:
        yield
    finally:
        _nested.reset(token)


def bound(submit: Callable[[Work], T]) -> Callable[[Work], T]:
    """Return `submit` as it is for this call, for later calls that come from elsewhere."""
    if not is_nested():
        return submit

    def submit_nested(work: Work) -> T:
        with nested():
            return submit(work)

    return submit_nested
