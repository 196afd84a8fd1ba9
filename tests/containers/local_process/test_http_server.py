"""Commands that serve HTTP in the place of a container."""

from __future__ import annotations

import itertools
import json
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from tests.containers.endpoints import Endpoints

from sagemock.containers import explain, register
from sagemock.containers.local_process import http_server, limits
from sagemock.containers.local_process.fixed_port import FixedPort, PortHolder

pytestmark = pytest.mark.sagemock(containers="local")

SERVER = """
import json, os, sys, threading, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

together = threading.Barrier(3)

class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, body, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if self.path == "/execution-parameters":
            self.answer(200, b'{"MaxPayloadInMB": 3}')
        else:
            self.answer(int(os.environ.get("PING", "200")), b"")

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if body == b"exit":
            os._exit(5)
        if body == b"slow":
            time.sleep(3600)
        if body == b"meet":
            together.wait()
        if body == b"bad":
            return self.answer(422, b"that is bad")
        if body == b"model":
            return self.answer(200, open("/opt/ml/model/weights", "rb").read())
        print("asked for", self.path, flush=True)
        names = ("Content-Type", "Accept", "X-Amzn-SageMaker-Custom-Attributes")
        seen = [self.headers[name] for name in names] + [len(body), os.environ.get("STAGE")]
        self.answer(200, json.dumps(seen).encode(), Content_Type="text/x-mine",
                    X_Amzn_SageMaker_Custom_Attributes="answered")

    def log_message(self, *_): ...

print("listening", flush=True)
ThreadingHTTPServer(("127.0.0.1", int(PORT)), Handler).serve_forever()
"""
ARGUMENT = SERVER.replace("PORT)", "sys.argv[1])")
VARIABLE = SERVER.replace("PORT)", 'os.environ["SAGEMAKER_BIND_TO_PORT"])')
FIXED = SERVER.replace("PORT)", "8080)")


def command(code: str, *arguments: str) -> list[str]:
    return [sys.executable, "-c", code, *arguments]


@pytest.fixture
def endpoints(sagemock: Any) -> Endpoints:
    return Endpoints(sagemock.client)


@pytest.mark.parametrize("serve", [command(ARGUMENT, "{port}"), command(VARIABLE)])
def test_a_server_on_a_port_that_it_is_told(endpoints: Endpoints, serve: list[str]) -> None:
    register("mine", serve=serve)
    described = endpoints.deploy(files={"weights": "7"}, STAGE="test")
    assert described["EndpointStatus"] == "InService", endpoints.lines()
    answer = endpoints.runtime.invoke_endpoint(
        EndpointName="e", Body=b"abc", ContentType="text/csv", CustomAttributes="trace"
    )
    assert json.loads(answer["Body"].read()) == ["text/csv", None, "trace", 3, "test"]
    assert (answer["ContentType"], answer["CustomAttributes"]) == ("text/x-mine", "answered")
    assert endpoints.invoke("model") == b"7"
    lines = endpoints.lines()
    assert "listening" in lines
    assert "asked for /invocations" in lines
    error = endpoints.error("bad")
    assert (error["OriginalStatusCode"], error["OriginalMessage"]) == (422, "that is bad")


def test_a_server_answers_several_requests_at_the_same_time(endpoints: Endpoints) -> None:
    register("mine", serve=command(ARGUMENT, "{port}"))
    endpoints.deploy()
    with ThreadPoolExecutor(3) as threads:
        answers = list(threads.map(endpoints.invoke, ["meet"] * 3))
    assert [json.loads(answer)[3] for answer in answers] == [4, 4, 4]


def test_a_server_with_one_connection_at_a_time(endpoints: Endpoints) -> None:
    """It does not see a second connection as long as the first one is kept."""
    code = ARGUMENT.replace("ThreadingHTTPServer", "HTTPServer")
    register("mine", serve=command(code, "{port}"))
    endpoints.deploy()
    assert json.loads(endpoints.invoke("first"))[3] == 5
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(endpoints.invoke, ["a"] * 20))
    assert {json.loads(answer)[3] for answer in answers} == {1}


def test_a_server_that_ends_is_started_again(endpoints: Endpoints) -> None:
    register("mine", serve=command(ARGUMENT, "{port}"))
    endpoints.deploy()
    error = endpoints.error("exit")
    assert error["OriginalStatusCode"] == 0
    assert error["OriginalMessage"].startswith("Amazon SageMaker could not get a response from")
    assert json.loads(endpoints.invoke("a"))[3] == 1
    assert endpoints.lines().count("listening") == 2


