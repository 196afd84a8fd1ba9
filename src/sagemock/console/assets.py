"""The files that pages load: named by their content, so that a browser may keep them."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files

from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

TYPES = {
    "console.css": "text/css",
    "console.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}
"""All there is; nothing else of the disk can be reached."""

FOR_EVER = "public, max-age=31536000, immutable"


@cache
def read(name: str) -> bytes:
    return files("sagemock.console").joinpath("static", name).read_bytes()


@cache
def version(name: str) -> str:
    """The address of a file, which changes when the file does."""
    return f"{name}?{hashlib.blake2b(read(name), digest_size=6).hexdigest()}"


def response(name: str) -> Response:
    """The file of that name. Raises NotFound."""
    if name not in TYPES:
        raise NotFound(f"There is no file {name!r}.")
    return Response(read(name), mimetype=TYPES[name], headers={"Cache-Control": FOR_EVER})
