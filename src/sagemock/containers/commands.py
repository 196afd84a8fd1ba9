"""Commands that users register for images."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """A program and its arguments, which runs as a process where users allow that.

    It stands for a container until a job runs, whose options say how its process is run.
    """

    arguments: tuple[str, ...]
