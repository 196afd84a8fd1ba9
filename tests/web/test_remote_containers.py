"""Commands that are registered over HTTP."""

from __future__ import annotations

import sys
from functools import partial
from typing import Any

import boto3
import pytest
import requests
from tests.containers.endpoints import Endpoints

from sagemock.config import Config
from sagemock.containers import explain
from sagemock.server import SageMockServer


def post(url: str, control: str, **arguments: Any) -> requests.Response:
    return requests.post(f"{url}/moto-api/sagemock/{control}", json=arguments, timeout=30)


def reason() -> str:
    return explain("mine:1", {"TrainingJobName": "j"})


def test_commands_run_until_they_are_taken_back_or_the_server_ends() -> None:
    command = ["python", "train.py"]
    with SageMockServer(config=Config(training="background", containers="local")) as server:
        answer = post(server.url, "register-container", pattern="mine", train=command)
        assert "the registered command, python train.py, runs as a process" in reason()
        number = answer.json()["number"]
        for removed in (True, False):
            again = post(server.url, "unregister-container", number=number)
            assert again.json() == {"removed": removed}
        assert "nothing is registered" in reason()
        post(server.url, "register-container", pattern="m*", train=command, python=sys.executable)
        assert "the registered command" in reason()
    assert "nothing is registered" in reason()


SERVER = """
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

class Handler(BaseHTTPRequestHandler):
    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self): self.answer(b"")
    def do_POST(self): self.answer(self.rfile.read(int(self.headers["Content-Length"]))[::-1])
    def log_message(self, *_): ...

HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


def test_a_command_that_serves_endpoints() -> None:
    command = [sys.executable, "-c", SERVER, "{port}"]
    with SageMockServer(config=Config(training="background", containers="local")) as server:
        answer = post(server.url, "register-container", pattern="mine", serve=command)
        assert answer.status_code == 200, answer.text
        endpoints = Endpoints(partial(boto3.client, endpoint_url=server.url))
        described = endpoints.deploy()
        assert described["EndpointStatus"] == "InService", endpoints.lines()
        assert endpoints.invoke("abc") == b"cba"


def test_only_while_jobs_run_code() -> None:
    with SageMockServer() as server:
        answer = post(server.url, "register-container", pattern="mine", train=["true"])
        assert answer.status_code == 400
        assert "only while the option containers is 'local'" in answer.json()["error"]
        assert "nothing is registered" in reason()


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"pattern": "mine", "train": "python train.py"}, "train must be a list of strings"),
        ({"pattern": "mine", "train": ["python", 1]}, "train must be a list of strings"),
        ({"pattern": "mine", "train": []}, "a command as a list of arguments"),
        ({"pattern": "mine", "serve": []}, "serve must be a function, or a command as a list"),
        ({"pattern": "mine"}, "there is nothing to register"),
        ({"pattern": "", "train": ["true"]}, "pattern must be a shell pattern"),
        ({"pattern": "mine", "python": "no-such-python"}, "is not a program"),
    ],
)
def test_what_is_refused(arguments: dict[str, Any], text: str) -> None:
    with SageMockServer(config=Config(training="background", containers="local")) as server:
        answer = post(server.url, "register-container", **arguments)
        assert answer.status_code == 400
        assert text in answer.json()["error"]
