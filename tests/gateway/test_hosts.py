"""Pages of the internet neither read the console nor use moto's controls."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Response

from sagemock import mock_sagemaker, open_console
from sagemock.gateway.hosts import HostGuard
from sagemock.server import SageMockServer

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
    # Without cookies, since the client of older werkzeugs takes no host that is not one.
    return Client(HostGuard(Response("reached"), allowed), use_cookies=False)


@pytest.mark.parametrize("path", GUARDED)
@pytest.mark.parametrize("host", OURS)
def test_names_that_nobody_else_can_have_are_answered(
    guarded: Client, host: str, path: str
) -> None:
    assert guarded.get(path, headers={"Host": host}).text == "reached"


@pytest.mark.parametrize("path", GUARDED)
@pytest.mark.parametrize("host", FOREIGN)
def test_names_of_others_are_refused(guarded: Client, host: str, path: str) -> None:
    answer = guarded.get(path, headers={"Host": host})
    assert answer.status_code == 403
    assert answer.content_type.startswith("text/plain")
    assert "--allowed-host" in answer.text


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


def test_aws_s_operations_are_moto_s_to_open(guarded: Client) -> None:
    headers = {"Host": "bucket.evil.example", "Origin": "https://evil.example"}
    assert guarded.post("/", headers=headers).text == "reached"
    signed = {**headers, "Authorization": "AWS4-HMAC-SHA256 Credential=..."}
    assert guarded.get("/sagemock/key", headers=signed).text == "reached"


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
