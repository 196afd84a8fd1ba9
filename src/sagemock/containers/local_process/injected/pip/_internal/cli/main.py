"""What the program `pip` imports."""

from __future__ import annotations

from ... import main as main  # noqa: TID252 - it is called `pip` only in a job

cli = main
"""The name of it that newer ones import."""
