"""A server on this machine for the processes of jobs, over the state of the mock that is on.

Its socket listens at once. The application, which takes half a second to load, is loaded when the
first process connects; a job whose script makes no call does not wait for it.
"""

from __future__ import annotations

import select
import socket
import threading
from importlib.util import find_spec

from sagemock import forks

PACKAGES = ("waitress", "flask", "flask_cors")
"""What the `server` extra installs, and the application needs."""


class LoopbackServer:
    """Serves from its creation until `stop`, which leaves the state of the mock as it is."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._wake, self._woken = socket.socketpair()
        self._stopping = threading.Event()
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._run, name="sagemock-loopback", daemon=True)
        self._thread.start()
        forks.follow(self)

    def after_fork(self) -> None:
        """In a child: close its copies of the sockets."""
        for each in (self._listener, self._wake, self._woken):
            each.close()

    def _run(self) -> None:
        select.select([self._listener, self._woken], [], [])
        if self._stopping.is_set():
            self._listener.close()
            return
        from sagemock.web import http_server, wsgi

        server = wsgi.make_server(
            self._listener,
            max_body=http_server.MAX_BODY,
            keep_alive=True,
            allowed_hosts=(),
            allowed_origins=(),
        )
        stopper = threading.Thread(target=self._stop_when_woken, args=(server,), daemon=True)
        stopper.start()
        server.serve()
        stopper.join()

    def _stop_when_woken(self, server: object) -> None:
        self._stopping.wait()
        server.stop()  # type: ignore[attr-defined]

    def stop(self) -> None:
        """Stop listening."""
        self._stopping.set()
        self._wake.close()
        if self._thread.is_alive():
            self._thread.join()
        self._woken.close()


def start() -> LoopbackServer | None:
    """Start a server; None where the `server` extra is not installed."""
    if any(find_spec(package) is None for package in PACKAGES):
        return None
    return LoopbackServer()
