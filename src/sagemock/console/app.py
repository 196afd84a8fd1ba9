"""The WSGI application: routes, formats of pages, and what keeps pages safe."""

from __future__ import annotations

import csv
import gzip
import io
import json
import logging
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from werkzeug.exceptions import BadRequest, Forbidden, HTTPException, NotFound
from werkzeug.routing import BaseConverter, Map, PathConverter, Rule, ValidationError
from werkzeug.test import create_environ
from werkzeug.wrappers import Request, Response

from sagemock.console import assets
from sagemock.console.links import FOLDERS, PREFIX, key_of, name_of
from sagemock.console.page import CsvTable, Page, Redirect
from sagemock.console.page_request import PageRequest, Worlds
from sagemock.errors import ServiceError
from sagemock.query import QueryError

log = logging.getLogger("sagemock.console")

VARIANTS = ("json", "csv", "py")
MAX_FORM = 7 * 1024 * 1024
"""Bytes of a form: the body of an InvokeEndpoint request may have six megabytes."""

SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}


def _any(folders: Iterable[str]) -> str:
    """The pattern of a path's segment that is one of the folders."""
    return f"<any({', '.join(map(json.dumps, folders))}):folder>"


_LISTED = _any(FOLDERS)
_DELETABLE = _any(folder for folder, kind in FOLDERS.items() if "Delete" in kind.verbs)


def _rules() -> list[Rule]:
    """The path of each page and the function that makes it; only POST changes anything."""

    def get(path: str, home: str) -> Rule:
        return Rule(path, endpoint=home, methods=["GET"])

    def post(path: str, home: str) -> Rule:
        return Rule(path, endpoint=home, methods=["POST"])

    return [
        get("/", "home:home"),
        get("/index", "home:home"),
        get("/search", "search:search"),
        get("/suggestions", "suggestions:suggestions"),
        get("/training-jobs/new", "job_form:form"),
        post("/training-jobs/new", "job_form:create"),
        get("/training-jobs/<name:name>", "training_jobs:training_job"),
        get("/training-jobs/<name:name>/log", "training_jobs:whole_log"),
        post("/training-jobs/<name:name>/stop", "training_jobs:stop"),
        get("/compare", "compare:compare"),
        get("/lineage", "lineage:lineage"),
        get("/models/new", "models:form"),
        post("/models/new", "models:create"),
        get("/models/<name:name>", "models:model"),
        get("/endpoint-configs/<name:name>", "endpoints:endpoint_config"),
        get("/endpoints/new", "endpoints:form"),
        post("/endpoints/new", "endpoints:create"),
        get("/endpoints/<name:name>", "endpoints:endpoint"),
        post("/endpoints/<name:name>", "endpoints:invoke"),
        get(f"/{_LISTED}", "listings:listing"),
        # Of a kind without a page of its own above.
        get(f"/{_LISTED}/<name:name>", "documents:listed"),
        get("/documents/<resource>/<key:key>", "documents:show"),
        get(f"/{_DELETABLE}/<name:name>/delete", "deletion:confirm"),
        post(f"/{_DELETABLE}/<name:name>/delete", "deletion:delete"),
        post("/tags", "tags:change"),
    ]


class _Name(BaseConverter):
    """The name of a resource, as written by `links.part_of`."""

    def to_python(self, value: str) -> str:
        try:
            return name_of(value)
        except ValueError:
            raise ValidationError from None


class _Key(PathConverter):
    """The key of a resource, as written by `links.parts_of`; it may have line breaks."""

    regex = r"[^/][\s\S]*?"

    def to_python(self, value: str) -> str:
        try:
            return key_of(value)
        except ValueError:
            raise ValidationError from None


def routes() -> Map:
    """Return the map from paths to page functions."""
    return Map(_rules(), strict_slashes=False, converters={"name": _Name, "key": _Key})


