"""The HTTP server: waitress, which can keep connections open where moto's closes each of them.

It reads requests in one thread and answers them in several, so that neither idle nor slow
connections keep others out. What werkzeug's server gives moto's applications is given here as
well: raw paths, and the underscores in the names of S3's metadata.
"""

from __future__ import annotations

import logging
import socket
import threading
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from moto.core.request import (
    PRESERVED_HEADER_NAMES_ENVIRON_KEY,
    environ_key_for_header,
    should_preserve_original_header_name,
)
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher, WSGITask

THREADS = 16
"""Requests that are answered at the same time."""

CONNECTIONS = 1000
"""Connections that are open at the same time, at most; further ones wait."""

MAX_BODY = 5 * 1024**3
"""Bytes: what S3 takes in one request."""

BODY_IN_MEMORY = 64 * 1024**2
"""Bytes of a body that are held in memory; larger ones go by way of a temporary file."""

STOP_SECONDS = 5
"""What requests that are being answered are given when the server stops."""

STOP_LATENCY = 0.05
"""Seconds in which the server notices that it shall stop."""

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


class RequestParser(HTTPRequestParser):  # type: ignore[misc]
    """Keeps the headers of S3's metadata whose names hold an underscore.

    waitress drops all such headers, for `x_y` would stand in for `x-y`.
    """

    def __init__(self, adjustments: Any) -> None:
        super().__init__(adjustments)
        self.preserved: dict[str, str] = {}

    def parse_header(self, header_plus: bytes) -> None:
        try:
            super().parse_header(header_plus)
        except ValueError as error:
            # Of an address that is none, which waitress lets through to its loop.
            raise ParsingError("The address of the request is no URL") from error
        if not self.adj.keep_alive:
            self.headers["CONNECTION"] = "close"
        for line in header_plus.split(b"\r\n")[1:]:
            name, separator, value = line.decode("latin-1").partition(":")
            if not separator or not should_preserve_original_header_name(name):
                continue
            key = environ_key_for_header(name)
            if self.headers.setdefault(key.removeprefix("HTTP_"), value.strip()) == value.strip():
                self.preserved[key] = name


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
        environ[PRESERVED_HEADER_NAMES_ENVIRON_KEY] = self.request.preserved
        return environ

    def build_response_header(self) -> bytes:
        # The keys of S3's metadata are case-sensitive to their readers.
        self.response_headers: list[tuple[str, str]] = [
            (_Verbatim(name) if name.lower().startswith("x-amz-meta-") else name, value)
            for name, value in self.response_headers
        ]
        header: bytes = super().build_response_header()
        return header


class Channel(HTTPChannel):  # type: ignore[misc]
    parser_class = RequestParser
    task_class = Task


class HttpServer(TcpWSGIServer):  # type: ignore[misc]
    """Serves an application on a socket that listens already; it takes the socket over."""

    channel_class = Channel

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
            max_request_body_size=max_body,
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

    def serve(self) -> None:
        """Serve until `stop`."""
        while not self._stopped.is_set():
            wasyncore.loop(timeout=STOP_LATENCY, use_poll=True, map=self._map, count=1)
        self.task_dispatcher.shutdown(timeout=STOP_SECONDS)
        wasyncore.close_all(self._map)

    def stop(self) -> None:
        """Ask `serve` to return, once the requests that are being answered have been."""
        # In the loop: set here, it could end the loop, and with it the trigger, before its pull.
        self.trigger.pull_trigger(self._stopped.set)
