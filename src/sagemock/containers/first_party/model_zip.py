"""Models that are a ZIP of several files, read from any source.

Some of Amazon's first algorithms store a ZIP as the single file of their artifact. Whoever wrote
it, reading it takes no more memory than a model may.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence

from sagemock.containers.base import ArtifactError
from sagemock.containers.first_party.model_file import MEMBER
from sagemock.formats.archive import MAX_SIZE

MAX_DIRECTORY = 1 << 20
"""Bytes of a ZIP's directory; each entry becomes an object in memory."""

DIRECTORY_END = struct.Struct("<4s4H2LH")
"""The end of a ZIP, before its comment: signature, disks and numbers of entries, size and offset
of the directory, length of the comment."""

END_SIGNATURE, LOCATOR_SIGNATURE = b"PK\5\6", b"PK\6\7"
LOCATOR_SIZE = 20
"""The locator comes before the end if sizes have 64 bits."""

MAX_COMMENT = 1 << 16

ENCRYPTED = 0x1
"""A flag of a member of a ZIP."""

COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time in a ZIP, for members: equal models have equal bytes."""


def zipped(members: Mapping[str, bytes | str]) -> bytes:
    """A ZIP of files by their names, none of them compressed, as recorded artifacts have it."""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_STORED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, EPOCH), content)
    return inner.getvalue()


def unzip(data: bytes, names: Sequence[str]) -> dict[str, bytes]:
    """The files of a ZIP with these names; others are not read.

    Raises
    ------
    ArtifactError
        For bytes that are no such ZIP, and for one whose files would be too large.
    KeyError
        For a name that is missing.
    """
    _check_directory(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return dict(_members(archive, names))
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, zlib.error) as error:
        raise ArtifactError(f"{MEMBER} is not a ZIP archive") from error


def _check_directory(data: bytes) -> None:
    """Raise `ArtifactError` for a ZIP with many more entries than a model, or in 64 bits."""
    end = data.rfind(END_SIGNATURE, -DIRECTORY_END.size - MAX_COMMENT)
    if end < 0 or end + DIRECTORY_END.size > len(data):
        return  # `zipfile` raises for it.
    size = DIRECTORY_END.unpack_from(data, end)[5]
    if size > MAX_DIRECTORY or data[max(0, end - LOCATOR_SIZE) : end].startswith(LOCATOR_SIGNATURE):
        raise ArtifactError(f"{MEMBER} has too many entries")


def _members(archive: zipfile.ZipFile, names: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    left = MAX_SIZE
    for name in names:
        info = archive.getinfo(name)
        left -= info.file_size
        if left < 0:
            raise ArtifactError(f"{name} is too large")
        if info.flag_bits & ENCRYPTED or info.compress_type not in COMPRESSIONS:
            raise ArtifactError(f"{name} is encrypted or compressed in an unusual way")
        yield name, archive.read(info)
