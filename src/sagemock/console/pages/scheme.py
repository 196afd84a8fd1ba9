"""The colour scheme, light or dark, chosen by hand."""

from __future__ import annotations

from werkzeug.wrappers import Response

from sagemock.console.frame import SCHEME_COOKIE, SCHEMES
from sagemock.console.links import PREFIX
from sagemock.console.page_request import PageRequest
from sagemock.console.pages.tags import back_to

YEAR = 365 * 24 * 3600


def choose(page_request: PageRequest) -> Response:
    """Keep the scheme of the form in a cookie, or none, and go back to the page."""
    form = page_request.request.form
    response = Response(status=303, headers={"Location": back_to(form.get("page", ""))})
    if form.get("scheme") in SCHEMES:
        response.set_cookie(
            SCHEME_COOKIE,
            form["scheme"],
            max_age=YEAR,
            path=PREFIX,
            httponly=True,
            samesite="Lax",
        )
    else:
        response.delete_cookie(SCHEME_COOKIE, path=PREFIX)
    return response
