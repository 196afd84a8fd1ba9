"""The folder of a job: made at its start, deleted at its end, whoever ends first."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from sagemock.containers.local_process.collection import remove

PREFIX = "sagemock-job-"
LOCK = "lock"
"""A file that the job's process has locked while the job runs."""


@contextmanager
def job_folder() -> Iterator[Path]:
    """Make the folder of a job, and delete it afterwards.

    Folders of processes that ended without deleting them are deleted first.
    """
    _remove_stale(tempfile.gettempdir(), os.getpid())
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    lock, process = _locked(folder), os.getpid()
    try:
        yield folder
    finally:
        # A forked child leaves it to its parent.
        if os.getpid() == process:
            remove(folder)
        os.close(lock)


def _locked(folder: Path) -> int:
    import fcntl

    new = folder / f"{LOCK}.new"
    descriptor = os.open(new, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    # Only now others see that it is locked.
    new.rename(folder / LOCK)
    return descriptor


@cache
def _remove_stale(parent: str, _process: int) -> None:
    for folder in Path(parent).glob(f"{PREFIX}*"):
        with suppress(OSError):
            if _is_stale(folder):
                remove(folder)


def _is_stale(folder: Path) -> bool:
    import fcntl

    descriptor = os.open(folder / LOCK, os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True
