"""Deletes the folder of a job, and never what is only mounted in it."""

from __future__ import annotations

import os
from contextlib import suppress


def delete(folder: str) -> None:
    """Delete a folder, unless something is mounted in it."""
    folder = os.path.realpath(folder)
    if not _has_mounts(folder):
        with suppress(OSError):
            os.chdir("/")
            _delete(folder, os.lstat(folder).st_dev)


def _has_mounts(folder: str) -> bool:
    """Whether there is a mount point at or below a folder, as far as Linux says."""
    try:
        with open("/proc/self/mountinfo", "rb") as file:
            lines = file.read().splitlines()
    except OSError:
        return False
    inside = os.fsencode(folder)
    # Spaces and the like are written as octal escapes, which no folder of ours has in its name.
    points = [line.split()[4] for line in lines]
    return any(point == inside or point.startswith(inside.rstrip(b"/") + b"/") for point in points)


def _delete(folder: str, device: int) -> None:
    with suppress(OSError):
        os.chmod(folder, 0o700)
    for entry in list(os.scandir(folder)):
        with suppress(OSError):
            if not entry.is_dir(follow_symlinks=False):
                os.unlink(entry.path)
            elif entry.stat(follow_symlinks=False).st_dev == device:
                _delete(entry.path, device)
    with suppress(OSError):
        os.rmdir(folder)
