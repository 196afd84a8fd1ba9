"""Pages as HTTP responses, in the format that was requested."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Mapping
from typing import Any

from werkzeug.exceptions import BadRequest, HTTPException, NotFound
from werkzeug.wrappers import Request, Response

from sagemock.console import frame
from sagemock.console.page import CsvTable, Page
from sagemock.console.page_request import PageRequest


def page_response(page_request: PageRequest, page: Page, suffix: str | None) -> Response:
    """Return a page in the format of a suffix, None for HTML.

    Raises
    ------
    BadRequest
        The page is the refusal of a request, and lacks the format for that reason.
    NotFound
        The page does not have that format.
    """
    if suffix == "json":
        return _json(page.data() if callable(page.data) else page.data, page.status)
    if suffix == "csv":
        if page.table is None:
            raise _missing_format(page, "table")
        return _csv(page.table)
    script = (
        None
        if page.script is None
        else page.script.text(page_request.region, page_request.endpoint)
    )
    if suffix == "py":
        if script is None:
            raise _missing_format(page, "script")
        return Response(_encoded(script), mimetype="text/plain")
    if not page.template:
        raise NotFound("This is JSON alone: its address ends in .json.")
    context = {
        "page_request": page_request,
        "has_table": page.table is not None,
        "script": script,
        **page.context,
    }
    return _html(page.template, context, page.status)


def _missing_format(page: Page, noun: str) -> HTTPException:
    error = page.context.get("error")
    if page.status == BadRequest.code and error:
        return BadRequest(error)
    return NotFound(f"This page has no {noun}.")


def error_response(page_request: PageRequest, error: HTTPException, suffix: str | None) -> Response:
    """Return the page that says what is wrong with a request, as JSON for the suffix `json`."""
    status = error.code or 500
    if suffix == "json":
        return _json({"error": error.name, "message": error.description}, status)
    context = {
        "page_request": page_request,
        "has_table": False,
        "script": None,
        "title": error.name,
        "text": error.description,
        "suggestions": getattr(error, "suggestions", ()),
    }
    return _html("error.html", context, status)


def _html(template: str, context: Mapping[str, Any], status: int) -> Response:
    # Imported here: what only asks for JSON does without Jinja2.
    from sagemock.console.rendering import render

    context = {**frame.variables(context["page_request"]), **context}
    return Response(_encoded(render(template, context)), status, mimetype="text/html")


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


def compress(request: Request, response: Response) -> None:
    """Compress a response for clients that accept it, at the level that is fastest."""
    if response.is_streamed:
        return  # Its length is not known before all of it is in memory.
    if request.accept_encodings["gzip"] > 0 and len(response.data) > 1000:
        response.data = gzip.compress(response.data, 1, mtime=0)
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept-Encoding"
