"""While jobs run code of users, nobody but this machine and pages of the server may call it."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
import requests
from werkzeug.test import Client
from werkzeug.wrappers import Response

from sagemock import mock_sagemaker, open_console
from sagemock.config import Config
from sagemock.moto_adapter.patch import moto_patch
from sagemock.server import SageMockServer
from sagemock.web.hosts import HostGuard

LOCAL = Config(training="background", containers="local")
PATHS = ("/", "/bucket/sourcedir.tar.gz", "/sagemock/", "/moto-api/sagemock/set-options")
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE")


def client(**options: Any) -> Client:
    allowed = ("ci.example.org",)
    guard = HostGuard(Response("reached"), allowed, ["*"], runs_code=lambda: True, **options)
    return Client(guard, use_cookies=False)


REQUESTS = [
    ({}, 200),
    ({"Origin": "http://127.0.0.1:5000"}, 200),
    ({"Origin": "http://127.0.0.1:5000", "Sec-Fetch-Site": "same-origin"}, 200),
    ({"Referer": "http://127.0.0.1:5000/sagemock/"}, 200),
    ({"Sec-Fetch-Site": "none"}, 200),
    ({"Host": "ci.example.org", "Origin": "https://ci.example.org"}, 200),
    ({"Host": "localhost:1", "Origin": "http://localhost:1"}, 200),
    ({"Origin": "http://127.0.0.1:3000"}, 403),
    ({"Origin": "http://localhost:5000"}, 403),
    ({"Origin": "https://evil.example"}, 403),
    ({"Origin": "null"}, 403),
    ({"Origin": ""}, 403),
    ({"Sec-Fetch-Site": "cross-site"}, 403),
    ({"Sec-Fetch-Site": "same-site"}, 403),
    ({"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"}, 403),
    ({"Referer": "https://evil.example/page"}, 403),
    # A name that a network gives to this machine.
    ({"Host": "router:5000", "Origin": "http://router:5000"}, 403),
    ({"Host": "evil.example"}, 403),
]


@pytest.mark.parametrize(("headers", "status"), REQUESTS)
def test_only_pages_of_the_server_itself(headers: dict[str, str], status: int) -> None:
    browser = client()
    for path in PATHS:
        for method in METHODS:
            answer = browser.open(
                path, method=method, headers={"Host": "127.0.0.1:5000", **headers}
            )
            assert answer.status_code == status
            assert "Access-Control-Allow-Origin" not in answer.headers


def test_no_preflight_is_answered() -> None:
    for path in PATHS:
        assert client().open(path, method="OPTIONS").status_code == 403


def test_no_link_of_another_site_leads_to_the_console() -> None:
    headers = {
        "Sec-Fetch-Site": "cross-site",
        "Sec-Fetch-Mode": "navigate",
        "Sec-Fetch-Dest": "document",
    }
    assert client().get("/sagemock/", headers=headers).status_code == 403


@pytest.mark.parametrize(
    ("address", "status"), [("127.0.0.1", 200), ("::1", 200), ("192.168.1.7", 403)]
)
def test_other_machines_only_where_that_is_allowed(address: str, status: int) -> None:
    environ = {"REMOTE_ADDR": address}
    assert client().get("/", environ_overrides=environ).status_code == status
    assert client(remote_code=True).get("/", environ_overrides=environ).status_code == 200


def test_a_server() -> None:
    """S3 and SageMaker, whatever origins are allowed; clients that are no browsers are served."""
    with SageMockServer(config=LOCAL, allowed_origins=["*"]) as server:
        s3 = boto3.client("s3", "us-east-1", endpoint_url=server.url)
        s3.create_bucket(Bucket="bucket")
        evil = {"Origin": "https://evil.example"}
        put = requests.put(f"{server.url}/bucket/sourcedir.tar.gz", b"x", headers=evil, timeout=30)
        assert put.status_code == 403
        assert "whatever origins are allowed" in put.text
        asked = {**evil, "Access-Control-Request-Method": "PUT"}
        preflight = requests.options(f"{server.url}/bucket/key", headers=asked, timeout=30)
        assert preflight.status_code == 403
        assert not [name for name in preflight.headers if name.startswith("Access-Control")]
        assert "Contents" not in s3.list_objects_v2(Bucket="bucket")
        s3.close()


def test_a_server_that_others_reach_does_not_start() -> None:
    server = SageMockServer("0.0.0.0", config=LOCAL)
    with pytest.raises(ValueError, match="allow it with --allow-remote-code"):
        server.start()
    assert not moto_patch.on
    with SageMockServer("0.0.0.0", config=LOCAL, allow_remote_code=True):
        assert moto_patch.on
    with SageMockServer("0.0.0.0") as server:
        server.pause()
        with pytest.raises(ValueError, match="every machine that reaches"):
            server.resume(LOCAL)


def set_containers(url: str, value: str) -> requests.Response:
    path = f"{url}/moto-api/sagemock/set-options"
    return requests.post(path, json={"containers": value}, timeout=30)


def test_no_request_allows_what_the_start_has_not() -> None:
    with SageMockServer() as server:
        answer = set_containers(server.url, "local")
        assert answer.status_code == 400
        assert "only where the mock or server was started with it" in answer.json()["error"]
        assert moto_patch.options.containers == "built-in"
    with SageMockServer(config=LOCAL) as server:
        for value in ("built-in", "local"):
            answer = set_containers(server.url, value)
            assert answer.json()["options"]["containers"] == value


def test_the_console_of_a_mock() -> None:
    with mock_sagemaker(containers="local"), open_console() as console:
        assert requests.get(console.url, timeout=30).status_code == 200
        evil = {"Origin": "http://127.0.0.1:1"}
        assert requests.get(console.url, headers=evil, timeout=30).status_code == 403
