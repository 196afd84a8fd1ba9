"""The standalone server: every AWS service of moto, with a SageMaker that works.

Also the console alone, for the mock that is on in this process.
"""

from __future__ import annotations

import errno
import socket
import threading
import warnings
from collections.abc import Collection
from typing import Self

from sagemock import forks
from sagemock.config import Config
from sagemock.web import ports


class PortInUse(OSError):
    """Somebody else listens on that address already."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(errno.EADDRINUSE, f"port {port} on {host} is already in use")


class SageMockServer:
    """A server in a thread of this process; also a context manager.

    It listens on loopback unless `host` says otherwise, and on a free port unless `port`
    does. Its state ends with `stop()`. Needs the `server` extra.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        config: Config | None = None,
        max_body: int | None = None,
        keep_alive: bool = False,
        allowed_hosts: Collection[str] = (),
        allowed_origins: Collection[str] = (),
    ) -> None:
        """max_body: bytes of the largest request; what S3 takes unless told otherwise.

        keep_alive: whether connections stay open, which is faster; but then the clients of a
        test leave sockets behind, of which Python warns where nobody closes them.

        allowed_hosts: names of the server beside the local ones and addresses; one that begins
        with a dot stands for all below it. allowed_origins: of pages on other sites that may call
        it from a browser, such as ``https://app.example.org``; ``*`` for all.
        """
        self._host = host
        self._port = port
        self._config = config or Config(training="background")
        self._max_body = max_body
        self._keep_alive = keep_alive
        self._allowed_hosts = (host, *allowed_hosts)
        self._allowed_origins = tuple(allowed_origins)
        self._thread: threading.Thread | None = None
        self._address: tuple[str, int] | None = None

    @property
    def url(self) -> str:
        """Where to point a client. Raises RuntimeError when the server is not running."""
        return _url(*self._listening())

    @property
    def port(self) -> int:
        """The port that it got. Raises RuntimeError when the server is not running."""
        return self._listening()[1]

    def _listening(self) -> tuple[str, int]:
        if self._address is None:
            raise RuntimeError("the server is not running: call start() first")
        return self._address

    def start(self) -> Self:
        """Listen and answer. Raises `PortInUse`, or OSError for an address that is not ours."""
        if self._thread is not None:
            raise RuntimeError("the server is running already")
        # Before anything is switched on: a missing extra must leave no trace.
        from sagemock.web import http_server, wsgi

        listener = _listen(self._host, self._port)
        self._address = listener.getsockname()[:2]
        self._switch_on(self._config)
        self._server = wsgi.make_server(
            listener,
            max_body=self._max_body or http_server.MAX_BODY,
            keep_alive=self._keep_alive,
            allowed_hosts=self._allowed_hosts,
            allowed_origins=self._allowed_origins,
        )
        self._thread = threading.Thread(
            target=self._server.serve, name="sagemock-server", daemon=True
        )
        self._thread.start()
        return self

    def running_jobs(self) -> list[str]:
        """The names of the jobs that are at work."""
        from sagemock.moto_adapter.backend import worlds
        from sagemock.resources import types

        jobs = {kind.arn_kind for kind in types.OURS if kind.is_job}
        return [
            each.workflow.name
            for world in list(worlds())
            for each in world.progressions.active()
            if each.workflow.kind in jobs and each.phase.at_work
        ]

    def stop(self) -> None:
        """Stop listening, stop the jobs that run, and forget all state."""
        if self._thread is None:
            return
        from sagemock.web import wsgi

        # A forked child has the server's thread no more, and its sockets are closed.
        if self._thread.is_alive():
            self._server.stop()
            self._thread.join()
        self._thread = self._address = None
        wsgi.reset()
        self._switch_off()

    def _switch_on(self, config: Config) -> None:
        from sagemock.moto_adapter.patch import moto_patch
        from sagemock.moto_adapter.state_machines import state_machines
        from sagemock.web import control_api

        port = self.port
        moto_patch.switch_on(self, config, moto_api=control_api.PATHS)
        state_machines.switch_on(self, port)

    def _switch_off(self) -> None:
        from sagemock.moto_adapter.patch import moto_patch
        from sagemock.moto_adapter.state_machines import state_machines

        state_machines.switch_off(self)
        moto_patch.switch_off(self)

    def reset(self) -> None:
        """Forget all state of all services, as `POST /moto-api/reset` does."""
        from sagemock.web import wsgi

        wsgi.reset()

    def pause(self) -> None:
        """Forget all state and give moto back, while nobody asks the server; see `resume`."""
        self.reset()
        self._switch_off()

    def resume(self, config: Config | None = None) -> None:
        """Take moto over again after `pause`, with no state, and with other options if given."""
        self._switch_on(config or self._config)
        self.reset()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


class ConsoleServer:
    """The console in a thread of this process, over what the mock that is on holds.

    A context manager; see `open_console`.
    """

    def __init__(self, host: str, port: int) -> None:
        from werkzeug import serving

        from sagemock.web import console_route
        from sagemock.web.hosts import HostGuard

        listener = _listen(host, port)
        address, number = listener.getsockname()[:2]
        # The server works on a copy of the socket; an open original would go on listening.
        with listener:
            self._server = serving.make_server(
                address,
                number,
                HostGuard(console_route.application(over_http=False), (host,)),
                threaded=True,
                request_handler=console_route.QuietRequestHandler,
                fd=listener.fileno(),
            )
        self._server.daemon_threads = True  # type: ignore[attr-defined]
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": 0.05},
            name="sagemock-console",
            daemon=True,
        )
        self._thread.start()
        forks.follow(self)
        self.url = f"{_url(address, number)}/sagemock/"
        """Where to point a browser."""

    def after_fork(self) -> None:
        """In a child: close its copy of the socket."""
        self._server.socket.close()

    def stop(self) -> None:
        """Stop listening; the mock goes on."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _repr_html_(self) -> str:
        return f'<a href="{self.url}" target="_blank">sagemock console</a>'

    def __repr__(self) -> str:
        return f"<the sagemock console at {self.url}>"


def open_console(host: str = "127.0.0.1", port: int = 0) -> ConsoleServer:
    """Serve the console over the mock that is on, for a notebook or a debugger.

    It listens on loopback and a free port unless told otherwise, until `stop()`, the end of a
    `with` block, or of the process. Raises RuntimeError when no mock is on, and `PortInUse`.
    """
    from sagemock.moto_adapter.patch import moto_patch

    if not moto_patch.on:
        raise RuntimeError("no mock is on: start mock_sagemaker() before you open its console")
    if warning := ports.refused_by_browsers(port):
        warnings.warn(warning, stacklevel=2)
    return ConsoleServer(host, port)


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _listen(host: str, port: int) -> socket.socket:
    # Bound here rather than by the WSGI server, which ends the process when a port is taken.
    try:
        host.encode("idna")
    except UnicodeError:
        raise OSError(errno.EINVAL, "no host can have that name") from None
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise PortInUse(host, port) from None
        raise
    return listener
