"""The HTTP server: waitress, which can keep connections open, unlike moto's server.

It reads requests in one thread and handles them in several, so that neither idle nor slow
connections block others. It also provides what moto's applications expect of werkzeug's server:
raw paths, and underscores in the names of S3's metadata.
"""

from __future__ import annotations

import logging
import socket
import threading
import time
from contextlib import suppress
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask, ThreadedTaskDispatcher, WSGITask

from sagemock import forks
from sagemock.web.http_request import HEADER_SPELLINGS, METADATA, RequestParser

THREADS = 16
"""Requests that are handled at the same time."""

CONNECTIONS = 1000
"""The maximum number of open connections; further ones wait."""

MAX_BODY = 5 * 1024**3
"""Bytes: the maximum of one request to S3."""

BODY_IN_MEMORY = 64 * 1024**2
"""Bytes: larger bodies are buffered in a temporary file."""

DISCARD_SECONDS = 5
"""Seconds for which the body of a rejected request is read and discarded."""

STOP_SECONDS = 5
"""Seconds that requests in progress are given when the server stops."""

STOP_LATENCY = 0.05
"""Seconds within which the server notices that it must stop."""

# It warns whenever all threads are busy, which is normal.
logging.getLogger("waitress.queue").setLevel(logging.ERROR)


def connection_limit() -> int:
    """The maximum number of open connections in this process.

    At most three quarters of the files that it may open: with none left, waitress would retry
    accepting a connection, and log the error, without a pause.
    """
    try:
        from resource import RLIM_INFINITY, RLIMIT_NOFILE, getrlimit
    except ImportError:  # Windows counts otherwise.
        return CONNECTIONS
    files, _ = getrlimit(RLIMIT_NOFILE)
    return CONNECTIONS if files == RLIM_INFINITY else min(CONNECTIONS, files * 3 // 4)


class _Verbatim(str):
    """The name of a header that waitress does not capitalize."""

    def split(self, *_: Any) -> list[str]:
        return [self]

    def capitalize(self) -> str:
        return str(self)


class Task(WSGITask):  # type: ignore[misc]
    """Handles a request with the WSGI environment that moto's applications expect."""

    def get_environment(self) -> dict[str, Any]:
        """The WSGI environment."""
        environ: dict[str, Any] = super().get_environment()
        uri = environ["RAW_URI"] = environ["REQUEST_URI"]
        # waitress reduces two slashes at the beginning of a path to one.
        path = uri.split("?", 1)[0] if uri.startswith("/") else urlsplit(uri).path
        environ["PATH_INFO"] = unquote_to_bytes(path).decode("latin-1")
        # The host of an absolute URL, as clients send it to a proxy, overrides the header.
        host = self.request.proxy_netloc or environ.get("HTTP_HOST") or self._own_address()
        environ["HTTP_HOST"] = host
        environ[HEADER_SPELLINGS] = self.request.preserved
        return environ

    def _own_address(self) -> str:
        host, port, *_ = self.channel.socket.getsockname()
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    def set_close_on_finish(self) -> None:
        """Close the connection after the response, unless it can be kept open."""
        # A response without a body ends after its headers; waitress would close the connection.
        is_requested = self.request.headers.get("CONNECTION") == "close"
        if is_requested or self.has_body or self.version == "1.0":
            super().set_close_on_finish()

    def build_response_header(self) -> bytes:
        """The status line and the headers."""
        # The keys of S3's metadata are case-sensitive to their readers.
        self.response_headers: list[tuple[str, str]] = [
            (_Verbatim(name) if name.lower().startswith(METADATA) else name, value)
            for name, value in self.response_headers
        ]
        header: bytes = super().build_response_header()
        return header


class RejectionTask(ErrorTask):  # type: ignore[misc]
    """Responds to a request that the parser rejected, and ends the connection."""

    def execute(self) -> None:
        """Send the error."""
        self.channel.rejected = True
        super().execute()

    def write(self, data: bytes) -> None:
        """Send the headers, and the body except for HEAD."""
        is_head = getattr(self.request, "command", None) == "HEAD"
        super().write(b"" if is_head else data)


class ServerChannel(HTTPChannel):  # type: ignore[misc]
    """A connection.

    After a rejected request, it is read from for a while before it is closed: closing it while
    bytes of a body arrive would reset it, and the client might not receive the error.
    """

    parser_class = RequestParser
    task_class = Task
    error_task_class = RejectionTask
    close_when_flushed: bool
    rejected = False
    read_until: float | None = None

    def handle_write(self) -> None:
        """Send what is buffered; after a rejection, close only the direction to the client."""
        answered = self.close_when_flushed and not self.total_outbufs_len
        if not (self.rejected and answered and self.read_until is None):
            super().handle_write()
            return
        self.close_when_flushed = False
        self.read_until = time.monotonic() + DISCARD_SECONDS
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_WR)

    def received(self, data: bytes) -> bool:
        """Parse what the client sent; discard it after a rejection."""
        if self.read_until is None:
            received: bool = super().received(data)
            return received
        self.will_close = time.monotonic() > self.read_until
        return False


class HttpServer(TcpWSGIServer):  # type: ignore[misc]
    """Serves an application on a listening socket, which it closes in the end.

    Parameters
    ----------
    listener
        The socket.
    application
        A WSGI application.
    max_body
        The maximum size of a request's body, in bytes.
    keep_alive
        Whether connections stay open for further requests.
    """

    channel_class = ServerChannel

    def __init__(
        self, listener: socket.socket, application: Any, *, max_body: int, keep_alive: bool
    ) -> None:
        dispatcher = ThreadedTaskDispatcher()
        dispatcher.set_thread_count(THREADS)
        self._stopped = threading.Event()
        adjustments = Adjustments(
            sockets=[listener],
            threads=THREADS,
            connection_limit=connection_limit(),
            # waitress refuses a body of exactly this size.
            max_request_body_size=max_body + 1,
            inbuf_overflow=BODY_IN_MEMORY,
            asyncore_use_poll=True,
            ident="sagemock",
        )
        adjustments.keep_alive = keep_alive
        super().__init__(
            application,
            {},
            True,
            listener,
            dispatcher=dispatcher,
            adj=adjustments,
            bind_socket=False,
            sockinfo=(listener.family, listener.type, listener.proto, listener.getsockname()),
        )
        forks.follow(self)

    def after_fork(self) -> None:
        """In a child: close its copies of the sockets, without shutting connections down."""
        for dispatcher in list(self._map.values()):
            if dispatcher is not self.trigger:
                dispatcher.socket.close()
        self.trigger.close()
        self._map.clear()

    def serve(self) -> None:
        """Serve until `stop`."""
        while not self._stopped.is_set():
            wasyncore.loop(timeout=STOP_LATENCY, use_poll=True, map=self._map, count=1)
        self.task_dispatcher.shutdown(timeout=STOP_SECONDS)
        for channel in list(self.active_channels.values()):
            # Unlike `close`, this closes the files that buffer large responses.
            channel.handle_close()
        wasyncore.close_all(self._map)

    def stop(self) -> None:
        """Ask `serve` to return once the requests in progress are finished."""
        # Its loop polls this. Pulling waitress's trigger could fail, after the end of the loop.
        self._stopped.set()