def test_a_server_that_takes_too_long(
    endpoints: Endpoints, monkeypatch: pytest.MonkeyPatch
) -> None:
    register("mine", serve=command(ARGUMENT, "{port}"))
    endpoints.deploy()
    moments = itertools.count(0, 30)
    with monkeypatch.context() as patch:
        patch.setattr(limits, "monotonic", lambda: next(moments))
        error = endpoints.error("slow")
    assert error["OriginalStatusCode"] == 0
    assert "Your invocation timed out while waiting" in error["OriginalMessage"]
    assert json.loads(endpoints.invoke("a"))[3] == 1


@pytest.mark.parametrize(
    ("serve", "environment", "line"),
    [
        (["no-such-program", "{port}"], {}, "executable file not found"),
        (command("print('hello'); raise SystemExit(3)"), {}, "exited with status 3"),
        (command(ARGUMENT, "{port}"), {"PING": "503"}, "was not healthy in time"),
    ],
)
def test_a_server_that_is_not_healthy(
    endpoints: Endpoints,
    monkeypatch: pytest.MonkeyPatch,
    serve: list[str],
    environment: dict[str, str],
    line: str,
) -> None:
    # A tenth of a second for each look at the clock.
    moments = itertools.count(0, 1)
    monkeypatch.setattr(limits, "monotonic", lambda: next(moments))
    register("mine", serve=serve)
    described = endpoints.deploy(**environment)
    assert described["EndpointStatus"] == "Failed"
    assert "did not pass the ping health check" in described["FailureReason"]
    assert line in "\n".join(endpoints.lines())


class Holders(FixedPort):
    """Who has the port, without the lock of the machine."""

    def __init__(self) -> None:
        super().__init__()
        self.now: list[object] = []
        self.ever = 0

    def take(self, server: PortHolder) -> bool:
        self.now.append(server)
        self.ever += 1
        return True

    def give(self, server: PortHolder) -> None:
        self.now = [each for each in self.now if each is not server]


def test_a_server_that_cannot_start_leaves_the_port_to_others(
    endpoints: Endpoints, monkeypatch: pytest.MonkeyPatch
) -> None:
    holders = Holders()
    monkeypatch.setattr(http_server, "fixed_port", holders)
    register("mine", serve=command("raise SystemExit(3)"))
    assert endpoints.deploy()["EndpointStatus"] == "Failed"
    assert (holders.ever, holders.now) == (1, [])


@pytest.mark.parametrize("startup", [60, 360])
def test_the_time_that_its_variant_gives_a_server(
    endpoints: Endpoints, monkeypatch: pytest.MonkeyPatch, startup: int
) -> None:
    moments = itertools.count(0, 30)
    monkeypatch.setattr(limits, "monotonic", lambda: next(moments))
    register("mine", serve=command(ARGUMENT, "{port}"))
    assert endpoints.deploy(startup=startup, PING="503")["EndpointStatus"] == "Failed"
    assert "was not healthy in time" in "\n".join(endpoints.lines())
    assert next(moments) == startup + 30


def port_is_free() -> bool:
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", 8080)) != 0


@pytest.mark.skipif(not port_is_free(), reason="port 8080 is taken")
def test_servers_on_port_8080_run_one_at_a_time(endpoints: Endpoints) -> None:
    register("mine", serve=command(FIXED))
    for name in ("one", "two"):
        described = endpoints.deploy(name, STAGE=name)
        assert described["EndpointStatus"] == "InService", endpoints.lines(name)
    for name in ("one", "two", "two", "one"):
        assert json.loads(endpoints.invoke("", name))[4] == name
    lines = endpoints.lines("one")
    assert any("listens on port 8080, not on {port}" in line for line in lines)
    assert any("has ended, as another one needs port 8080" in line for line in lines)
    # One that is told its port is not concerned.
    register("other", serve=command(VARIABLE))
    endpoints.deploy("three", image="other:1", STAGE="three")
    assert json.loads(endpoints.invoke("", "three"))[4] == "three"
    for name in ("one", "two", "three"):
        endpoints.sagemaker.delete_endpoint(EndpointName=name)
    assert port_is_free()


def test_execution_parameters(tmp_path: Path) -> None:
    from sagemock.containers.base import ModelData
    from sagemock.containers.local_process.serving import LocalServing

    serving = LocalServing(command=tuple(command(ARGUMENT, "{port}")))
    predictor = serving.load(ModelData(), document={}, environment={}, log=lambda _: None)
    try:
        assert predictor.execution_parameters() == {"MaxPayloadInMB": 3}
    finally:
        predictor.close()


@pytest.mark.sagemock(containers="built-in")
def test_a_command_runs_only_if_that_is_allowed(endpoints: Endpoints) -> None:
    with register("mine", serve=["serve", "{port}"]):
        assert (
            explain("mine:1")
            .splitlines()[2]
            .startswith("serving: the registered command, serve {port}, runs only with the option")
        )
        endpoints.deploy()
        assert endpoints.invoke() == b"body"
