"""What several forms have in common: the instance types that they suggest, and numbers."""

from __future__ import annotations

import re

INSTANCE_TYPES = ("ml.m5.large", "ml.m5.xlarge", "ml.c5.xlarge", "ml.c4.2xlarge", "ml.p3.2xlarge")
"""Suggestions; a form takes any type that AWS has."""


def is_whole(text: str) -> bool:
    """Return whether a text is a whole number."""
    return re.fullmatch(r"[+-]?\d{1,18}", text, re.ASCII) is not None
