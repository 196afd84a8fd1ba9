"""The start page and icon that a browser requests when a user enters the server's address."""

from __future__ import annotations

from typing import Any

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from sagemock.console import PREFIX

ICON = f"{PREFIX}/static/icon.svg"


def response(environ: dict[str, Any]) -> Response | None:
    """A redirect from `/` and `/favicon.ico` for browsers; None for AWS clients."""
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or environ.get("QUERY_STRING"):
        return None
    # A signed GET of `/` lists buckets, and that of `/favicon.ico` a bucket's objects.
    if environ.get("HTTP_AUTHORIZATION") or "HTTP_X_AMZ_DATE" in environ:
        return None
    path = environ.get("PATH_INFO")
    if path == "/favicon.ico":
        return redirect(ICON)
    if path == "/" and "text/html" in environ.get("HTTP_ACCEPT", ""):
        return redirect(f"{PREFIX}/")
    return None
