"""The static files that pages load, with a hash in the URL so that browsers may cache them."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files

from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

TYPES = {
    "compare.css": "text/css",
    "charts.css": "text/css",
    "charts.js": "text/javascript",
    "console.css": "text/css",
    "console.js": "text/javascript",
    "lineage.css": "text/css",
    "lineage.js": "text/javascript",
    "phone.css": "text/css",
    "stacked.css": "text/css",
    "search.css": "text/css",
    "search.js": "text/javascript",
    "endpoint.css": "text/css",
    "endpoint.js": "text/javascript",
    "faults.css": "text/css",
    "resource.css": "text/css",
    "dark.css": "text/css",
    "icon.svg": "image/svg+xml",
    "job.css": "text/css",
    "job.js": "text/javascript",
    "job_form.js": "text/javascript",
}
"""All files that are served."""

IMMUTABLE = "public, max-age=31536000, immutable"


@cache
def read(name: str) -> bytes:
    """Return the content of a file."""
    return files("sagemock.console").joinpath("static", name).read_bytes()


@cache
def version(name: str) -> str:
    """Return the name of a file with a hash of its content as the query string."""
    return f"{name}?{hashlib.blake2b(read(name), digest_size=6).hexdigest()}"


def response(name: str) -> Response:
    """Return the response with a file. Raises `NotFound` for a name that is not in `TYPES`."""
    if name not in TYPES:
        raise NotFound(f"There is no file {name!r}.")
    return Response(read(name), mimetype=TYPES[name], headers={"Cache-Control": IMMUTABLE})
