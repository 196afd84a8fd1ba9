"""How much memory a call takes."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


def peak_memory(call: Callable[[], Result]) -> tuple[Result, int]:
    """What the call returns, and the bytes that were allocated at once while it ran.

    It is called twice, and the second call is measured: what the first one imports and caches,
    which is much for scipy, depends on the tests that ran before.
    """
    call()
    tracemalloc.start()
    try:
        result = call()
        return result, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
