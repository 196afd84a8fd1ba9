"""The content of files: bytes where it is small, a file of this machine where it is large.

Both can be pickled, so that another process of this machine can read them. Large files are in a
`Workspace`, which goes with the job that made it.
"""

from __future__ import annotations

import atexit
import io
import mmap
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import IO, Any, TypeAlias

Content: TypeAlias = bytes | Path
"""The content of a file: itself, or the file of this machine that holds it."""

Files: TypeAlias = Mapping[str, Content]
"""A folder: the content of its files by their names, which have a slash between folders."""

MAX_IN_MEMORY = 1 << 28
"""Bytes of a job's input, or of its output, that are kept in memory; all others go to files."""

CHUNK = 1 << 20
"""Bytes that are read at once of a stream."""


def open_content(content: Content) -> IO[bytes]:
    """A binary stream of some content, which can seek."""
    return io.BytesIO(content) if isinstance(content, bytes) else content.open("rb")


def size_of(content: Content) -> int:
    """Bytes of some content."""
    return len(content) if isinstance(content, bytes) else content.stat().st_size


def in_memory(content: Content) -> bytes:
    """All of some content; for what is small, or must travel to another machine."""
    return content if isinstance(content, bytes) else content.read_bytes()


def buffer(content: Content) -> bytes | mmap.mmap:
    """Some content to look at as a whole; that of a file is mapped, not read."""
    if isinstance(content, bytes) or not size_of(content):
        return in_memory(content)
    with content.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def files_in_memory(files: Files) -> dict[str, bytes]:
    """A folder without files of this machine."""
    return {name: in_memory(content) for name, content in files.items()}


def chunks(stream: IO[bytes]) -> Iterator[bytes]:
    """What is left of a stream, piece by piece."""
    while chunk := stream.read(CHUNK):
        yield chunk


class _Pieces(io.RawIOBase):
    """Bytes that come in pieces of any size."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._piece = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, target: Any) -> int:
        while not self._piece:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._piece = memoryview(piece)
        count = min(len(target), len(self._piece))
        target[:count] = self._piece[:count]
        self._piece = self._piece[count:]
        return count


def stream_of(pieces: Iterable[bytes]) -> IO[bytes]:
    """A binary stream of pieces, which cannot seek."""
    return io.BufferedReader(_Pieces(pieces), CHUNK)


_live: set[tuple[int, Path]] = set()
"""The folders that workspaces have made and not removed, each with the process that made it.

A forked child has those of its parent as well.
"""


@cache
def _remove_at_exit(process: int) -> None:
    def remove() -> None:
        # A forked child leaves alone what is its parent's.
        if os.getpid() == process:
            for maker, folder in list(_live):
                if maker == process:
                    shutil.rmtree(folder, ignore_errors=True)

    atexit.register(remove)


def _new_folder() -> Path:
    return Path(tempfile.gettempdir()) / f"sagemock-{uuid.uuid4().hex}"


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder of this machine for large files; it is made when something is put into it.

    A process that gets it by pickling uses the same folder, which is not its to remove.
    """

    path: Path = field(default_factory=_new_folder)
    process: int = field(default_factory=os.getpid)

    def __enter__(self) -> Workspace:
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()

    def folder(self) -> Path:
        """The folder, which only this user can read."""
        if os.getpid() == self.process:
            _remove_at_exit(self.process)
            _live.add((self.process, self.path))
        self.path.mkdir(mode=0o700, exist_ok=True)
        return self.path

    def new_file(self) -> Path:
        """A name in the folder that no file has yet."""
        return self.folder() / uuid.uuid4().hex

    def remove(self) -> None:
        """Delete the folder with all that it holds."""
        if os.getpid() == self.process:
            _live.discard((self.process, self.path))
            if self.path.exists():
                shutil.rmtree(self.path, ignore_errors=True)


class Spool:
    """Keeps streams: in memory until there is so much of them, then in files of a workspace."""

    def __init__(self, workspace: Workspace, limit: int | None = None) -> None:
        self._workspace = workspace
        self._left = MAX_IN_MEMORY if limit is None else limit

    def fits(self, size: int) -> bool:
        """Whether so many bytes would be kept in memory."""
        return size <= self._left

    def keep(self, pieces: Iterable[bytes]) -> Content:
        """The content of a stream that comes in pieces."""
        iterator = iter(pieces)
        taken: list[bytes] = []
        size = 0
        for piece in iterator:
            taken.append(piece)
            size += len(piece)
            if size > self._left:
                return self._filed(taken, iterator)
        self._left -= size
        return taken[0] if len(taken) == 1 else b"".join(taken)

    def _filed(self, taken: list[bytes], rest: Iterator[bytes]) -> Path:
        path = self._workspace.new_file()
        with path.open("xb") as file:
            file.writelines(taken)
            taken.clear()
            file.writelines(rest)
        return path
