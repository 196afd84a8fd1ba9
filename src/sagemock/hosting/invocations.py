"""What an endpoint was asked last, what it answered, and how long that took.

It is kept in memory, for people who look at the endpoint: the last few invocations, and of each
body no more than its first bytes. It goes with the endpoint.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sagemock import forks
from sagemock.resources import clock

MAX_INVOCATIONS = 20
"""The invocations of an endpoint that are kept."""

MAX_BODY = 20_000
"""Bytes of a request's or an answer's body that are kept."""


class Timer:
    """Measures an invocation as the CloudWatch metrics ModelLatency and OverheadLatency do.

    Attributes
    ----------
    model
        The seconds that the container has worked; None if it was not asked.
    """

    def __init__(self) -> None:
        self._begun = time.perf_counter()
        self.model: float | None = None

    @contextmanager
    def in_container(self) -> Iterator[None]:
        """Count the time within as that of the container."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            self.model = time.perf_counter() - begun

    def overhead(self) -> float:
        """Return the seconds until now that the container has not worked."""
        return time.perf_counter() - self._begun - (self.model or 0.0)


@dataclass(frozen=True, slots=True)
class Invocation:
    """A call of InvokeEndpoint.

    Attributes
    ----------
    number
        Counted from 1 for each endpoint.
    time
        When it ended, in seconds since the epoch.
    request
        The members of the request, the body cut to `MAX_BODY` bytes.
    size
        The bytes of the request's whole body.
    variant
        The variant that answered; None for an error.
    answer
        The body of the answer, cut to `MAX_BODY` bytes.
    content_type
        The content type of the answer.
    error
        The message of the error, None for an answer.
    model_latency, overhead_latency
        In seconds; the first is None if no container was asked.
    """

    number: int
    time: float
    request: Mapping[str, Any]
    size: int
    variant: str | None
    answer: bytes
    content_type: str | None
    error: str | None
    model_latency: float | None
    overhead_latency: float

    @property
    def whole(self) -> bool:
        """Whether all of the request's body has been kept."""
        return self.size <= MAX_BODY


class Invocations:
    """The last invocations of an endpoint. Thread-safe."""

    def __init__(self) -> None:
        self._lock = forks.lock()
        self._count = 0
        self._last: deque[Invocation] = deque(maxlen=MAX_INVOCATIONS)

    def note(
        self,
        request: Mapping[str, Any],
        timer: Timer,
        *,
        response: Mapping[str, Any] | None = None,
        error: str | None = None,
    ) -> None:
        """Add an invocation that has ended, with its response or its error."""
        response = response or {}
        overhead = timer.overhead()
        body = bytes(request.get("Body", b""))
        with self._lock:
            self._count += 1
            self._last.append(
                Invocation(
                    self._count,
                    clock.now(),
                    {**request, "Body": body[:MAX_BODY]},
                    len(body),
                    response.get("InvokedProductionVariant"),
                    bytes(response.get("Body", b""))[:MAX_BODY],
                    response.get("ContentType"),
                    error,
                    timer.model,
                    overhead,
                )
            )

    def newest_first(self) -> list[Invocation]:
        """Return the invocations that are kept."""
        with self._lock:
            return list(self._last)[::-1]

    def get(self, number: int | None) -> Invocation | None:
        """Return the invocation of that number, None if it is not kept."""
        return next((each for each in self.newest_first() if each.number == number), None)
