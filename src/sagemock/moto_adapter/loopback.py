"""The server by which processes of jobs reach the mock, started when the first one needs it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Protocol

from sagemock import forks


class Loopback(Protocol):
    """A server on this machine, with the state of the mock that is on."""

    url: str
    """Its URL."""

    def stop(self) -> None:
        """Stop listening; the state stays."""
        ...


class LoopbackHolder:
    """The server of the mocks and servers that are on; each process has its own."""

    def __init__(self) -> None:
        self._lock = forks.lock()
        self._start: Callable[[], Loopback | None] | None = None
        self._server: Loopback | None = None
        forks.follow(self)

    def after_fork(self) -> None:
        """In a forked child: leave the server to the parent."""
        self._server = None

    def enter(self, stack: ExitStack, start: Callable[[], Loopback | None]) -> None:
        """Start a server when it is first asked for, until `stack` is closed.

        Parameters
        ----------
        stack
            Stops the server.
        start
            Starts a server; returns None where a package that it needs is missing.
        """
        with self._lock:
            self._start = start
        stack.callback(self._stop)

    def url(self) -> str | None:
        """The URL of the server; None if there can be none."""
        with self._lock:
            if self._server is None and self._start is not None:
                self._server = self._start()
            return None if self._server is None else self._server.url

    def _stop(self) -> None:
        with self._lock:
            server, self._server, self._start = self._server, None, None
        if server is not None:
            server.stop()


loopback = LoopbackHolder()
