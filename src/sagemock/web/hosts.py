"""Which browser requests the server accepts.

Any page that a developer has open can send requests to servers on this machine: under a name of
its own that resolves to this machine (DNS rebinding), or across origins, which has an effect even
though the page may not read the response. The check of `Host` prevents the first, and that of
`Origin` and `Sec-Fetch-Site`, which pages cannot set, the second. Clients other than browsers send
neither of these two, and the server's own name as `Host`.

While jobs run code of users (the option `containers="local"`), whoever could send a request could
run code on this machine. Then pages of the server itself are the only ones that may, whatever
origins are allowed, and other machines only where that is allowed by itself.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Collection
from typing import Any
from urllib.parse import urlsplit

from werkzeug.wrappers import Response

from sagemock.containers.registrations import registrations
from sagemock.moto_adapter.aws_hosts import standard
from sagemock.web.console_route import is_for_console

_PRIVATE = (".localhost", ".internal")
"""Top-level domains in which no name can be registered."""

ANY_ORIGIN = "*"
"""In place of an origin, allows all of them."""

OWN_SITES = ("same-origin", "none")
"""Values of Sec-Fetch-Site for requests of a page of the server, and of a user."""


def runs_code() -> bool:
    """Whether jobs run code of users, by the options in force."""
    return registrations.options.containers == "local"


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches a server that listens on an address or name."""
    address = _address(host)
    return host == "localhost" or (address is not None and address.is_loopback)


class HostGuard:
    """Refuses requests with a foreign `Host`, or from a page of another site.

    Parameters
    ----------
    application
        The WSGI application to protect.
    hosts
        Further names of the server. One that begins with a dot stands for all names below it.
    origins
        Origins whose pages may send requests, such as `https://app.example.org`; `*` for all.
    remote_code
        Whether other machines may send requests while jobs run code of users.
    runs_code
        Whether jobs run code of users.
    """

    def __init__(
        self,
        application: Any,
        hosts: Collection[str] = (),
        origins: Collection[str] = (),
        *,
        remote_code: bool = False,
        runs_code: Callable[[], bool] = runs_code,
    ) -> None:
        self._application = application
        self._remote_code = remote_code
        self._runs_code = runs_code
        self._hosts = {name.lower().rstrip(".") for name in (*hosts, socket.gethostname())}
        self._origins = {origin.lower().rstrip("/") for origin in origins}

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Pass the request on, or refuse it with status 403."""
        forbidden = self._check_host(environ)
        if forbidden is None:
            check = self._check_strictly if self._runs_code() else self._check_source
            forbidden = check(environ)
        return (forbidden or self._application)(environ, start_response)

    def _check_host(self, environ: dict[str, Any]) -> Response | None:
        # Browsers always send one.
        host = hostname(f"//{environ.get('HTTP_HOST', 'localhost')}")
        if self._is_ours(host):
            return None
        return _forbidden(f"for the host {_shown(host)}", f"--allowed-host {_shown(host)}")

    def _check_source(self, environ: dict[str, Any]) -> Response | None:
        source = _source(environ)
        if source is None or self._may_ask(source, environ):
            return None
        return _forbidden(f"from pages of {_shown(source)}", f"--allow-origin {_shown(source)}")

    def _check_strictly(self, environ: dict[str, Any]) -> Response | None:
        """As `_check_source`, while whoever may send a request can run code on this machine."""
        client = environ.get("REMOTE_ADDR", "")
        if client and not (self._remote_code or is_loopback(client)):
            return _refusal(
                f"sagemock refuses requests of other machines, such as {_shown(client)}, while "
                "jobs run code (containers=local). To allow them: "
                "sagemock serve --allow-remote-code\n"
            )
        if environ["REQUEST_METHOD"] != "OPTIONS" and self._is_own(environ):
            return None
        return _refusal(
            "sagemock refuses requests of browsers from pages of other sites while jobs run code "
            "(containers=local), whatever origins are allowed, since any page could have this "
            "machine run its code.\n"
        )

    def _is_own(self, environ: dict[str, Any]) -> bool:
        """Whether a request comes from a page of this server, or from no page."""
        if environ.get("HTTP_SEC_FETCH_SITE", "none") not in OWN_SITES:
            return False
        own = environ.get("HTTP_HOST", "").lower()
        pages = [environ[name] for name in ("HTTP_ORIGIN", "HTTP_REFERER") if name in environ]
        # Names that a network may give to this machine are no names of its own.
        name = hostname(f"//{own}")
        is_safe = _address(name) is not None or is_loopback(name) or self._is_named(name)
        return all(is_safe and own and origin_of(page).endswith(f"://{own}") for page in pages)

    def _may_ask(self, source: str, environ: dict[str, Any]) -> bool:
        if ANY_ORIGIN in self._origins or origin_of(source) in self._origins:
            return True
        name = hostname(source)
        return self._is_near(name) or name == hostname(f"//{environ.get('HTTP_HOST', '')}") != ""

    def _is_ours(self, host: str) -> bool:
        """Whether `host` cannot be another site's name that resolves to this server."""
        return _address(host) is not None or standard(host) is not None or self._is_near(host)

    def _is_near(self, host: str) -> bool:
        """Whether a page of `host` comes from this machine, its network, or an allowed host."""
        address = _address(host)
        if address is not None and address.is_loopback:
            return True
        # Names without a dot, such as those of containers, do not exist on the internet.
        if host.endswith(_PRIVATE) or (host and "." not in host and ":" not in host):
            return True
        return self._is_named(host)

    def _is_named(self, host: str) -> bool:
        """Whether the user has named `host`, or it is the name of this machine."""
        below = (name for name in self._hosts if name.startswith("."))
        return host in self._hosts or host.endswith((".localhost", *below))


def _source(environ: dict[str, Any]) -> str | None:
    """The URL or origin of the page that sent the request; None for our own, or without one."""
    if "HTTP_ORIGIN" in environ:
        origin: str = environ["HTTP_ORIGIN"]
        return origin
    if environ.get("HTTP_SEC_FETCH_SITE") not in ("cross-site", "same-site"):
        return None
    if _is_link(environ):
        return None
    # Browsers send no Origin with some requests whose response pages cannot read, as for images.
    referer: str = environ.get("HTTP_REFERER", "")
    return referer


def _is_link(environ: dict[str, Any]) -> bool:
    """Whether a user follows a link to the console, where reading a page changes nothing."""
    return (
        environ["REQUEST_METHOD"] in ("GET", "HEAD")
        and environ.get("HTTP_SEC_FETCH_MODE") == "navigate"
        and environ.get("HTTP_SEC_FETCH_DEST") == "document"
        and (environ.get("PATH_INFO") == "/" or is_for_console(environ))
        and (environ.get("PATH_INFO") != "/" or not environ.get("QUERY_STRING"))
    )


def hostname(url: str) -> str:
    """The name or address in a URL, in lower case; empty when there is none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def origin_of(url: str) -> str:
    """Scheme, name and port of a URL, in lower case, as a browser writes them; or `null`."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "null"
    return f"{parts.scheme}://{parts.netloc}".lower() if parts.netloc else "null"


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _shown(name: str) -> str:
    return name.encode("unicode_escape").decode("ascii") or "null"


def _forbidden(what: str, option: str) -> Response:
    return _refusal(
        f"sagemock refuses requests of browsers {what}, since any page on the internet could send "
        f"them. To allow this one: sagemock serve {option}\n"
    )


def _refusal(text: str) -> Response:
    answer = Response(text, 403, content_type="text/plain; charset=utf-8")
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
