"""The HTTP server: waitress, which can keep connections open where moto's closes each of them.

It reads requests in one thread and answers them in several, so that neither idle nor slow
connections keep others out. What werkzeug's server gives moto's applications is given here as
well: raw paths, and the underscores in the names of S3's metadata.
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
"""Requests that are answered at the same time."""

CONNECTIONS = 1000
"""Connections that are open at the same time, at most; further ones wait."""

MAX_BODY = 5 * 1024**3
"""Bytes: what S3 takes in one request."""

BODY_IN_MEMORY = 64 * 1024**2
"""Bytes of a body that are held in memory; larger ones go by way of a temporary file."""

REFUSED_SECONDS = 5
"""How long the body of a refused request is read, and thrown away."""

STOP_SECONDS = 5
"""What requests that are being answered are given when the server stops."""

STOP_LATENCY = 0.05
"""Seconds in which the server notices that it must stop."""

# That all threads are at work for a moment is no news.
logging.getLogger("waitress.queue").setLevel(logging.ERROR)


def connection_limit() -> int:
    """Three quarters of the files that the process may open, where that is less.

    With none left waitress would try to accept, and tell so, without a pause.
    """
    try:
        from resource import RLIM_INFINITY, RLIMIT_NOFILE, getrlimit
    except ImportError:  # Windows counts otherwise.
        return CONNECTIONS
    files, _ = getrlimit(RLIMIT_NOFILE)
    return CONNECTIONS if files == RLIM_INFINITY else min(CONNECTIONS, files * 3 // 4)


class _Verbatim(str):
    """The name of a header that waitress, which would write it with capitals, leaves alone."""

    def split(self, *_: Any) -> list[str]:
        return [self]

    def capitalize(self) -> str:
        return str(self)


class Task(WSGITask):  # type: ignore[misc]
    """Makes the WSGI environment of a request as moto's applications know it."""

    def get_environment(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environment()
        uri = environ["RAW_URI"] = environ["REQUEST_URI"]
        # Of a path that begins with two slashes waitress leaves one.
        path = uri.split("?", 1)[0] if uri.startswith("/") else urlsplit(uri).path
        environ["PATH_INFO"] = unquote_to_bytes(path).decode("latin-1")
        # The host of a whole URL, as clients send it to a proxy, goes before the header.
        host = self.request.proxy_netloc or environ.get("HTTP_HOST") or self._own_address()
        environ["HTTP_HOST"] = host
        environ[HEADER_SPELLINGS] = self.request.preserved
        return environ

    def _own_address(self) -> str:
        host, port, *_ = self.channel.socket.getsockname()
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    def set_close_on_finish(self) -> None:
        # An answer that has no body ends where its headers end; waitress would close.
        asked = self.request.headers.get("CONNECTION") == "close"
        if asked or self.has_body or self.version == "1.0":
            super().set_close_on_finish()

    def build_response_header(self) -> bytes:
        # The keys of S3's metadata are case-sensitive to their readers.
        self.response_headers: list[tuple[str, str]] = [
            (_Verbatim(name) if name.lower().startswith(METADATA) else name, value)
            for name, value in self.response_headers
        ]
        header: bytes = super().build_response_header()
        return header


class Refusal(ErrorTask):  # type: ignore[misc]
    """Answers what the parser refused; the connection ends with it."""

    def execute(self) -> None:
        self.channel.refused = True
        super().execute()

    def write(self, data: bytes) -> None:
        is_head = getattr(self.request, "command", None) == "HEAD"
        super().write(b"" if is_head else data)


class ServerChannel(HTTPChannel):  # type: ignore[misc]
    """A connection.

    One whose request was refused is still read from for a while, before it is closed: closed
    with bytes of a body on their way, it would be reset, and the client might never see why.
    """

    parser_class = RequestParser
    task_class = Task
    error_task_class = Refusal
    close_when_flushed: bool
    refused = False
    read_until: float | None = None

    def handle_write(self) -> None:
        answered = self.close_when_flushed and not self.total_outbufs_len
        if not (self.refused and answered and self.read_until is None):
            super().handle_write()
            return
        self.close_when_flushed = False
        self.read_until = time.monotonic() + REFUSED_SECONDS
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_WR)

    def received(self, data: bytes) -> bool:
        if self.read_until is None:
            received: bool = super().received(data)
            return received
        self.will_close = time.monotonic() > self.read_until
        return False


class HttpServer(TcpWSGIServer):  # type: ignore[misc]
    """Serves an application on a socket that listens already; it takes the socket over."""

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
            # waitress refuses one of exactly this size.
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
        """In a child: close its copies of the sockets, without a word to the clients."""
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
            # Unlike `close`, this closes the files that hold large answers.
            channel.handle_close()
        wasyncore.close_all(self._map)

    def stop(self) -> None:
        """Ask `serve` to return, once the requests that are being answered have been."""
        # The loop looks at it. A pull of waitress's trigger could come after its end, and fail.
        self._stopped.set()
