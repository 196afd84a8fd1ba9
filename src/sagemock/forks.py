"""What a forked child of this process needs: free locks, and no resources of its parent.

Only the thread that forks exists in the child. A lock that another thread holds would be held there
for ever, and whatever that thread had half done would stay so. So a fork first takes every lock of
this package: what they guard is consistent in the child. It does not wait for a lock for longer
than `PATIENCE`; the child then gets a new one in its place.

Objects that own threads, sockets or files of the parent follow the fork to drop them.
"""

from __future__ import annotations

import os
import sys
import threading
import time
import weakref
from typing import Any, Protocol, TypeVar

PATIENCE = 1.0
"""For how many seconds a fork waits for the locks."""

TURN = 0.05
"""For how many seconds it waits for one lock while it holds others."""

L = TypeVar("L")


class Follower(Protocol):
    """An object that has something to do in a forked child."""

    def after_fork(self) -> None:
        """Drop what belongs to the parent; called in the child."""
        ...


class _Taken(threading.local):
    """The locks that a thread has taken in order to fork."""

    def __init__(self) -> None:
        self.locks: list[Any] = []


_locks: set[weakref.ref[Any]] = set()
_followers: set[weakref.ref[Follower]] = set()
_taken = _Taken()
_inherited: frozenset[str] = frozenset()


def protect(lock: L) -> L:
    """Make sure that a lock is free in a forked child."""
    _locks.add(weakref.ref(lock, _locks.discard))
    return lock


def lock() -> threading.Lock:
    """Return a lock that is free in a forked child."""
    return protect(threading.Lock())


def rlock() -> Any:
    """Return a reentrant lock that is free in a forked child."""
    return protect(threading.RLock())


def follow(follower: Follower) -> None:
    """Call the `after_fork` of an object in every forked child, as long as it exists."""
    _followers.add(weakref.ref(follower, _followers.discard))


def inherited(module: str) -> bool:
    """Whether this is a forked child whose parent had loaded a module, and so has its threads."""
    return module in _inherited


def protected_locks() -> list[Any]:
    """Return every lock that is free in a forked child."""
    return _living(_locks)


def _living(references: set[weakref.ref[Any]]) -> list[Any]:
    # Copied in one step, because other threads add to them.
    living = (reference() for reference in references.copy())
    return [each for each in living if each is not None]


def _take_all() -> None:
    """Take every lock or none: two forking threads could wait for each other's for ever."""
    deadline = time.monotonic() + PATIENCE
    _taken.locks = []
    while not _taken.locks and time.monotonic() < deadline:
        for each in protected_locks():
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
    for each in protected_locks():
        if each.acquire(blocking=False):
            each.release()
        else:
            each._at_fork_reinit()
    for follower in _living(_followers):
        follower.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_take_all, after_in_parent=_let_go, after_in_child=_begin_child)
