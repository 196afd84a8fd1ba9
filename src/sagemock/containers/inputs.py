"""The input channels of a container: what each host has below `/opt/ml/input/data`.

A channel is plain data, so that a container can run in another process.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """A file, or in Pipe mode a whole stream: its path in the container, and its content."""

    path: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Channel:
    """hosts: the parts of each host, in order; the same sequence for all that share it.

    There is none for a host that the channel is not for.
    """

    name: str
    content_type: str | None
    hosts: Sequence[Sequence[Part]]
