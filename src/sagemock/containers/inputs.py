"""The channels of a container: the files below `/opt/ml/input/data` on each host.

Channels are plain data and can be pickled, so that a container can run in another process.
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
        """Open the content as a seekable binary stream."""
        return open_content(self.content)

    def buffer(self) -> bytes | mmap:
        """The whole content; a file is mapped into memory, not read."""
        return buffer(self.content)

    def in_memory(self) -> Part:
        """The same part without a reference to a file of this machine."""
        return replace(self, content=in_memory(self.content))


@dataclass(frozen=True, slots=True)
class Shard:
    """The parts, in order, that one or more hosts have; hosts are counted from 0."""

    hosts: tuple[int, ...]
    parts: Sequence[Part]

    def in_memory(self) -> Shard:
        """The same shard without references to files of this machine."""
        return replace(self, parts=[part.in_memory() for part in self.parts])


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel of a job.

    Attributes
    ----------
    name
        ChannelName.
    content_type
        ContentType; None if the request has none.
    shards
        Each host is in at most one shard, and in none if it lacks the channel.
    """

    name: str
    content_type: str | None
    shards: Sequence[Shard]

    def parts(self, host: int) -> Sequence[Part]:
        """The parts that a host has; hosts are counted from 0."""
        for shard in self.shards:
            if host in shard.hosts:
                return shard.parts
        return ()

    def in_memory(self) -> Channel:
        """The same channel without references to files of this machine."""
        return replace(self, shards=[shard.in_memory() for shard in self.shards])
