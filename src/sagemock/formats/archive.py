"""Archives of model data: gzipped tars, written reproducibly and read defensively."""

from __future__ import annotations

import gzip
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import IO

from sagemock.formats.content import (
    CHUNK,
    Files,
    Spool,
    Workspace,
    chunks,
    open_content,
    size_of,
)

GZIP = 31
"""zlib's `wbits` for its largest window and the format of gzip, with the time 0."""

MAX_SIZE = 1 << 29
"""Bytes that an archive may unpack to; a model with a million columns and a hundred classes has
fewer."""

MAX_MEMBERS = 1000
"""Members of an archive, extension headers included."""

MAX_HEADER = 1 << 12
"""Bytes of an extension header: `tarfile` needs time quadratic in their number."""

HEADERS = (
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
)
"""Types of extension headers, which describe the member that follows."""


class ArchiveError(ValueError):
    """Bytes that are not an archive, or an archive that must not be extracted."""


class ArchiveTooLarge(ArchiveError):
    """An archive with more content than `MAX_SIZE`."""


def tar_gz(files: Files) -> Iterator[bytes]:
    """Write a gzipped tar of files by name, piece by piece, without times and owners."""
    # Weights hardly compress, so the fastest level is enough.
    gzipped = zlib.compressobj(1, zlib.DEFLATED, GZIP)
    for piece in _tar(files):
        yield gzipped.compress(piece)
    yield gzipped.flush()


def _tar(files: Files) -> Iterator[bytes]:
    size = 0
    for name, content in files.items():
        entry = tarfile.TarInfo(name)
        entry.size = size_of(content)
        header = entry.tobuf()
        yield header
        with open_content(content) as stream:
            yield from chunks(stream)
        padding = -entry.size % tarfile.BLOCKSIZE
        yield bytes(padding)
        size += len(header) + entry.size + padding
    end = 2 * tarfile.BLOCKSIZE
    yield bytes(end + -(size + end) % tarfile.RECORDSIZE)


def files(data: IO[bytes], workspace: Workspace) -> Iterator[tuple[str, IO[bytes]]]:
    """Read the files of a gzipped tar.

    Parameters
    ----------
    workspace
        For archives that are too large for memory.

    Yields
    ------
    tuple
        The name of a file, and a stream of its content, which is open until the next iteration.

    Raises
    ------
    ArchiveError
        For bytes that are not such an archive, and for an archive with links, devices, names that
        lead out of its folder, or more content than `MAX_SIZE`.
    """
    plain = Spool(workspace).keep(_gunzipped(data))
    try:
        with (
            open_content(plain) as file,
            tarfile.open(fileobj=file, mode="r:", tarinfo=CheckedMember) as archive,
        ):
            for count, entry in enumerate(archive):
                if count >= MAX_MEMBERS:
                    raise ArchiveError("the archive has too many members")
                _check_safe(entry)
                content = archive.extractfile(entry)
                if content is not None:
                    yield entry.name.removeprefix("./"), content
    except ArchiveError:
        raise
    except (tarfile.TarError, OSError, EOFError, ValueError, RecursionError) as error:
        raise ArchiveError("not a tar.gz archive") from error


def _gunzipped(data: IO[bytes]) -> Iterator[bytes]:
    remaining = MAX_SIZE
    try:
        with gzip.GzipFile(fileobj=data) as file:
            while piece := file.read(min(CHUNK, remaining)):
                remaining -= len(piece)
                yield piece
            if not remaining and file.read(1):
                raise ArchiveTooLarge("the archive is too large")
    except (OSError, EOFError, zlib.error) as error:
        raise ArchiveError("not a tar.gz archive") from error


class CheckedMember(tarfile.TarInfo):
    """A member that is checked before its data is read."""

    def _proc_member(self, archive: tarfile.TarFile) -> tarfile.TarInfo:
        is_header = self.type in HEADERS
        if self.size < 0 or (is_header and self.size > MAX_HEADER):
            raise ArchiveError("the archive has a header of an unusual size")
        member: tarfile.TarInfo = super()._proc_member(archive)  # type: ignore[misc]
        return member


def _check_safe(entry: tarfile.TarInfo) -> None:
    path = PurePosixPath(entry.name)
    plain = entry.isdir() or (entry.isreg() and not entry.issparse())
    if not plain or path.is_absolute() or ".." in path.parts:
        raise ArchiveError(f"the archive's member {entry.name!r} is unsafe")
