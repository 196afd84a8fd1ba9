"""Archives of model data: gzipped tars, written without times and owners and read with care."""

from __future__ import annotations

import gzip
import io
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import IO

MAX_SIZE = 1 << 29
"""Bytes that an archive may unpack to; a million columns of a hundred classes need less."""

MAX_MEMBERS = 1000
"""Files, and headers that tell more of a file, in an archive."""

MAX_HEADER = 1 << 12
"""Bytes of such a header: `tarfile` takes the square of their number to read one."""

HEADERS = (
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
)
"""Types of what is no file in a tar, but tells of one."""


class ArchiveError(ValueError):
    """Bytes that are not an archive that can be extracted, whatever it should hold."""


class ArchiveTooLarge(ArchiveError):
    """An archive with more content than `MAX_SIZE`."""


def tar_gz(members: Mapping[str, bytes]) -> bytes:
    """A gzipped tar of files by name, without times and owners."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as archive:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    # Weights hardly get smaller, so the fastest level does.
    return gzip.compress(plain.getvalue(), compresslevel=1, mtime=0)


def files(data: bytes) -> Iterator[tuple[str, IO[bytes]]]:
    """The files of a gzipped tar by name, each open until the next one is asked for.

    Nothing is written to disk. An archive with links, devices, names that lead out of its folder,
    or more content than `MAX_SIZE` raises `ArchiveError`, as do other bytes.
    """
    plain = _gunzip(data)
    try:
        with tarfile.open(fileobj=io.BytesIO(plain), mode="r:", tarinfo=_Member) as archive:
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


def _gunzip(data: bytes) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            plain = file.read(MAX_SIZE)
            if file.read(1):
                raise ArchiveTooLarge("the archive is too large")
    except (OSError, EOFError, zlib.error) as error:
        raise ArchiveError("not a tar.gz archive") from error
    return plain


class _Member(tarfile.TarInfo):
    """A member that is looked at before anything is read for it."""

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
