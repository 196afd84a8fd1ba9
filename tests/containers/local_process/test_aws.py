"""How AWS's clients in a process of a job find the mock."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from tests.containers.local_process.conftest import Jobs

from sagemock.containers.base import AwsAccess
from sagemock.containers.local_process import environment
from sagemock.run.environment import INJECTED
from sagemock.run.injected.sitecustomize import URL_VARIABLE

CALL = """
import boto3
client = boto3.client("sts", endpoint_url=URL)
print(client.get_caller_identity()["Account"], client.meta.region_name)
"""

ANSWER = b"""<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
<GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:role/r</Arn><UserId>u</UserId>
<Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"""


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.server.keys.append(self.headers["Authorization"])  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[HTTPServer]:
    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.keys = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def access(url: str | None) -> AwsAccess:
    return AwsAccess(url, "eu-west-1", "AKIA1", "secret", "token")


@pytest.mark.parametrize("url", ["None", "'https://sts.eu-west-1.amazonaws.com'"])
def test_clients_call_the_mock(jobs: Jobs, server: HTTPServer, url: str) -> None:
    given = access(f"http://127.0.0.1:{server.server_port}")

    result = jobs.script(CALL.replace("URL", url), aws=given)

    assert result.lines[-1].text == "123456789012 eu-west-1"
    assert "Credential=AKIA1/" in server.keys[0]  # type: ignore[attr-defined]


def test_the_log_says_where_calls_reach_no_mock(jobs: Jobs) -> None:
    result = jobs.script("import botocore.httpsession\nprint('end')", aws=access(None))

    assert result.lines[-1].text == "end"
    assert "AWS calls of this process reach no mock" in result.text
    assert "AWS_ENDPOINT_URL" not in jobs.shell("env", aws=access(None)).text


def test_nothing_is_said_of_a_process_that_makes_no_calls(jobs: Jobs) -> None:
    assert "mock" not in jobs.script("print('end')", aws=access(None)).text


def test_the_names_are_those_of_sagemock_run() -> None:
    assert environment.URL_VARIABLE == URL_VARIABLE
    assert os.path.samefile(environment.AWS_INJECTED, INJECTED)
