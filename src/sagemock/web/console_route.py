"""The console on the worlds of this process, next to moto's server or on its own."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qs

from werkzeug.serving import WSGIRequestHandler

from sagemock.accounts.world import World
from sagemock.console import PREFIX, Console
from sagemock.moto_adapter import backend

log = logging.getLogger("sagemock.console")


class MotoWorlds:
    """`console.Worlds` on moto's backends.

    Parameters
    ----------
    over_http
        Whether a server in this process serves the AWS API of these worlds, too.
    """

    default_account = backend.DEFAULT_ACCOUNT

    def __init__(self, *, over_http: bool) -> None:
        self.over_http = over_http

    def of(self, account_id: str, region: str) -> World:
        """The settled world of an account and region. Raises LookupError for unknown regions."""
        try:
            world = backend.world_of(account_id, region)
        except backend.UnknownRegion as error:
            raise LookupError(region) from error
        world.settle()
        return world

    def used(self) -> Iterable[World]:
        """Every world that has been used, settled."""
        return backend.settled_worlds()


class QuietRequestHandler(WSGIRequestHandler):
    """Writes the request log to `logging`, where users can configure it."""

    def log(self, type: str, message: str, *args: Any) -> None:
        """Write one line; only errors are of more than level INFO."""
        log.log(logging.ERROR if type == "error" else logging.INFO, message, *args)


def application(*, over_http: bool) -> Console:
    """The console of this process's worlds; see `MotoWorlds` for `over_http`."""
    return Console(MotoWorlds(over_http=over_http))


_SIGNED = ("X-Amz-Signature", "X-Amz-Algorithm", "AWSAccessKeyId")


def is_for_console(environ: Mapping[str, Any]) -> bool:
    """Whether a request is a browser's; a signed one is for an S3 bucket named `sagemock`."""
    path = environ.get("PATH_INFO", "")
    if path != PREFIX and not path.startswith(f"{PREFIX}/"):
        return False
    if environ.get("HTTP_AUTHORIZATION", "").startswith("AWS") or "HTTP_X_AMZ_DATE" in environ:
        return False
    query = parse_qs(environ.get("QUERY_STRING", ""))
    return not any(name in query for name in _SIGNED)
