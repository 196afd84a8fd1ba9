"""The content of files: bytes if it is small, a file of this machine if it is large.

Both can be pickled, so that another process of this machine can read them. Large files are in a
`Workspace`, which is removed with the job that created it.
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
"""The content of a file: its bytes, or the file of this machine that contains them."""

Files: TypeAlias = Mapping[str, Content]
"""A folder: the content of its files by their relative paths, with slashes."""

MAX_IN_MEMORY = 1 << 28
"""Bytes of a job's input, or of its output, that are kept in memory; the rest goes to files."""

CHUNK = 1 << 20
"""Bytes that are read from a stream at a time."""


def open_content(content: Content) -> IO[bytes]:
    """Open content as a seekable binary stream."""
    return io.BytesIO(content) if isinstance(content, bytes) else content.open("rb")


def size_of(content: Content) -> int:
    """The number of bytes of a content."""
    return len(content) if isinstance(content, bytes) else content.stat().st_size


def in_memory(content: Content) -> bytes:
    """The bytes of a content that is small, or is sent to another machine."""
    return content if isinstance(content, bytes) else content.read_bytes()


def buffer(content: Content) -> bytes | mmap.mmap:
    """The whole content; a file is mapped into memory, not read."""
    if isinstance(content, bytes) or not size_of(content):
        return in_memory(content)
    with content.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def files_in_memory(files: Files) -> dict[str, bytes]:
    """The content of a folder without references to files of this machine."""
    return {name: in_memory(content) for name, content in files.items()}


def chunks(stream: IO[bytes]) -> Iterator[bytes]:
    """Read the rest of a stream, piece by piece."""
    while chunk := stream.read(CHUNK):
        yield chunk


class _Pieces(io.RawIOBase):
    """A stream of pieces of any size."""

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
    """A binary stream of pieces, which is not seekable.

    Examples
    --------
    >>> stream_of([b"ab", b"", b"cd"]).read(3)
    b'abc'
    """
    return io.BufferedReader(_Pieces(pieces), CHUNK)


_live: set[tuple[int, Path]] = set()
"""The folders that workspaces have created and not removed, each with the process that did.

A forked child inherits those of its parent.
"""


@cache
def _remove_at_exit(process: int) -> None:
    def remove() -> None:
        # A forked child does not remove the folders of its parent.
        if os.getpid() == process:
            for creator, folder in list(_live):
                if creator == process:
                    shutil.rmtree(folder, ignore_errors=True)

    atexit.register(remove)


def _new_folder() -> Path:
    return Path(tempfile.gettempdir()) / f"sagemock-{uuid.uuid4().hex}"


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder of this machine for large files, created when it is first needed.

    A process that unpickles it uses the same folder, but does not remove it.
    """

    path: Path = field(default_factory=_new_folder)
    process: int = field(default_factory=os.getpid)

    def __enter__(self) -> Workspace:
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()

    def folder(self) -> Path:
        """Create the folder if necessary, readable for this user only."""
        if os.getpid() == self.process:
            _remove_at_exit(self.process)
            _live.add((self.process, self.path))
        self.path.mkdir(mode=0o700, exist_ok=True)
        return self.path

    def new_file(self) -> Path:
        """The path of a new file in the folder."""
        return self.folder() / uuid.uuid4().hex

    def remove(self) -> None:
        """Delete the folder and its files, in the process that created it."""
        if os.getpid() == self.process:
            _live.discard((self.process, self.path))
            if self.path.exists():
                shutil.rmtree(self.path, ignore_errors=True)


class Spool:
    """Stores streams: in memory up to a limit for all of them, then in files of a workspace.

    Parameters
    ----------
    limit
        In bytes; None for `MAX_IN_MEMORY`.

    Examples
    --------
    >>> with Workspace() as workspace:
    ...     spool = Spool(workspace, limit=5)
    ...     contents = spool.keep([b"abc"]), spool.keep([b"de", b"fgh"])
    ...     contents[0], contents[1].read_bytes()
    (b'abc', b'defgh')
    """

    def __init__(self, workspace: Workspace, limit: int | None = None) -> None:
        self._workspace = workspace
        self._remaining = MAX_IN_MEMORY if limit is None else limit

    def fits(self, size: int) -> bool:
        """Whether a stream of this size would stay in memory."""
        return size <= self._remaining

    def keep(self, pieces: Iterable[bytes]) -> Content:
        """Store a stream, which comes in pieces."""
        iterator = iter(pieces)
        buffered: list[bytes] = []
        size = 0
        for piece in iterator:
            buffered.append(piece)
            size += len(piece)
            if size > self._remaining:
                return self._in_file(buffered, iterator)
        self._remaining -= size
        return buffered[0] if len(buffered) == 1 else b"".join(buffered)

    def _in_file(self, buffered: list[bytes], rest: Iterator[bytes]) -> Path:
        path = self._workspace.new_file()
        with path.open("xb") as file:
            file.writelines(buffered)
            # The list is the last reference to these bytes.
            buffered.clear()
            file.writelines(rest)
        return path
