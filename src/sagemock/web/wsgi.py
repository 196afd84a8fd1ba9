"""moto's WSGI application with our routes, and the server that runs it."""

from __future__ import annotations

import io
import json
import logging
import socket
import time
from collections.abc import Collection
from typing import Any
from xml.sax.saxutils import escape

from flask import request
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    create_backend_app,
)
from werkzeug.datastructures import EnvironHeaders
from werkzeug.wrappers import Response

from sagemock import __version__
from sagemock.errors import UnknownPath
from sagemock.moto_adapter.aws_hosts import known_to_moto
from sagemock.moto_adapter.backend import settled_worlds
from sagemock.web import console_route, front_page, routing
from sagemock.web.hosts import HostGuard, hostname
from sagemock.web.http_server import HttpServer
from sagemock.wire import signature
from sagemock.wire.http_responses import JSON_1_1, rest_error

log = logging.getLogger("sagemock.server")

HEALTH = "/sagemock/health"
CONTROLS = "/moto-api"


class Application(DomainDispatcherApplication):
    """Dispatches requests to services as moto does, and to SageMaker's more reliably.

    The console handles browsers' requests below `/sagemock/`. Exceptions inside moto become
    errors in AWS's format.

    Parameters
    ----------
    create_app
        Makes moto's application of a service.
    """

    def __init__(self, create_app: Any) -> None:
        super().__init__(create_app)
        self._console = console_route.application(over_http=True)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Handle a request, as WSGI defines."""
        if environ.get("PATH_INFO") == HEALTH:
            return health()(environ, start_response)
        if console_route.is_for_console(environ):
            return self._console(environ, start_response)
        front = front_page.response(environ)
        if front is not None:
            return front(environ, start_response)
        host = known_to_moto(hostname(f"//{environ.get('HTTP_HOST', '')}"))
        if host is not None:
            environ["HTTP_HOST"] = host
        try:
            error_response = _check_authorization(environ)
            if error_response is not None:
                return error_response(environ, start_response)
            if routing.names_sagemaker(environ):
                # curl sends the content type of a form by default, and moto would parse the body.
                environ["CONTENT_TYPE"] = JSON_1_1
            return super().__call__(environ, start_response)
        except Exception as error:
            log.error("moto could not answer %s", environ.get("PATH_INFO"), exc_info=error)
            return _failure(environ, error)(environ, start_response)

    def infer_service_region_host(self, environ: dict[str, Any], path: str) -> str | None:
        """The host by which moto finds the service of a request; None for S3."""
        authorization = environ.get("HTTP_AUTHORIZATION", "").strip()
        if authorization and signature.credential(authorization) is None:
            # Another scheme than version 4, which S3 still accepts.
            return None
        host = None if authorization else routing.host_of_unsigned(environ)
        host = host or super().infer_service_region_host(environ, path)
        if host is None and not authorization:
            host = routing.host_of_unknown(environ)
        return None if host is None else routing.sagemaker_host(host, environ)

    def get_backend_for_host(self, host: str | None) -> Any:
        """The name of moto's backend. Raises NotImplementedError for a service that it lacks."""
        backend = super().get_backend_for_host(host)
        if host is not None and backend is None:
            raise NotImplementedError(f"the service of {host}")
        return backend

    def _get_body(self, environ: dict[str, Any]) -> str | None:
        is_form = environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded")
        length = environ.get("CONTENT_LENGTH", "")
        if not is_form or not length.isdecimal():
            return None
        # moto would drop a form that is not UTF-8, and the service would wait for it forever.
        body = environ["wsgi.input"].read(int(length))
        environ["wsgi.input"] = io.BytesIO(body)
        return str(body, "utf-8", "replace") or None


def create_app(service: Any) -> Any:
    """An application of moto's for a service; SageMaker's name unknown paths in their errors."""
    app = create_backend_app(service)
    if service.startswith("sagemaker"):
        app.register_error_handler(404, _unknown_path)
    return app


def _unknown_path(_: Exception) -> Response:
    answer = rest_error(UnknownPath(request.path))
    return Response(answer.body, answer.status, answer.headers)


