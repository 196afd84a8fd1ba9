"""moto's WSGI application with our routes, and the server that runs it."""

from __future__ import annotations

import logging
import socket
from typing import Any

from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug import serving

log = logging.getLogger("sagemock.server")


class Application(DomainDispatcherApplication):
    """Finds the service of a request as moto does, and SageMaker's three more reliably."""

    def infer_service_region_host(self, environ: dict[str, Any], path: str) -> str | None:
        target = environ.get("HTTP_X_AMZ_TARGET", "")
        if target.startswith("SageMaker.") and not environ.get("HTTP_AUTHORIZATION"):
            # Unsigned calls, as curl sends them, would be taken for S3.
            return "api.sagemaker.us-east-1.amazonaws.com"
        host: str | None = super().infer_service_region_host(environ, path)
        if host is not None and host.startswith("api.sagemaker."):
            # moto knows only some of the paths of the other two services.
            if path.startswith("/endpoints/"):
                return "runtime" + host.removeprefix("api")
            if path.startswith("/Batch"):
                return "metrics" + host.removeprefix("api")
        return host


class RequestHandler(MotoRequestHandler):
    """Writes the request log to `logging`, where it can be switched on and off."""

    def log(self, type: str, message: str, *args: Any) -> None:
        log.log(logging.ERROR if type == "error" else logging.INFO, message, *args)


def make_server(listener: socket.socket) -> serving.BaseWSGIServer:
    """A threaded server on a socket that listens already; it takes the socket over."""
    host, port = listener.getsockname()[:2]
    server = serving.make_server(
        host,
        port,
        Application(create_backend_app),
        threaded=True,
        request_handler=RequestHandler,
        fd=listener.detach(),
    )
    # Clients that keep a connection open must not keep the process alive.
    server.daemon_threads = True  # type: ignore[attr-defined]
    return server


def reset() -> None:
    """Forget the state of every service, as `POST /moto-api/reset` does."""
    from moto.moto_api._internal.models import moto_api_backend

    moto_api_backend.reset()
