"""Pages of the internet neither read nor change anything on a server."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from werkzeug.test import Client, create_environ, run_wsgi_app
from werkzeug.wrappers import Response

from sagemock import mock_sagemaker, open_console
from sagemock.server import SageMockServer
from sagemock.web.hosts import HostGuard

GUARDED = ("/sagemock/", "/sagemock/health", "/moto-api/reset", "/moto-api/sagemock/rules")
OURS = [
    "127.0.0.1:5000",
    "127.8.8.8",
    "[::1]:5000",
    "192.168.1.5:5000",
    "localhost:5000",
    "LOCALHOST",
    "a.localhost",
    "sagemock:5000",
    "host.docker.internal:5000",
    "sagemaker.us-east-1.amazonaws.com",
    "ci.example.org:5000",
    "x.y.example.net",
    socket.gethostname(),
]
FOREIGN = [
    "evil.example:5000",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "amazonaws.com.evil.example",
    "example.org",
    "xexample.net",
    "evil.localhost.com",
    "",
    "[::1",
    "<script>.example",
]


@pytest.fixture(scope="module")
def guarded() -> Client:
    allowed = ("ci.example.org", ".example.net")
    return Client(HostGuard(Response("reached"), allowed))


@pytest.mark.parametrize("path", GUARDED)
@pytest.mark.parametrize("host", OURS)
def test_names_that_nobody_else_can_have_are_answered(
    guarded: Client, host: str, path: str
) -> None:
    assert guarded.get(path, headers={"Host": host}).text == "reached"


@pytest.mark.parametrize("path", GUARDED)
@pytest.mark.parametrize("host", FOREIGN)
def test_names_of_others_are_refused(guarded: Client, host: str, path: str) -> None:
    # Not by the client, which reads the host itself, and breaks on one that is not valid.
    environ = create_environ(path) | {"HTTP_HOST": host}
    answer = Response(*run_wsgi_app(guarded.application, environ))
    assert answer.status_code == 403
    assert answer.content_type.startswith("text/plain")
    assert "--allowed-host" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://localhost:3000", 200),
        ("http://127.0.0.1:5000", 200),
        ("http://[::1]:8080", 200),
        ("http://frontend:3000", 200),
        ("http://192.168.1.5:8080", 200),  # the host itself
        ("https://ci.example.org", 200),
        ("http://192.168.1.6", 403),
        ("http://93.184.215.14", 403),
        ("https://bucket.s3.amazonaws.com", 403),
        ("https://evil.example", 403),
        ("null", 403),
        ("", 403),
    ],
)
def test_pages_of_others_send_nothing_across(guarded: Client, origin: str, status: int) -> None:
    headers = {"Host": "192.168.1.5:5000", "Origin": origin}
    answer = guarded.post("/moto-api/reset", headers=headers)
    assert answer.status_code == status


def test_every_operation_is_guarded(guarded: Client) -> None:
    signed = {"Authorization": "AWS4-HMAC-SHA256 Credential=..."}
    for headers in ({"Host": "bucket.evil.example"}, {"Origin": "https://evil.example"}):
        for path in ("/", "/sagemock/key", "/bucket/key", "/endpoints/e/invocations"):
            for method in ("GET", "POST", "PUT", "DELETE", "OPTIONS"):
                answer = guarded.open(path, method=method, headers={**headers, **signed})
                assert answer.status_code == 403
                assert answer.headers.get("Access-Control-Allow-Origin") is None


@pytest.mark.parametrize(
    ("allowed", "origin", "status"),
    [
        (["https://app.example.org"], "https://app.example.org", 200),
        (["https://App.example.org/"], "https://app.example.org", 200),
        (["https://app.example.org"], "http://app.example.org", 403),
        (["https://app.example.org"], "https://app.example.org:8443", 403),
        (["https://app.example.org"], "https://x.app.example.org", 403),
        (["*"], "https://evil.example", 200),
        (["*"], "null", 200),
        (["null"], "null", 200),
        (["null"], "https://evil.example", 403),
        (["https://app.example.org"], "https://[", 403),
    ],
)
def test_origins_that_are_allowed(allowed: list[str], origin: str, status: int) -> None:
    client = Client(HostGuard(Response("reached"), (), allowed), use_cookies=False)
    assert client.post("/", headers={"Origin": origin}).status_code == status


FETCHES = [
    ({"Sec-Fetch-Site": "none"}, 200),
    ({"Sec-Fetch-Site": "same-origin"}, 200),
    ({"Sec-Fetch-Site": "cross-site"}, 403),
    ({"Sec-Fetch-Site": "same-site"}, 403),
    ({"Sec-Fetch-Site": "cross-site", "Referer": "https://evil.example/"}, 403),
    ({"Sec-Fetch-Site": "cross-site", "Referer": "https://app.example.org/page"}, 200),
    ({"Sec-Fetch-Site": "same-site", "Referer": "http://localhost:3000/"}, 200),
]


@pytest.mark.parametrize(("headers", "status"), FETCHES)
def test_what_pages_load_without_an_origin(headers: dict[str, str], status: int) -> None:
    client = Client(HostGuard(Response("reached"), (), ["https://app.example.org"]))
    assert client.get("/bucket/picture.png", headers=headers).status_code == status


@pytest.mark.parametrize(
    ("path", "method", "destination", "status"),
    [
        ("/sagemock/", "GET", "document", 200),
        ("/sagemock/search?q=x", "GET", "document", 200),
        ("/", "GET", "document", 200),
        ("/sagemock/", "POST", "document", 403),
        ("/sagemock/", "GET", "iframe", 403),
        ("/?Action=CreateUser", "GET", "document", 403),
        ("/moto-api/data.json", "GET", "document", 403),
        ("/bucket/key", "GET", "document", 403),
    ],
)
def test_links_to_the_console_may_be_anywhere(
    guarded: Client, path: str, method: str, destination: str, status: int
) -> None:
    headers = {
        "Sec-Fetch-Site": "cross-site",
        "Sec-Fetch-Mode": "navigate",
        "Sec-Fetch-Dest": destination,
    }
    assert guarded.open(path, method=method, headers=headers).status_code == status


@pytest.fixture(scope="module")
def server() -> Iterator[SageMockServer]:
    with SageMockServer(allowed_hosts=["ci.example.org"]) as server:
        yield server


@pytest.mark.parametrize(
    ("host", "status"), [("ci.example.org", 200), ("evil.example", 403), (None, 200)]
)
def test_a_server(server: SageMockServer, host: str | None, status: int) -> None:
    assert ask(server.url, "/sagemock/health", host) == status


def ask(url: str, path: str, host: str | None) -> int:
    line = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
    try:
        line.putrequest("GET", path, skip_host=True)
        if host is not None:
            line.putheader("Host", host)
        line.endheaders()
        return line.getresponse().status
    finally:
        line.close()


def test_the_console_of_a_mock() -> None:
    with mock_sagemaker(), open_console() as console:
        host = urlsplit(console.url).netloc
        assert ask(console.url, "/sagemock/", host) == 200
        assert ask(console.url, "/sagemock/", "evil.example") == 403
