"""Jobs that other jobs start: a script that waits for such a job occupies a worker itself.

So what a request of a job's process starts runs beside the workers that `max_workers` counts.
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
    """Whether this call comes from the process of a job."""
    return _nested.get()


@contextmanager
def nested(is_so: bool = True) -> Iterator[None]:
    """Say whether calls come from the process of a job."""
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
