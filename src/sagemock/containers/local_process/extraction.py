"""Unpacks the archive of a user's code as the training toolkit does.

Names are changed so that they stay in the folder; links that lead out of it, and devices, are left
out. An archive that would fill memory or disk is refused.
"""

from __future__ import annotations

import os
import tarfile
from pathlib import Path
from typing import IO, Any

from sagemock.formats.archive import ArchiveError, CheckedMember

MAX_SIZE = 1 << 31
"""Bytes that an archive may unpack to."""

MAX_MEMBERS = 100_000
"""Members of an archive."""


def extract(data: IO[bytes], folder: Path) -> list[str]:
    """Unpack a gzipped tar into a folder.

    Returns
    -------
    What was left out, or put elsewhere, in sentences.

    Raises
    ------
    ArchiveError
        For an archive that is too large.
    tarfile.TarError, OSError, EOFError, ValueError
        For bytes that are not such an archive.
    """
    notes: list[str] = []
    size = 0
    destination = os.path.realpath(folder)
    with tarfile.open(fileobj=data, mode="r|gz", tarinfo=CheckedMember) as archive:
        for count, member in enumerate(archive):
            size += max(0, member.size)
            if size > MAX_SIZE or count >= MAX_MEMBERS:
                raise ArchiveError("the archive is too large")
            problem = _problem(member, destination)
            if problem:
                notes.append(f"Skipping archive member {member.name!r}: {problem}")
                continue
            _harden(member)
            archive.extract(member, destination, set_attrs=True, **_TRUSTED)
    return notes


_TRUSTED: dict[str, Any] = {"filter": "fully_trusted"} if hasattr(tarfile, "data_filter") else {}


def _problem(member: tarfile.TarInfo, destination: str) -> str | None:
    """Why a member is left out; its name is changed to one that stays in the folder."""
    parts = member.name.replace("\\", "/").split("/")
    name = "/".join(part for part in parts if part not in ("", ".", ".."))
    if not name:
        return None if member.isdir() else "no usable path remains after normalization."
    member.name = name
    target = os.path.realpath(os.path.join(destination, name))
    if not _within(target, destination):
        return "it still resolves outside the code directory."
    if not (member.isreg() or member.isdir() or member.issym() or member.islnk()):
        return "special files are not supported."
    if member.issym() or member.islnk():
        base = destination if member.islnk() else os.path.dirname(target)
        if not _within(os.path.realpath(os.path.join(base, member.linkname)), destination):
            return f"link target {member.linkname!r} points outside the code directory."
    return None


def _within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder + os.sep)


def _harden(member: tarfile.TarInfo) -> None:
    """Let the user own the files, and be able to read them and to delete folders."""
    member.uid, member.gid = os.geteuid(), os.getegid()
    member.uname = member.gname = ""
    member.mode = 0o755 if member.isdir() else (member.mode & 0o755) | 0o600
