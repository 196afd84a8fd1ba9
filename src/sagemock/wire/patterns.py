"""Regular expressions that others wrote, or whose texts they did: a match may take for ever."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

SECONDS = 0.3
"""What one attempt may take; no pattern of the service model needs more, whatever the text."""

ATTEMPTS = 3
"""Time also passes while other threads have the processor, so running out of it once is no proof.

On a busy machine an innocent match was stopped in its first microseconds.
"""


def in_time(match: Callable[..., Any], text: str) -> Any:
    """The result of a method of a `regex` pattern for a text. Raises TimeoutError."""
    for _ in range(ATTEMPTS - 1):
        with suppress(TimeoutError):
            return match(text, timeout=SECONDS)
    return match(text, timeout=SECONDS)