class Console:
    """The console as a WSGI application, over the given worlds."""

    def __init__(self, worlds: Worlds) -> None:
        self._worlds = worlds
        self._map = routes()
        self._pages: dict[str, Callable[..., Page | Redirect | Response]] = {}

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer a request; what a page raises becomes a page that says so."""
        request = Request(environ)
        request.max_content_length = request.max_form_memory_size = MAX_FORM
        try:
            response = self._answer(request)
        except HTTPException as error:
            response = self._error(request, error)
        except Exception as error:
            log.error("%s failed", request.path, exc_info=error)
            response = self._error(request, _Defect(f"{type(error).__name__}: {error}"))
        for name, value in SECURITY.items():
            response.headers.setdefault(name, value)
        _compress(request, response)
        return response(environ, start_response)

    def _answer(self, request: Request) -> Response:
        path = request.path.removeprefix(PREFIX) or "/"
        if path.startswith("/static/"):
            return assets.response(path.removeprefix("/static/"))
        path, variant = _variant_of(path)
        if request.method == "POST":
            require_same_origin(request)
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
            return Response(status=303, headers={"Location": page.location})
        return _rendered(page_request, page, variant)

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
        _, variant = _variant_of(request.path)
        if variant == "json":
            body = {"error": error.name, "message": error.description}
            return _json(body, error.code)
        from sagemock.console.rendering import render

        context = {
            "page_request": self._request_for_error(request),
            "has_table": False,
            "script": None,
            "title": error.name,
            "text": error.description,
        }
        return Response(_encoded(render("error.html", context)), error.code, mimetype="text/html")

    def _request_for_error(self, request: Request) -> PageRequest:
        """The request that failed, or one for the default world if it names none that exists."""
        try:
            return PageRequest(request, self._worlds)
        except HTTPException:
            return PageRequest(Request(create_environ(PREFIX + "/")), self._worlds)


class _Defect(HTTPException):
    code = 500
    name = "A defect of sagemock"


def _variant_of(path: str) -> tuple[str, str | None]:
    """Split `.json`, `.csv` or `.py` off a path; the dots of names are escaped."""
    stem, dot, suffix = path.rpartition(".")
    return (stem, suffix) if dot and suffix in VARIANTS else (path, None)


def _compress(request: Request, response: Response) -> None:
    """Compress a response for clients that accept it, at the level that is fastest."""
    if response.is_streamed:
        return  # Its length is not known before all of it is in memory.
    if request.accept_encodings["gzip"] > 0 and len(response.data) > 1000:
        response.data = gzip.compress(response.data, 1, mtime=0)
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept-Encoding"


def require_same_origin(request: Request) -> None:
    """Refuse a change that comes from a page of another site.

    Raises
    ------
    Forbidden
        None of `Sec-Fetch-Site`, `Origin` and `Referer` says that the request comes from a page
        of the console. Every browser sends at least one of them with a form.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        allowed = site == "same-origin"
    else:
        source = request.headers.get("Origin") or request.headers.get("Referer") or ""
        parts = urlsplit(source)
        allowed = bool(parts.netloc) and parts.netloc == request.host
    if not allowed:
        raise Forbidden("Changes are accepted from the console's own pages only.")


def _rendered(page_request: PageRequest, page: Page, variant: str | None) -> Response:
    if variant == "json":
        return _json(page.data() if callable(page.data) else page.data, page.status)
    if variant == "csv":
        if page.table is None:
            raise NotFound("This page has no table.")
        return _csv(page.table)
    script = (
        None
        if page.script is None
        else page.script.text(page_request.region, page_request.endpoint)
    )
    if variant == "py":
        if script is None:
            raise NotFound("This page has no script.")
        return Response(_encoded(script), mimetype="text/plain")
    from sagemock.console.rendering import render

    context = {
        "page_request": page_request,
        "has_table": page.table is not None,
        "script": script,
        **page.context,
    }
    body = _encoded(render(page.template, context))
    return Response(body, page.status, mimetype="text/html")


def _json(data: Any, status: int) -> Response:
    return Response(json.dumps(data, indent=1), status, mimetype="application/json")


def _csv(table: CsvTable) -> Response:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(table.header)
    writer.writerows([_harmless(value) for value in row] for row in table.rows)
    return Response(_encoded(out.getvalue()), mimetype="text/csv")


def _encoded(text: str) -> bytes:
    """UTF-8, in which a lone surrogate of a document is replaced rather than refused."""
    return text.encode("utf-8", "replace")


def _harmless(value: Any) -> Any:
    """Mark text as text that a spreadsheet would evaluate as a formula."""
    return (
        f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@")) else value
    )
