"""What containers call while they work, and the access to AWS that they get."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple


class LogLine(NamedTuple):
    """A line of a container's log.

    Attributes
    ----------
    host
        `algo-1` and so on.
    milliseconds
        Since the epoch.
    text
        Without the end of the line.
    """

    host: str
    milliseconds: int
    text: str


Report = Callable[[Sequence[LogLine]], None]
"""Takes log lines as they are written."""

Stop = Callable[[], bool]
"""Whether the container must stop; called between two steps of its work."""

Clock = Callable[[], float]
"""Seconds since the epoch."""

Log = Callable[[str], None]
"""Takes a line of a serving container's log."""


def no_report(_: Sequence[LogLine]) -> None:
    """For callers that do not read the log."""


def never(*_: Any) -> bool:
    """For callers that never stop the container."""
    return False


@dataclass(frozen=True, slots=True)
class AwsAccess:
    """How a process of a container reaches the AWS services of the job's account.

    Attributes
    ----------
    endpoint_url
        The URL of all services; None where the `server` extra is not installed.
    region
        The region of the job.
    access_key_id, secret_access_key, session_token
        The credentials of the job's role.
    """

    endpoint_url: str | None
    region: str
    access_key_id: str
    secret_access_key: str
    session_token: str
