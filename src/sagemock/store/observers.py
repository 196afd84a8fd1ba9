"""The observers of a table, and the order in which they see its changes.

A change becomes a `_Notice` while its table is locked, so the notices of a row are queued in the
order of its changes. They are delivered once the thread that made them holds no table's lock: by
that thread, before the writing call returns, one notice of a row at a time.

A thread that finds another one delivering to the row waits for its turn. A thread that writes from
within an observer must not wait, because the other thread may be waiting for it: it hands the
notice over to the thread that is delivering to that row, and waits for its delivery at the end of
its outermost write, when no thread can be waiting for it.
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
"""Gets a document before and after a change; None before insertion and after removal."""

MAX_DEPTH = 16
"""How long a chain of changes may be in which observers see one and make the next."""

CLOSE_TIMEOUT = 1.0
"""Seconds for which closing a table waits for running observers."""


@dataclass(slots=True, eq=False)
class _Notice:
    """One change.

    Parameters
    ----------
    key : str
        Of the document.
    before, after : Document or None
        The document.
    depth : int
        The position in a chain of changes; 1 for a change that no observer made.
    thread : int
        The thread that made it, later the one that delivers it.
    running : bool
        Whether observers are being called.
    handed_over : bool
        Whether the thread that delivers the preceding notice is to deliver this one too.
    delivered : bool
        Whether all observers have been called.
    """

    key: str
    before: Document | None
    after: Document | None
    depth: int
    thread: int
    running: bool = False
    handed_over: bool = False
    delivered: bool = False


class _Thread(threading.local):
    """The state of a thread.

    Attributes
    ----------
    locks : int
        How many locks of tables it holds.
    depth : int
        The depth of the notice that it is delivering; 0 for none.
    written : deque
        Its notices that are not delivered yet.
    handed_over : list
        Those that other threads deliver for it.
    """

    def __init__(self) -> None:
        self.locks = 0
        self.depth = 0
        self.written: deque[tuple[Observers, _Notice]] = deque()
        self.handed_over: list[tuple[Observers, _Notice]] = []


_here = _Thread()


def deliver() -> None:
    """Deliver the notices of this thread, unless it holds the lock of a table."""
    if _here.locks:
        return
    while _here.written:
        observers, notice = _here.written.popleft()
        observers.deliver(notice)
    if _here.depth == 0:
        while _here.handed_over:
            observers, notice = _here.handed_over.pop()
            observers.await_delivery(notice)


class TableLock:
    """The lock of a table, for a thread that may hold it already.

    Changes that the thread makes meanwhile are delivered once it holds no table's lock.
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
    """The observers of one table, and the notices that they have not got yet.

    Safe for many threads.
    """

    def __init__(self) -> None:
        self._observers: tuple[Observer[Any], ...] = ()
        self._changed = threading.Condition(forks.rlock())
        self._queues: dict[str, deque[_Notice]] = {}
        self._closed = False
        forks.follow(self)

    def add(self, observer: Observer[Any]) -> None:
        """Call an observer from now on."""
        with self._changed:
            self._observers += (observer,)

    def note(self, key: str, before: Document | None, after: Document | None) -> None:
        """Queue a change, with the table locked."""
        if self._closed:
            return
        depth = _here.depth + 1
        if depth > MAX_DEPTH:
            log.error("no observer sees a change of %r, which %d others led to", key, MAX_DEPTH)
            return
        notice = _Notice(key, before, after, depth, threading.get_ident())
        with self._changed:
            self._queues.setdefault(key, deque()).append(notice)
        _here.written.append((self, notice))

    def deliver(self, notice: _Notice) -> None:
        """Deliver a notice of this thread in its turn, and those handed over behind it."""
        with self._changed:
            if _here.depth and not self._is_due(notice):
                notice.handed_over = True
                _here.handed_over.append((self, notice))
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
                # Such as KeyboardInterrupt. Other threads wait for what they have handed over.
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
                    log.exception("an observer of a change of %r has failed", notice.key)
        finally:
            _here.depth = depth

    def _finish(self, notice: _Notice) -> _Notice | None:
        """End a notice. Returns the next one of the row if its own thread has handed it over."""
        with self._changed:
            notice.delivered = True
            queue = self._queues[notice.key]
            queue.popleft()
            self._changed.notify_all()
            if not queue:
                del self._queues[notice.key]
                return None
            following = queue[0]
            if not following.handed_over:
                return None
            following.running, following.thread = True, threading.get_ident()
            return following

    def await_delivery(self, notice: _Notice) -> None:
        """Wait until another thread has delivered a notice of this one."""
        with self._changed:
            self._changed.wait_for(lambda: notice.delivered)

    def close(self) -> None:
        """Call no more observers, and wait for those that run in other threads."""
        with self._changed:
            self._closed = True
            self._keep(lambda notice: notice.running)
            self._changed.wait_for(self._is_quiet, timeout=CLOSE_TIMEOUT)

    def _is_quiet(self) -> bool:
        here = threading.get_ident()
        return all(queue[0].thread == here for queue in self._queues.values())

    def after_fork(self) -> None:
        """Drop in a child process the notices of other threads, which do not exist there."""
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
