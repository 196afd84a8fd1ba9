"""`SageMockServer`: every AWS service of moto over HTTP, with a SageMaker that works.

Also `open_console`: the console of the mock that is on in this process.
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
    """Another process is listening on that address."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(errno.EADDRINUSE, f"port {port} on {host} is already in use")


class SageMockServer:
    """A server in a thread of this process; also a context manager.

    Needs the `server` extra: ``pip install 'sagemock[server]'``. Its state ends with `stop()`.

    Parameters
    ----------
    host
        The address to listen on; by default only this machine can reach the server.
    port
        The port to listen on, 0 for any that is free.
    config
        The options; by default those of `Config`, with jobs that train in the background.
    max_body
        The largest request in bytes; by default what S3 takes, 5 GiB.
    keep_alive
        Whether connections stay open. That is faster, but Python warns of the sockets of clients
        that a test does not close.
    allowed_hosts
        Further names by which clients may call the server, beside local names and addresses. A
        name that begins with a dot stands for all names below it.
    allowed_origins
        Origins of pages on other sites that may call the server from a browser, such as
        ``https://app.example.org``, or ``*`` for all. While jobs run code of users
        (``containers="local"``) none may.
    allow_remote_code
        Whether the server may listen on another address than loopback while jobs run code of
        users, and other machines may have it run there what they like.

    Examples
    --------
    >>> import boto3
    >>> from sagemock.server import SageMockServer
    >>> with SageMockServer() as server:
    ...     sagemaker = boto3.client("sagemaker", "us-east-1", endpoint_url=server.url)
    ...     sagemaker.list_endpoints()["Endpoints"]
    ...     sagemaker.close()
    []
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
        allow_remote_code: bool = False,
    ) -> None:
        self._allow_remote_code = allow_remote_code
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
        """The URL for clients, such as ``http://127.0.0.1:5000``.

        Raises
        ------
        RuntimeError
            If the server is not running.
        """
        return _url(*self._listening())

    @property
    def port(self) -> int:
        """The port that the server listens on.

        Raises
        ------
        RuntimeError
            If the server is not running.
        """
        return self._listening()[1]

    def _listening(self) -> tuple[str, int]:
        if self._address is None:
            raise RuntimeError("the server is not running: call start() first")
        return self._address

    def start(self) -> Self:
        """Start to listen.

        Raises
        ------
        PortInUse
            If another process listens on that address.
        OSError
            If this machine does not have that address.
        RuntimeError
            If the server is running already.
        ModuleNotFoundError
            If the `server` extra is not installed.
        ValueError
            If other machines could have it run code, and that is not allowed.
        """
        if self._thread is not None:
            raise RuntimeError("the server is running already")
        self._check(self._config)
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
            remote_code=self._allow_remote_code,
        )
        self._thread = threading.Thread(
            target=self._server.serve, name="sagemock-server", daemon=True
        )
        self._thread.start()
        return self

    def _check(self, config: Config) -> None:
        """Raise ValueError if other machines could have this one run code."""
        from sagemock.web.hosts import is_loopback

        remote = not is_loopback(self._host)
        if config.containers == "local" and remote and not self._allow_remote_code:
            raise ValueError(
                f"with containers=local, every machine that reaches {self._host} could run code on "
                "this one: listen on 127.0.0.1, or allow it with --allow-remote-code"
            )

    def running_jobs(self) -> list[str]:
        """The names of the jobs that are running, of every kind."""
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
        """Stop listening, stop running jobs, and forget all state."""
        if self._thread is None:
            return
        from sagemock.web import wsgi

        # In a forked child the thread is gone, and the sockets are closed.
        if self._thread.is_alive():
            self._server.stop()
            self._thread.join()
        self._thread = self._address = None
        wsgi.reset()
        self._switch_off()

    def _switch_on(self, config: Config) -> None:
        from sagemock.moto_adapter.patch import moto_patch
        from sagemock.moto_adapter.state_machines import state_machines
        from sagemock.web import control_api, loopback

        port = self.port
        moto_patch.switch_on(
            self, config, moto_api=control_api.PATHS, start_loopback=loopback.start
        )
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
        """Forget all state and switch moto's own SageMaker back on, until `resume`."""
        self.reset()
        self._switch_off()

    def resume(self, config: Config | None = None) -> None:
        """Replace moto's SageMaker again after `pause`, without any state.

        Parameters
        ----------
        config
            New options; by default those that the server was created with.
        """
        self._check(config or self._config)
        self._switch_on(config or self._config)
        self.reset()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


class ConsoleServer:
    """The console in a thread of this process, for the mock that is on; see `open_console`.

    A context manager. Notebooks show it as a link.
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
        """The address of the console, for a browser."""

    def after_fork(self) -> None:
        """In a child: close its copy of the socket."""
        self._server.socket.close()

    def stop(self) -> None:
        """Stop listening. The mock stays on."""
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
    """Serve the console of the mock that is on, for a notebook or a debugger.

    It listens until `stop()`, the end of a `with` block, or the end of the process.

    Parameters
    ----------
    host
        The address to listen on; by default only this machine can reach the console.
    port
        The port to listen on, 0 for any that is free.

    Returns
    -------
    The console, whose `url` is its address.

    Raises
    ------
    RuntimeError
        If no mock is on.
    PortInUse
        If another process listens on that address.

    Examples
    --------
    >>> from sagemock import mock_sagemaker, open_console
    >>> with mock_sagemaker(), open_console() as console:
    ...     console.url.endswith("/sagemock/")
    True
    """
    from sagemock.moto_adapter.patch import moto_patch

    if not moto_patch.on:
        raise RuntimeError("no mock is on: start mock_sagemaker() before you open the console")
    if warning := ports.refused_by_browsers(port):
        warnings.warn(warning, stacklevel=2)
    return ConsoleServer(host, port)


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _listen(host: str, port: int) -> socket.socket:
    # Bound here because the WSGI server exits the process when the port is taken.
    try:
        host.encode("idna")
    except UnicodeError:
        raise OSError(errno.EINVAL, "not a valid host name") from None
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
