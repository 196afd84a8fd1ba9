"""Time limits for regular expressions or texts from outside, which may backtrack forever."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

SECONDS = 0.3
"""Time limit of one attempt; no pattern of the service model needs longer for any text."""

ATTEMPTS = 3
"""Attempts before a match counts as too slow.

The limit is of wall-clock time, which also passes while other threads have the processor: on a
busy machine, a harmless match timed out within its first microseconds.
"""


def in_time(match: Callable[..., Any], text: str) -> Any:
    """The result of `match`, a method of a `regex` pattern, for a text. Raises TimeoutError."""
    for _ in range(ATTEMPTS - 1):
        with suppress(TimeoutError):
            return match(text, timeout=SECONDS)
    return match(text, timeout=SECONDS)
