"""The region of whatever names none."""

from __future__ import annotations

import os

FALLBACK = "us-east-1"
"""As moto has it."""


def default_region() -> str:
    """The region of the environment, where boto3 looks for it, or the fallback."""
    return os.environ.get("AWS_DEFAULT_REGION") or FALLBACK
