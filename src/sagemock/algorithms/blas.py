"""One BLAS thread while training.

The matrices of a mini-batch are small: on a busy machine two BLAS threads wait for each other
thousands of times, and one thread is up to forty times faster. It also makes sums reproducible to
the bit, whatever else runs. Jobs run in parallel instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sagemock import forks

_lock = forks.lock()
_users = 0
_limits: list[Any] = []
"""Of each entry the limits of the libraries that had been loaded by then."""


@contextmanager
def single_thread() -> Iterator[None]:
    """Limit BLAS to one thread within; the limit ends when the last of several users leaves.

    Whoever has a library loaded within, such as the BLAS of scipy, which numpy does not use,
    enters again, as only the libraries of that moment are limited.
    """
    global _users
    from threadpoolctl import threadpool_limits

    with _lock:
        _limits.append(threadpool_limits(1, user_api="blas"))
        _users += 1
    try:
        yield
    finally:
        with _lock:
            _users -= 1
            # An earlier entry has the threads that a library had before there was any limit.
            while _users == 0 and _limits:
                _limits.pop().restore_original_limits()
