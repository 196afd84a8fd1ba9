"""The locks of moto, which a thread of the parent may hold while a process forks."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from typing import Any

from sagemock import forks


@cache
def protect() -> None:
    """Give forked children free locks of moto, and objects of S3 that they can read."""
    from moto.core import base_backend
    from moto.core.models import MockAWS, responses_mock
    from moto.utilities.id_generator import moto_id_manager

    forks.protect(base_backend.backend_lock)
    forks.protect(MockAWS._mock_init_lock)
    forks.protect(moto_id_manager._lock)
    forks.protect(responses_mock._thread_lock)
    forks.follow(_objects)


class _Objects:
    """The objects in S3: each has a lock, and a buffer that is a file if the object is large."""

    def after_fork(self) -> None:
        for key in stored_objects():
            if key.lock.locked():
                key.lock = threading.Lock()
            with suppress(AttributeError, OSError):
                _give_own_position(key._value_buffer)


_objects = _Objects()


def stored_objects() -> Iterator[Any]:
    """Every version of every object."""
    models = sys.modules.get("moto.s3.models")
    if models is None:
        return
    for _, _, backend in models.s3_backends.iter_backends():
        for bucket in backend.buckets.values():
            for versions in list(dict.values(bucket.keys)):
                yield from (each for each in versions if isinstance(each, models.FakeKey))


def _give_own_position(buffer: Any) -> None:
    """Reopen a buffer's file, since the file offset is shared with the parent."""
    if buffer._rolled:
        shared = buffer._file
        buffer._file = open(f"/proc/self/fd/{shared.fileno()}", "r+b")  # noqa: SIM115
        shared.close()
