"""What keeps pages safe from other sites, and from the texts that they show."""

from __future__ import annotations

from urllib.parse import urlsplit

from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Request

HEADERS = {
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
"""The headers of every response."""


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
