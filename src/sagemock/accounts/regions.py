"""The region where none is named."""

from __future__ import annotations

import os

FALLBACK = "us-east-1"
"""The default region; the same as moto's."""


def default_region() -> str:
    """Return the region of the environment, where boto3 looks for it, or the fallback."""
    return os.environ.get("AWS_DEFAULT_REGION") or FALLBACK
