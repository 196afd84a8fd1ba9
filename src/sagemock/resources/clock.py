"""The service's clock."""

from __future__ import annotations

import time


def now() -> float:
    """Seconds since the epoch, to the millisecond, as AWS's times are."""
    return round(time.time(), 3)
