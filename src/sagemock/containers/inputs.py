"""The channels of a container: what each host has below `/opt/ml/input/data`.

A channel is plain data that can be pickled, so that a container can run in another process.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from mmap import mmap
from typing import IO

from sagemock.formats.content import Content, buffer, in_memory, open_content, size_of


@dataclass(frozen=True, slots=True)
class Part:
    """A file, or in Pipe mode a whole stream: its path in the container, and its content."""

    path: str
    content: Content

    @property
    def size(self) -> int:
        """Bytes of the content."""
        return size_of(self.content)

    def open(self) -> IO[bytes]:
        """A binary stream of the content, which can seek."""
        return open_content(self.content)

    def buffer(self) -> bytes | mmap:
        """The content to look at as a whole; that of a file is mapped, not read."""
        return buffer(self.content)

    def in_memory(self) -> Part:
        """The same part without a file of this machine."""
        return replace(self, content=in_memory(self.content))


@dataclass(frozen=True, slots=True)
class Shard:
    """The parts that some hosts share, in order; hosts are counted from 0."""

    hosts: tuple[int, ...]
    parts: Sequence[Part]

    def in_memory(self) -> Shard:
        """The same shard without files of this machine."""
        return replace(self, parts=[part.in_memory() for part in self.parts])


@dataclass(frozen=True, slots=True)
class Channel:
    """shards: each host is in at most one; in none when the channel is not for it."""

    name: str
    content_type: str | None
    shards: Sequence[Shard]

    def parts(self, host: int) -> Sequence[Part]:
        """What a host has, counted from 0."""
        for shard in self.shards:
            if host in shard.hosts:
                return shard.parts
        return ()

    def in_memory(self) -> Channel:
        """The same channel without files of this machine."""
        return replace(self, shards=[shard.in_memory() for shard in self.shards])
