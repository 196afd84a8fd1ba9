"""Which browsers may look at the console and use moto's controls.

A page of anybody's can have its own name resolve to this machine (DNS rebinding), and then reads
and does here whatever the server lets it; or it sends a form across. Against the first stands
the name in `Host`, against the second the one in `Origin`. AWS's operations are not guarded:
moto lets pages of every origin call them.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Collection
from typing import Any
from urllib.parse import urlsplit

from werkzeug.wrappers import Response

from sagemock.gateway.console import is_for_console

CONTROLS = "/moto-api"

_PRIVATE = (".localhost", ".internal")
"""Top-level domains in which nobody can register a name."""

_AWS = ".amazonaws.com"


class HostGuard:
    """Refuses requests for the console and the controls that name a host of somebody else's."""

    def __init__(self, application: Any, allowed: Collection[str] = ()) -> None:
        """allowed: further names; one that begins with a dot stands for all below it."""
        self._application = application
        self._allowed = {name.lower().rstrip(".") for name in (*allowed, socket.gethostname())}

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        guarded = environ.get("PATH_INFO", "").startswith(CONTROLS) or is_for_console(environ)
        foreign = self._foreign(environ) if guarded else None
        if foreign is None:
            return self._application(environ, start_response)
        return _refusal(foreign)(environ, start_response)

    def _foreign(self, environ: dict[str, Any]) -> str | None:
        """The name on account of which a request is refused."""
        # Whatever sends none is no browser.
        host = hostname(f"//{environ.get('HTTP_HOST', 'localhost')}")
        if not self._is_ours(host):
            return host
        if "HTTP_ORIGIN" not in environ:
            return None
        origin = hostname(environ["HTTP_ORIGIN"])
        if origin == host or self._is_near(origin):
            return None
        return origin or "null"

    def _is_ours(self, host: str) -> bool:
        """Whether nobody else can have made a browser take `host` for this server."""
        return _address(host) is not None or host.endswith(_AWS) or self._is_near(host)

    def _is_near(self, host: str) -> bool:
        """Whether a page of `host` comes from this machine, its network, or who is allowed."""
        address = _address(host)
        if address is not None and address.is_loopback:
            return True
        # No name without a dot, as containers have them, is anybody's on the internet.
        if host.endswith(_PRIVATE) or (host and "." not in host and ":" not in host):
            return True
        below = (name for name in self._allowed if name.startswith("."))
        return host in self._allowed or host.endswith(tuple(below))


def hostname(url: str) -> str:
    """The name or address in a URL, in lower case; empty when there is none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _refusal(name: str) -> Response:
    shown = name.encode("unicode_escape").decode("ascii") or "an empty name"
    text = (
        f"sagemock answers no browser that asks for or from {shown}, for any page of the internet "
        f"could do that. If it is yours: sagemock serve --allowed-host {shown}\n"
    )
    answer = Response(text, 403, content_type="text/plain; charset=utf-8")
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
