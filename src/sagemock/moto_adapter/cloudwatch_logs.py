"""CloudWatch Logs on moto's backends: events are stored under a lock, and delivered without it.

moto delivers events to the subscriptions of their log group within the call that stores them. A
subscriber may be a Lambda function that calls back, so nothing may be locked meanwhile.
"""

from __future__ import annotations

import logging
import threading
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from functools import partial
from itertools import accumulate
from typing import Any, overload
from unittest.mock import patch

from moto.logs.models import LogStream, logs_backends

from sagemock import forks
from sagemock.algorithms.base import Stopped

log = logging.getLogger("sagemock")

Delivery = Callable[[], None]

_postponed: ContextVar[list[Delivery] | None] = ContextVar("postponed", default=None)
"""Where the deliveries of the current thread go instead of to their subscriptions."""


def enter(stack: ExitStack) -> None:
    """Let `MotoLogs` postpone what moto delivers, until `stack` is closed."""
    send = LogStream._send_log_events

    def send_or_postpone(stream: Any, **delivery: Any) -> None:
        postponed = _postponed.get()
        if postponed is None:
            send(stream, **delivery)
        else:
            postponed.append(partial(send, stream, **delivery))

    stack.enter_context(patch.object(LogStream, "_send_log_events", send_or_postpone))


@contextmanager
def _postponing() -> Iterator[list[Delivery]]:
    """The list that gets the deliveries of this thread within the `with` block."""
    deliveries: list[Delivery] = []
    token = _postponed.set(deliveries)
    try:
        yield deliveries
    finally:
        _postponed.reset(token)


class MotoLogs:
    """`services.LogService` on moto's CloudWatch Logs."""

    def __init__(self, account_id: str, region: str, closed: threading.Event) -> None:
        self._account_id = account_id
        self._region = region
        self._closed = closed
        # moto looks whether a group is there and then makes it, and numbers events likewise.
        self._lock = forks.lock()
        self._deliveries = _Deliveries(closed)

    def put(self, group: str, stream: str, events: Sequence[tuple[int, str]]) -> None:
        """Append events, each a time in milliseconds and a message, and deliver them.

        Events of one stream are delivered in the order in which they were stored. Where another
        thread is delivering, it delivers these as well, after this call has returned.

        Raises
        ------
        Stopped
            When the world has been closed.
        """
        if self._closed.is_set():
            raise Stopped
        try:
            backend = logs_backends[self._account_id][self._region]
        except KeyError:
            raise Stopped from None  # moto is being reset.
        # PutLogEvents takes them in order of time only.
        in_order = [
            {"timestamp": when, "message": text}
            for when, text in sorted(events, key=lambda event: event[0])
        ]
        with self._lock, _postponing() as deliveries:
            backend.ensure_log_group(group)
            backend.ensure_log_stream(group, stream)
            try:
                backend.put_log_events(group, stream, in_order)
            except Exception as error:
                # A client may have deleted the group meanwhile; the job goes on.
                log.warning("events of %s cannot be stored: %s", group, error)
            # Within the lock, so that they are queued in the order in which they are stored.
            self._deliveries.add(group, deliveries)
        self._deliveries.run()

    def read(self, group: str, prefix: str) -> Sequence[tuple[int, str]]:
        """The events of the streams whose names begin with `prefix`, stream by stream.

        Events are read when they are indexed, so that a long log costs nothing until then.
        """
        log_group = logs_backends[self._account_id][self._region].groups.get(group)
        # A copy, made in one step: jobs may add streams meanwhile.
        streams = list(log_group.streams.items()) if log_group is not None else []
        return _Events(
            [
                stream.events
                for name, stream in sorted(streams, key=lambda pair: pair[0])
                if name.startswith(prefix)
            ]
        )


class _Deliveries:
    """A queue that one thread at a time works off, with no lock held while it delivers."""

    def __init__(self, closed: threading.Event) -> None:
        self._closed = closed
        self._lock = forks.lock()
        self._queue: deque[tuple[str, Delivery]] = deque()
        self._deliverer: threading.Thread | None = None

    def add(self, group: str, deliveries: Sequence[Delivery]) -> None:
        """Queue deliveries of the events of a log group."""
        with self._lock:
            self._queue.extend((group, delivery) for delivery in deliveries)

    def run(self) -> None:
        """Deliver all that is queued, unless a thread does so already: perhaps this one."""
        with self._lock:
            # In a forked child, the threads of the parent are not alive.
            if self._deliverer is not None and self._deliverer.is_alive():
                return
            self._deliverer = threading.current_thread()
        try:
            while (queued := self._next()) is not None:
                group, delivery = queued
                try:
                    delivery()
                except Exception as error:
                    # The events are stored, and a failing subscriber fails no PutLogEvents.
                    log.warning("events of %s cannot be delivered: %s", group, error)
        except BaseException:
            self._deliverer = None
            raise

    def _next(self) -> tuple[str, Delivery] | None:
        """The next delivery; None, and no deliverer any more, when there is none."""
        with self._lock:
            if self._queue and not self._closed.is_set():
                return self._queue.popleft()
            self._queue.clear()
            self._deliverer = None
            return None


class _Events(Sequence[tuple[int, str]]):
    """The events that streams have now, one stream after another."""

    def __init__(self, streams: Sequence[Sequence[Any]]) -> None:
        self._streams = streams
        self._ends = list(accumulate(map(len, streams)))

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    @overload
    def __getitem__(self, index: int) -> tuple[int, str]: ...

    @overload
    def __getitem__(self, index: slice) -> list[tuple[int, str]]: ...

    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return [self[each] for each in range(*index.indices(len(self)))]
        index = range(len(self))[index]
        number = bisect_right(self._ends, index)
        event = self._streams[number][index - (self._ends[number - 1] if number else 0)]
        return event.timestamp, event.message
