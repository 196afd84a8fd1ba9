"""Sends the requests of a transform job to its model, several at once, and keeps their order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from itertools import chain, islice
from typing import Generic, TypeVar

from sagemock.jobs.interruptions import StopRequested

MAX_THREADS = 16
"""How many requests are really under way at once, whatever a job allows."""

STOP_LATENCY = 0.05
"""Seconds after which a stop is noticed while a container works."""

Q = TypeVar("Q")
A = TypeVar("A")


class NoAnswer(Exception):
    """The container has not answered within InvocationsTimeoutInSeconds."""


class RequestSender(Generic[Q, A]):
    """Sends requests.

    Parameters
    ----------
    send
        Returns the answer to a request; called in several threads at once.
    stop
        Whether the job has been asked to stop.
    concurrent
        How many requests may be under way at once.
    timeout
        Seconds after which a request has failed.
    threads
        Whether a single request is sent in another thread as well, so that a stop and the timeout
        do not have to wait for the container.
    """

    def __init__(
        self,
        send: Callable[[Q], A],
        stop: Callable[[], bool],
        *,
        concurrent: int,
        timeout: float,
        threads: bool,
    ) -> None:
        self._send = send
        self._stop = stop
        self._window = min(concurrent, MAX_THREADS)
        self._timeout = timeout
        self._threads = threads
        self._pool: ThreadPoolExecutor | None = None
        self._abandons = False
        """Whether a request is not waited for any more."""

    def __enter__(self) -> RequestSender[Q, A]:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            # A container that hangs ends with its process, not here.
            self._pool.shutdown(wait=not self._abandons, cancel_futures=True)

    def answers(self, requests: Iterable[Q]) -> Iterator[tuple[Q, A]]:
        """Yield each request with its answer, in their order.

        Raises
        ------
        StopRequested
            If the job has been asked to stop.
        NoAnswer
            For a request without an answer in time.
        Exception
            What `send` and the requests raise; later requests may have been sent by then.
        """
        iterator = iter(requests)
        first = list(islice(iterator, 2))
        requests = chain(first, iterator)
        if self._threads or (self._window > 1 and len(first) > 1):
            yield from self._concurrently(requests)
            return
        for request in requests:
            self._check()
            yield request, self._send(request)
        self._check()

    def _concurrently(self, requests: Iterable[Q]) -> Iterator[tuple[Q, A]]:
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self._window, thread_name_prefix="sagemock-transform")
        sent: deque[tuple[Q, Future[A]]] = deque()
        try:
            for request in requests:
                if len(sent) == self._window:
                    yield self._first(sent)
                self._check()
                sent.append((request, self._pool.submit(self._send, request)))
            while sent:
                yield self._first(sent)
        finally:
            for _, future in sent:
                future.cancel()

    def _first(self, sent: deque[tuple[Q, Future[A]]]) -> tuple[Q, A]:
        request, future = sent.popleft()
        left = self._timeout
        while not wait_for([future], timeout=min(STOP_LATENCY, left)).done:
            self._check()
            left -= STOP_LATENCY
            if left <= 0:
                self._abandons = True
                raise NoAnswer
        self._check()
        return request, future.result()

    def _check(self) -> None:
        if self._stop():
            self._abandons = True
            raise StopRequested
