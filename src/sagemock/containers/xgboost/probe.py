"""Loads a model in a process of its own first, since the library can crash on bytes that are none.

A file with a wrong byte may end the whole process, that of the user's tests or server. So a model
that this process has not written is tried elsewhere.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections import OrderedDict

SECONDS = 60
"""How long an attempt may take."""

REMEMBERED = 1000
"""Models of this process that are known to be good, by their hashes."""

PROGRAM = """
import sys
sys.path[:] = sys.argv[1:]
from sagemock.containers.xgboost.artifact import attempt
attempt(sys.stdin.buffer.read())
"""

_written: OrderedDict[bytes, None] = OrderedDict()


def remember(data: bytes) -> bytes:
    """Note that this process has written a model; returns it."""
    _written[hashlib.sha256(data).digest()] = None
    while len(_written) > REMEMBERED:
        _written.popitem(last=False)
    return data


def crashes(data: bytes) -> bool:
    """Whether the library crashes on a model. One that it refuses does not count."""
    if hashlib.sha256(data).digest() in _written or not sys.executable:
        return False
    try:
        ended = subprocess.run(  # noqa: S603 - this Python, with a program of ours
            [sys.executable, "-c", PROGRAM, *sys.path],
            input=data,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return True
    except OSError:
        # Where no process can be started, the model is loaded all the same.
        return False
    # A signal ended it.
    return ended.returncode < 0
