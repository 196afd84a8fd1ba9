"""Data capture of a transform job: manifests of what it has read and written.

Source: the page *Capture data from batch transform job* of the developer guide.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime


def manifest(prefix: str, names: Sequence[str]) -> bytes:
    """A manifest of the objects that have these names below a prefix, which is a URI."""
    return json.dumps([{"prefix": prefix}, *names]).encode() + b"\n"


def manifest_key(side: str, started: float, unique: str) -> str:
    """The name of a manifest below DestinationS3Uri.

    Parameters
    ----------
    side
        `input` or `output`.
    started
        When the job started, in seconds since the epoch.
    unique
        What tells it apart from others.

    Examples
    --------
    >>> manifest_key("input", 0, "1f1d")
    'input/1970/01/01/00/1f1d.jsonl'
    """
    return f"{side}/{datetime.fromtimestamp(started, UTC):%Y/%m/%d/%H}/{unique}.jsonl"
