"""How much memory this machine has, which some logs print."""

from __future__ import annotations

import os

USUAL = 32 << 30
"""Bytes of the instance in the recorded logs, for systems that do not say."""


def memory_bytes() -> int:
    """The bytes of this machine's memory."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return USUAL
