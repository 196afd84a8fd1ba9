"""Requests to a server of this machine over HTTP, and the connection that is kept between them."""

from __future__ import annotations

import http.client
import selectors
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sagemock import forks
from sagemock.containers.local_process import limits
from sagemock.containers.local_process.limits import Deadline
from sagemock.containers.local_process.machine import LOOPBACK


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """What is asked."""

    method: str
    path: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    timeout: float | None = None


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What is answered; the names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Connections:
    """Connections to one server, for any number of requests at the same time. Thread-safe.

    One is kept for the next request, unless another request is under way: it may wait for a server
    that handles one connection after the other.

    Parameters
    ----------
    port
        Where the server listens.
    """

    def __init__(self, port: int) -> None:
        self._port = port
        self._lock = forks.lock()
        self._kept: http.client.HTTPConnection | None = None
        self._busy = 0

    def ask(
        self, request: HttpRequest, deadline: Deadline, *, is_alive: Callable[[], bool]
    ) -> HttpAnswer:
        """Send a request, and wait for its answer.

        Parameters
        ----------
        request, deadline
            What is asked, and until when.
        is_alive
            Whether the server is still there, if it has closed the connection that was kept.

        Raises
        ------
        LimitExceeded
            When the answer takes too long.
        HTTPException
            When the answer is not HTTP.
        OSError
            When the server does not answer.
        """
        with self._lock:
            self._busy += 1
            kept, self._kept = self._kept, None
        try:
            if kept is not None:
                try:
                    return self._exchange(kept, request, deadline)
                except (http.client.RemoteDisconnected, ConnectionError):
                    # It may have closed a connection that was not used for a while.
                    if not is_alive():
                        raise
            connection = http.client.HTTPConnection(LOOPBACK, self._port)
            return self._exchange(connection, request, deadline)
        finally:
            with self._lock:
                self._busy -= 1

    def close(self) -> None:
        """Close the connection that is kept."""
        with self._lock:
            kept, self._kept = self._kept, None
        if kept is not None:
            kept.close()

    def _exchange(
        self, connection: http.client.HTTPConnection, request: HttpRequest, deadline: Deadline
    ) -> HttpAnswer:
        try:
            if connection.sock is None:
                connection.connect()
            connection.sock.settimeout(limits.of_invocation(request.timeout))
            body = request.body if request.method == "POST" else None
            connection.request(request.method, request.path, body, dict(request.headers))
            _await(connection.sock, deadline)
            response = connection.getresponse()
            content = response.read()
        except BaseException:
            connection.close()
            raise
        with self._lock:
            keeps = self._busy == 1 and not response.will_close
            if keeps:
                self._kept = connection
        if not keeps:
            connection.close()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return HttpAnswer(response.status, headers, content)


def _await(readable: socket.socket, deadline: Deadline) -> None:
    """Wait for the first byte of a response. Raises `LimitExceeded`."""
    with selectors.DefaultSelector() as selector:
        selector.register(readable, selectors.EVENT_READ)
        while not selector.select(limits.LOOK):
            deadline.check()
