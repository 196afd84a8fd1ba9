"""A link at `/opt/ml` to the folder of a job, for one job at a time."""

from __future__ import annotations

import fcntl
import os
import select
from contextlib import contextmanager, suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

OPT = "/opt"
LINK = "/opt/ml"

PAUSE = 0.02
"""Seconds between two attempts to get the lock."""


PREFIX = "sagemock-"
"""Part of the names of the folders that links of sagemock lead to."""


@contextmanager
def linked(folder: str, control: int) -> Iterator[bytes | None]:
    """Make the link, and remove it afterwards.

    The lock is on `/opt` itself, so that it leaves no file, and ends with whoever holds it. None
    comes when there is a link, and otherwise the command that ended the wait for the lock.

    Raises
    ------
    OSError
        Where the link cannot be made.
    """
    lock = os.open(OPT, os.O_RDONLY | os.O_DIRECTORY)
    try:
        command = _locked(lock, control)
        if command is not None:
            yield command
            return
        # Whoever made a link that is still there has not lived to remove it.
        if os.path.islink(LINK) and PREFIX in os.readlink(LINK):
            os.unlink(LINK)
        with suppress(OSError):
            # `proot` makes a folder without permissions where there is none.
            if not os.lstat(LINK).st_mode & 0o777:
                os.rmdir(LINK)
        os.symlink(folder, LINK)
        try:
            yield None
        finally:
            with suppress(OSError):
                os.unlink(LINK)
    finally:
        os.close(lock)


def _locked(lock: int, control: int) -> bytes | None:
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            ready, _, _ = select.select([control], [], [], PAUSE)
            if ready:
                return os.read(control, 1)
        else:
            return None
