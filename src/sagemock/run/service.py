"""The requests of `sagemock run` to a server: whether it is sagemock, and to assume a role."""

from __future__ import annotations

import json
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, Request, build_opener

from sagemock.run.environment import Credentials

SECONDS = 10
"""For how many seconds a server may take to answer."""


class NotSagemock(Exception):
    """No sagemock server answers at a URL; the text says what does."""


def address(url: str) -> str:
    """Return the URL of a server, given that or the URL of its console.

    Examples
    --------
    >>> address("http://127.0.0.1:5000/sagemock/")
    'http://127.0.0.1:5000'
    """
    return url.rstrip("/").removesuffix("/sagemock")


def check(url: str) -> None:
    """Raise `NotSagemock` unless a sagemock server answers at a URL."""
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise NotSagemock(f"{url} is not the URL of a server, such as http://127.0.0.1:5000")
    health = _answer(url, "/sagemock/health")
    if health.get("status") != "ok" or "under_way" not in health:
        raise NotSagemock(f"the server at {url} is not sagemock")


def assume_role(url: str, region: str) -> Credentials:
    """Assume the role that the server creates for the command."""
    body = json.dumps({"region": region}).encode()
    return Credentials(**_answer(url, "/moto-api/sagemock/assume-execution-role", body))


def _answer(url: str, path: str, body: bytes | None = None) -> dict[str, Any]:
    """The JSON object that answers a GET, or the POST of a body."""
    request = Request(f"{url}{path}", body)  # noqa: S310 - `check` has seen the scheme.
    # No proxy is used: the server is on this machine, or the user has named it.
    opener = build_opener(ProxyHandler({}))
    try:
        with opener.open(request, timeout=SECONDS) as response:
            answer = json.load(response)
    except HTTPError as error:
        if error.headers.get_content_type() == "text/html":
            raise NotSagemock(f"the server at {url} is not sagemock") from None
        text = error.read().decode("utf-8", "replace")[:200]
        raise NotSagemock(f"{url} answered {error.code}: {text}") from None
    except OSError as error:
        raise NotSagemock(f"nothing answers at {url}: {getattr(error, 'reason', error)}") from None
    except ValueError:
        raise NotSagemock(f"the server at {url} is not sagemock") from None
    if not isinstance(answer, dict):
        raise NotSagemock(f"the server at {url} is not sagemock")
    return answer
