"""What a forked child of this process needs: locks that it can take, and no part of its parent.

Of a process that forks only the thread that does so lives on in the child. What others hold is
held there for ever, and what they have half done stays half done. So a fork waits until it has
every lock of this package, which leaves all that they guard whole in the child. A thread that
does not let go of one in time is not waited for: the child makes that lock anew.

Objects that own threads, sockets or files of the parent follow the fork to let go of them.
"""

from __future__ import annotations

import os
import sys
import threading
import time
import weakref
from typing import Any, Protocol, TypeVar

PATIENCE = 1.0
"""Seconds that a fork waits for the locks, at most."""

TURN = 0.05
"""Seconds that it waits for one of them while it keeps others."""

L = TypeVar("L")


class Follower(Protocol):
    """Is told in a child that it is one."""

    def after_fork(self) -> None: ...


class _Taken(threading.local):
    """The locks that a thread has taken for its fork."""

    def __init__(self) -> None:
        self.locks: list[Any] = []


_locks: set[weakref.ref[Any]] = set()
_followers: set[weakref.ref[Follower]] = set()
_taken = _Taken()
_inherited: frozenset[str] = frozenset()


def protect(lock: L) -> L:
    """Let a child find `lock` free."""
    _locks.add(weakref.ref(lock, _locks.discard))
    return lock


def lock() -> threading.Lock:
    """A lock that a child finds free."""
    return protect(threading.Lock())


def rlock() -> Any:
    """The same, for a thread that may hold it already."""
    return protect(threading.RLock())


def follow(follower: Follower) -> None:
    """Tell `follower` in every child, while it exists."""
    _followers.add(weakref.ref(follower, _followers.discard))


def inherited(module: str) -> bool:
    """Whether this is a child, and the parent had loaded a module whose threads are missing."""
    return module in _inherited


def _living(references: set[weakref.ref[Any]]) -> list[Any]:
    # Copied in one step, for other threads add to them.
    living = (reference() for reference in references.copy())
    return [each for each in living if each is not None]


def _take_all() -> None:
    """Take every lock, or none: two threads that wait for each other's would wait for ever."""
    deadline = time.monotonic() + PATIENCE
    _taken.locks = []
    while not _taken.locks and time.monotonic() < deadline:
        for each in _living(_locks):
            if not each.acquire(timeout=min(TURN, PATIENCE)):
                _let_go()
                break
            _taken.locks.append(each)
        else:
            return


def _let_go() -> None:
    taken, _taken.locks = _taken.locks, []
    for each in reversed(taken):
        each.release()


def _begin_child() -> None:
    global _inherited
    _inherited = frozenset(sys.modules)
    _let_go()
    for each in _living(_locks):
        if each.acquire(blocking=False):
            each.release()
        else:
            each._at_fork_reinit()
    for follower in _living(_followers):
        follower.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_take_all, after_in_parent=_let_go, after_in_child=_begin_child)