def _check_authorization(environ: dict[str, Any]) -> Response | None:
    """The error for an `Authorization` header that cannot be parsed; None for others.

    The parameters of others are put into the order that moto expects.
    """
    authorization = environ.get("HTTP_AUTHORIZATION", "")
    if not authorization.strip() or environ.get("PATH_INFO", "").startswith(CONTROLS):
        return None
    answer = signature.error_response(
        EnvironHeaders(environ),
        hostname(f"//{environ.get('HTTP_HOST', '')}"),
        of_sagemaker=routing.service(environ) is not None,
    )
    if answer is not None:
        return Response(answer.body, answer.status, answer.headers)
    environ["HTTP_AUTHORIZATION"] = signature.first_credential(authorization)
    return None


def _failure(environ: dict[str, Any], error: Exception) -> Response:
    """An error in the protocol of the request.

    The status is 501 and not 500, after which clients would retry.
    """
    if isinstance(error, NotImplementedError):
        code, text = "NotImplemented", f"moto does not implement this: {error}"
    else:
        code, text = "InternalFailure", f"moto failed: {type(error).__name__}: {error}"
    kind: str = environ.get("CONTENT_TYPE", "")
    if "json" in kind or "HTTP_X_AMZ_TARGET" in environ:
        answer = Response(json.dumps({"__type": code, "message": text}), content_type=kind)
    else:
        inner = f"<Error><Code>{code}</Code><Message>{escape(text)}</Message></Error>"
        body = f"<ErrorResponse>{inner}</ErrorResponse>"
        answer = Response(body, content_type="text/xml")
    answer.status_code = 501
    answer.headers["x-amzn-ErrorType"] = code
    return answer


class RequestLog:
    """Logs one line for each request: its method, path and operation, the status, and the time.

    Parameters
    ----------
    application
        The WSGI application whose requests to log.
    """

    def __init__(self, application: Any) -> None:
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Handle a request and log it; without work where the level is off."""
        if not log.isEnabledFor(logging.INFO):
            return self._application(environ, start_response)
        start_time = time.perf_counter()
        statuses: list[str] = []

        def start(status: str, headers: Any, *more: Any) -> Any:
            statuses.append(status.split(" ", 1)[0])
            return start_response(status, headers, *more)

        try:
            return self._application(environ, start)
        finally:
            milliseconds = (time.perf_counter() - start_time) * 1000
            status = statuses[-1] if statuses else "-"
            log.info("%s %s %.1f ms", _described(environ), status, milliseconds)


def _described(environ: dict[str, Any]) -> str:
    """Method, path and operation, with the line breaks that a client may have sent escaped."""
    target = environ.get("HTTP_X_AMZ_TARGET", "")
    text = f"{environ['REQUEST_METHOD']} {environ.get('RAW_URI', '')} {target}".rstrip()
    return text.encode("unicode_escape").decode("ascii")


def health() -> Response:
    """The response of the health check: the version, and how much is in which state."""
    under_way = [each for world in settled_worlds() for each in world.progressions.active()]
    states = [
        "waiting for a worker" if each.phase.at_work and each.waits_for() else each.phase.label
        for each in under_way
    ]
    body = {
        "status": "ok",
        "version": __version__,
        "under_way": {state: states.count(state) for state in sorted(set(states))},
    }
    return Response(json.dumps(body), content_type="application/json")


def make_server(
    listener: socket.socket,
    *,
    max_body: int,
    keep_alive: bool,
    allowed_hosts: Collection[str],
    allowed_origins: Collection[str],
    remote_code: bool = False,
) -> HttpServer:
    """A server of all AWS services.

    Parameters
    ----------
    listener
        A listening socket, which the server closes in the end.
    max_body, keep_alive
        See `HttpServer`.
    allowed_hosts, allowed_origins, remote_code
        See `HostGuard`.
    """
    guard = HostGuard(
        Application(create_app), allowed_hosts, allowed_origins, remote_code=remote_code
    )
    application = RequestLog(guard)
    return HttpServer(listener, application, max_body=max_body, keep_alive=keep_alive)


def reset() -> None:
    """Forget the state of every service, as `POST /moto-api/reset` does."""
    from moto.moto_api._internal.models import moto_api_backend

    moto_api_backend.reset()
