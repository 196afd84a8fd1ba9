"""Who watches a table, and in which order they see its changes.

A change becomes a `_Notice` while its table is locked, so that the notices of a row line up as
its changes did. They are delivered once the thread that made them holds no table's lock: by that
thread, before the writing call returns, one notice of a row at a time.

A thread that comes second to a row waits for its turn. One that writes from within an observer
must not wait, for the thread it would wait for may be waiting for it: it leaves the notice to
the thread that is delivering to that row, and waits for it at the end of its outermost write,
when it has nothing that anyone else could wait for.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from sagemock import forks
from sagemock.documents import D, Document

log = logging.getLogger("sagemock")

Observer = Callable[[D | None, D | None], None]
"""Gets a document before and after a change; None before its insertion and after its removal."""

MAX_DEPTH = 16
"""How many observers' writes may follow from one another."""

CLOSING = 1.0
"""Seconds that a table which is closed waits for observers that run, at most."""


@dataclass(slots=True, eq=False)
class _Notice:
    """One change.

    depth: 1 for a change that no observer made. thread: that made it, or that delivers it. left:
    to the thread that delivers the notice before it.
    """

    key: str
    before: Document | None
    after: Document | None
    depth: int
    thread: int
    running: bool = False
    left: bool = False
    delivered: bool = False


class _Thread(threading.local):
    """What a thread is about.

    locks: of tables that it holds. written: its notices that are not delivered yet. left: those
    that other threads deliver for it. depth: of the notice that it delivers; 0 outside of any.
    """

    def __init__(self) -> None:
        self.locks = 0
        self.depth = 0
        self.written: deque[tuple[Observers, _Notice]] = deque()
        self.left: list[tuple[Observers, _Notice]] = []


_here = _Thread()


def deliver() -> None:
    """Deliver what this thread has written, unless it holds the lock of a table."""
    if _here.locks:
        return
    while _here.written:
        observers, notice = _here.written.popleft()
        observers.deliver(notice)
    if _here.depth == 0:
        while _here.left:
            observers, notice = _here.left.pop()
            observers.await_delivery(notice)


class TableLock:
    """The lock of a table, for a thread that may hold it already.

    What is written while it is held is delivered when the thread holds no table's lock any more.
    """

    __slots__ = ("_lock",)

    def __init__(self, lock: Any) -> None:
        self._lock = lock

    def __enter__(self) -> None:
        self._lock.acquire()
        _here.locks += 1

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        _here.locks -= 1
        self._lock.release()
        if _here.written:
            deliver()


class Observers:
    """The observers of one table, and what they have not seen yet. Safe for many threads."""

    def __init__(self) -> None:
        self._observers: tuple[Observer[Any], ...] = ()
        self._changed = threading.Condition(forks.rlock())
        self._queues: dict[str, deque[_Notice]] = {}
        self._closed = False
        forks.follow(self)

    def add(self, observer: Observer[Any]) -> None:
        with self._changed:
            self._observers += (observer,)

    def note(self, key: str, before: Document | None, after: Document | None) -> None:
        """Line up a change; the table is locked."""
        if self._closed:
            return
        depth = _here.depth + 1
        if depth > MAX_DEPTH:
            log.error("nothing follows from a change of %r, which %d others led to", key, MAX_DEPTH)
            return
        notice = _Notice(key, before, after, depth, threading.get_ident())
        with self._changed:
            self._queues.setdefault(key, deque()).append(notice)
        _here.written.append((self, notice))

    def deliver(self, notice: _Notice) -> None:
        """Deliver a notice of this thread when its turn has come, and what was left behind it."""
        with self._changed:
            if _here.depth and not self._is_due(notice):
                notice.left = True
                _here.left.append((self, notice))
                return
            self._changed.wait_for(lambda: self._is_due(notice))
            if notice.delivered:
                return
            notice.running = True
        self._deliver_from(notice)

    def _is_due(self, notice: _Notice) -> bool:
        return notice.delivered or self._queues[notice.key][0] is notice

    def _deliver_from(self, first: _Notice) -> None:
        notice: _Notice | None = first
        interruption: BaseException | None = None
        while notice is not None:
            try:
                self._call(notice)
            except BaseException as error:
                # Such as KeyboardInterrupt. Others wait for what they have left to this thread.
                interruption = error
            notice = self._finish(notice)
        if interruption is not None:
            raise interruption

    def _call(self, notice: _Notice) -> None:
        depth, _here.depth = _here.depth, notice.depth
        try:
            for observer in self._observers:
                if self._closed:
                    return
                try:
                    observer(notice.before, notice.after)
                except Exception:
                    log.exception("what follows from a change of %r has failed", notice.key)
        finally:
            _here.depth = depth

    def _finish(self, notice: _Notice) -> _Notice | None:
        """Make way for the next notice of the row; gives it when its own thread has left it."""
        with self._changed:
            notice.delivered = True
            queue = self._queues[notice.key]
            queue.popleft()
            self._changed.notify_all()
            if not queue:
                del self._queues[notice.key]
                return None
            following = queue[0]
            if not following.left:
                return None
            following.running, following.thread = True, threading.get_ident()
            return following

    def await_delivery(self, notice: _Notice) -> None:
        """Wait for another thread that delivers a notice of this one."""
        with self._changed:
            self._changed.wait_for(lambda: notice.delivered)

    def close(self) -> None:
        """Let no observer begin any more, and wait for those that run in other threads."""
        with self._changed:
            self._closed = True
            self._keep(lambda notice: notice.running)
            self._changed.wait_for(self._is_quiet, timeout=CLOSING)

    def _is_quiet(self) -> bool:
        here = threading.get_ident()
        return all(queue[0].thread == here for queue in self._queues.values())

    def after_fork(self) -> None:
        """In a child: the other threads, which had more to deliver, do not exist."""
        here = threading.get_ident()
        with self._changed:
            self._keep(lambda notice: notice.thread == here)

    def _keep(self, wanted: Callable[[_Notice], bool]) -> None:
        for key, queue in list(self._queues.items()):
            for notice in queue:
                notice.delivered = not wanted(notice)
            kept = deque(notice for notice in queue if not notice.delivered)
            if kept:
                self._queues[key] = kept
            else:
                del self._queues[key]
        self._changed.notify_all()
