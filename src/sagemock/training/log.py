"""Lines of a job's log."""

from __future__ import annotations

from typing import NamedTuple


class LogLine(NamedTuple):
    """host: `algo-1` and so on; milliseconds since the epoch; the text, without a line end."""

    host: str
    milliseconds: int
    text: str
