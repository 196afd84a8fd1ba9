"""What a container is to the jobs and endpoints that run it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class LogLine(NamedTuple):
    """host: `algo-1` and so on; milliseconds since the epoch; the text, without a line end."""

    host: str
    milliseconds: int
    text: str


Report = Callable[[Sequence[LogLine]], None]
"""Takes log lines as they come."""

Stop = Callable[[], bool]
"""Whether the container must stop; asked between two steps of its work."""

Clock = Callable[[], float]
"""Seconds since the epoch."""


@dataclass(frozen=True, slots=True)
class TrainingOutput:
    """artifact: the bytes of `model.tar.gz`; None when there is no model yet.

    stopped: whether training was asked to stop before its end.
    """

    artifact: bytes | None
    stopped: bool = False


class InferenceError(Exception):
    """A container answers a request with an error: an HTTP status and a body."""

    def __init__(self, status: int, body: str) -> None:
        super().__init__(f"{status}: {body}")
        self.status = status
        self.body = body


class ArtifactError(ValueError):
    """Model data that holds no model of this container; the text is for its log."""
