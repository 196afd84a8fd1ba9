"""The WSGI application: from a request to a page function, and from its page to a response."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any

from werkzeug.exceptions import BadRequest, HTTPException, NotFound
from werkzeug.test import create_environ
from werkzeug.wrappers import Request, Response

from sagemock.console import assets, safety
from sagemock.console.links import PREFIX, in_format
from sagemock.console.messages import Messages
from sagemock.console.page import Page, Redirect
from sagemock.console.page_request import PageRequest, Worlds
from sagemock.console.responses import compress, error_response, page_response
from sagemock.console.routes import routes, split_format
from sagemock.errors import ServiceError
from sagemock.query import QueryError

log = logging.getLogger("sagemock.console")

MAX_FORM = 7 * 1024 * 1024
"""Bytes of a form: the body of an InvokeEndpoint request may have six megabytes."""

MAX_UPLOAD = 5 * 1024**3
"""Bytes of a form with a file for S3; its other fields are bounded as in every form."""


class Console:
    """The console as a WSGI application, over the given worlds."""

    def __init__(self, worlds: Worlds) -> None:
        self._worlds = worlds
        self._map = routes()
        self._messages = Messages()
        self._pages: dict[str, Callable[..., Page | Redirect | Response]] = {}

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer a request; what a page raises becomes a page that says so."""
        request = Request(environ)
        request.max_form_memory_size = MAX_FORM
        uploads = request.mimetype == "multipart/form-data"
        request.max_content_length = MAX_UPLOAD if uploads else MAX_FORM
        try:
            response = self._answer(request)
        except HTTPException as error:
            response = self._error(request, error)
        except Exception as error:
            log.error("%s failed", request.path, exc_info=error)
            response = self._error(request, _Defect(f"{type(error).__name__}: {error}"))
        finally:
            request.close()  # The files of a form.
        for name, value in safety.HEADERS.items():
            response.headers.setdefault(name, value)
        compress(request, response)
        return response(environ, start_response)

    def _answer(self, request: Request) -> Response:
        path = request.path.removeprefix(PREFIX) or "/"
        if path.startswith("/static/"):
            return assets.response(path.removeprefix("/static/"))
        path, suffix = split_format(path)
        if request.method == "POST":
            safety.require_same_origin(request)
        endpoint, values = self._matched(path, request.method)
        page_request = PageRequest(request, self._worlds)
        try:
            page = self._page(endpoint)(page_request, **values)
        except ServiceError as error:
            raise BadRequest(error.message) from error
        except QueryError as error:
            raise BadRequest(str(error)) from error
        if isinstance(page, Response):
            return page
        if isinstance(page, Redirect):
            location = page.location
            if suffix is not None and request.method != "POST":
                location = in_format(location, suffix)
            response = Response(status=303, headers={"Location": location})
            if page.message:
                self._messages.send(response, page.message)
            return response
        if suffix is None:
            page_request.message = self._messages.take(request)
        return page_response(page_request, page, suffix)

    def _matched(self, path: str, method: str) -> tuple[str, Mapping[str, Any]]:
        adapter = self._map.bind("", path_info=path)
        try:
            return adapter.match(method="GET" if method == "HEAD" else method)
        except NotFound:
            raise NotFound(f"There is no page {path}.") from None

    def _page(self, endpoint: str) -> Callable[..., Page | Redirect | Response]:
        if endpoint not in self._pages:
            module, function = endpoint.split(":")
            home = import_module(f"sagemock.console.pages.{module}")
            self._pages[endpoint] = getattr(home, function)
        return self._pages[endpoint]

    def _error(self, request: Request, error: HTTPException) -> Response:
        if error.code is None or error.code < 400:
            return Response.force_type(error.get_response(request.environ), request.environ)
        _, suffix = split_format(request.path)
        return error_response(self._request_for_error(request), error, suffix)

    def _request_for_error(self, request: Request) -> PageRequest:
        """The request that failed, or one for the default world if it names none that exists."""
        try:
            return PageRequest(request, self._worlds)
        except HTTPException:
            return PageRequest(Request(create_environ(PREFIX + "/")), self._worlds)


class _Defect(HTTPException):
    code = 500
    name = "A defect of sagemock"
