"""The folder without permissions that `proot` makes at `/opt/ml` where it can.

All its jobs need it while they run, and the last one removes it. A job with a link there has `/opt`
for itself.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sagemock.containers.local_process.child.links import LINK, OPT, PAUSE

PATIENCE = 10.0
"""Seconds to wait for a job with a link."""


@contextmanager
def shared() -> Iterator[bool]:
    """Share `/opt` with other jobs in `proot`. Returns false if a job with a link has it."""
    import fcntl

    lock = os.open(OPT, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            yield _taken(lock, fcntl.LOCK_SH)
        finally:
            _release(lock)
    finally:
        os.close(lock)


def _release(lock: int) -> None:
    import fcntl

    with suppress(OSError):
        fcntl.flock(lock, fcntl.LOCK_UN)
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not os.lstat(LINK).st_mode & 0o777:
            os.rmdir(LINK)


def _taken(lock: int, kind: int) -> bool:
    import fcntl

    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(lock, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(PAUSE)
        else:
            return True
