"""What a container reads and leaves: files and streams, as data that can be pickled.

Small content is bytes. Large content is a file in a `Workspace`, which goes with its job.
"""

from __future__ import annotations

import atexit
import io
import mmap
import os
import shutil
import tempfile
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import IO, TypeAlias

Content: TypeAlias = bytes | Path
"""The content of a file: itself, or the file of this machine that holds it."""

Files: TypeAlias = Mapping[str, Content]
"""A folder: the content of its files by their names, which have a slash between folders."""


def open_content(content: Content) -> IO[bytes]:
    """A binary stream of some content, which can seek."""
    return io.BytesIO(content) if isinstance(content, bytes) else content.open("rb")


def size_of(content: Content) -> int:
    """Bytes of some content."""
    return len(content) if isinstance(content, bytes) else content.stat().st_size


def in_memory(content: Content) -> bytes:
    """All of some content; for what is small, or must travel to another machine."""
    return content if isinstance(content, bytes) else content.read_bytes()


def files_in_memory(files: Files) -> dict[str, bytes]:
    """A folder without files of this machine."""
    return {name: in_memory(content) for name, content in files.items()}


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

    def buffer(self) -> bytes | mmap.mmap:
        """The content to look at as a whole; that of a file is mapped, not read."""
        if isinstance(self.content, bytes) or not self.size:
            return in_memory(self.content)
        with self.content.open("rb") as file:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


@dataclass(frozen=True, slots=True)
class Shard:
    """The parts that some hosts share, in order; hosts are counted from 0."""

    hosts: tuple[int, ...]
    parts: Sequence[Part]


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
        shards = [Shard(each.hosts, [_here(part) for part in each.parts]) for each in self.shards]
        return replace(self, shards=shards)


def _here(part: Part) -> Part:
    return replace(part, content=in_memory(part.content))


@cache
def _root(process: int) -> Path:
    """The folder of a process's workspaces; it goes with that process, and not with a child."""
    folder = Path(tempfile.mkdtemp(prefix="sagemock-"))

    def remove() -> None:
        if os.getpid() == process:
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(remove)
    return folder


def _new_folder() -> Path:
    return _root(os.getpid()) / uuid.uuid4().hex


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder of this machine for what is large; it is made when it is first asked for.

    Workers of this machine that get it by pickling use the same folder.
    """

    path: Path = field(default_factory=_new_folder)

    def folder(self) -> Path:
        """The folder, which only this user can read."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self.path

    def new_file(self) -> Path:
        """A name in the folder that no file has yet."""
        return self.folder() / uuid.uuid4().hex

    def remove(self) -> None:
        """Delete the folder with all that it holds."""
        shutil.rmtree(self.path, ignore_errors=True)
