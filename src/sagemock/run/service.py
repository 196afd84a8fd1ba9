"""What `sagemock run` asks of a server: whether it is sagemock, and a role to assume."""

from __future__ import annotations

import json
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, Request, build_opener

from sagemock.run.environment import Credentials

SECONDS = 10
"""How long a server may take to answer."""


class NotSagemock(Exception):
    """What answers at a URL, if anything does, is no sagemock server; the text says why."""


def address(url: str) -> str:
    """The address of a server by its URL or its console's, which `sagemock serve` prints too.

    >>> address("http://127.0.0.1:5000/sagemock/")
    'http://127.0.0.1:5000'
    """
    return url.rstrip("/").removesuffix("/sagemock")


def check(url: str) -> None:
    """Raises `NotSagemock` unless a sagemock server answers at `url`."""
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise NotSagemock(f"{url} is no URL of a server, such as http://127.0.0.1:5000")
    health = _answer(url, "/sagemock/health")
    if health.get("status") != "ok" or "under_way" not in health:
        raise NotSagemock(f"what answers at {url} is not sagemock")


def assume_role(url: str, region: str) -> Credentials:
    """Have the server make the role of the command, and give the credentials of a session."""
    body = json.dumps({"region": region}).encode()
    return Credentials(**_answer(url, "/moto-api/sagemock/assume-execution-role", body))


def _answer(url: str, path: str, body: bytes | None = None) -> dict[str, Any]:
    """The JSON that a GET, or the POST of a body, brings."""
    request = Request(f"{url}{path}", body)  # noqa: S310 - `check` has seen the scheme.
    # A proxy is for the hosts of others.
    opener = build_opener(ProxyHandler({}))
    try:
        with opener.open(request, timeout=SECONDS) as response:
            answer = json.load(response)
    except HTTPError as error:
        if error.headers.get_content_type() == "text/html":
            raise NotSagemock(f"what answers at {url} is not sagemock") from None
        text = error.read().decode("utf-8", "replace")[:200]
        raise NotSagemock(f"{url} answered {error.code}: {text}") from None
    except OSError as error:
        raise NotSagemock(f"nothing answers at {url}: {getattr(error, 'reason', error)}") from None
    except ValueError:
        raise NotSagemock(f"what answers at {url} is not sagemock") from None
    if not isinstance(answer, dict):
        raise NotSagemock(f"what answers at {url} is not sagemock")
    return answer
