"""How many threads the library uses; the numbers do not depend on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sagemock import forks

ALONE = 1 << 17
"""Numbers of a matrix up to which one thread is faster: others wait for it in a loop, which on a
busy machine takes a hundred times as long as the work."""


def threads(numbers: int, asked: int | None) -> int:
    """The threads for a matrix; 0 for one on each processor.

    Parameters
    ----------
    numbers
        The rows of the matrix times its columns.
    asked
        The `nthread` of the job, if it has one.
    """
    if forks.inherited("xgboost"):
        # The library would wait for threads that only the parent process has.
        return 1
    if asked is not None:
        return asked
    return 1 if numbers <= ALONE else 0


@contextmanager
def one_thread_in_children() -> Iterator[None]:
    """Let the library use one thread in a forked child, whatever a model says: see `threads`."""
    if not forks.inherited("xgboost"):
        yield
        return
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1, user_api="openmp"):
        yield
