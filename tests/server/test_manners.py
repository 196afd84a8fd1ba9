"""The server's manners: connections, health, log, limits, many clients, a graceful stop."""

from __future__ import annotations

import gc
import http.client
import json
import re
import signal
import socket
import subprocess
import sys
import urllib.request
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import boto3
import moto
import pytest

from sagemock.server import SageMockServer

LIST_MODELS = {"X-Amz-Target": "SageMaker.ListModels", "Content-Type": "application/json"}


@pytest.fixture(scope="module")
def server() -> Iterator[SageMockServer]:
    with SageMockServer(max_body=1024**2) as server:
        yield server


def address(server: SageMockServer) -> tuple[str, int]:
    host, port = server.url.removeprefix("http://").split(":")
    return host, int(port)


def client(server: SageMockServer, service: str) -> Any:
    return boto3.client(service, endpoint_url=server.url)


@pytest.mark.parametrize("keep_alive", [True, False])
def test_a_connection_is_kept_open(keep_alive: bool) -> None:
    with SageMockServer(keep_alive=keep_alive) as server:
        line = http.client.HTTPConnection(*address(server), timeout=10)
        used = set()
        for _ in range(5):
            line.request("POST", "/", b"{}", LIST_MODELS)
            used.add(line.sock.getsockname())
            answer = line.getresponse()
            assert (answer.status, json.loads(answer.read())) == (200, {"Models": []})
            assert (line.sock is not None) == keep_alive
        assert len(used) == (1 if keep_alive else 5)
        line.close()


def test_idle_connections_keep_nobody_out(server: SageMockServer) -> None:
    idle = [socket.create_connection(address(server)) for _ in range(64)]
    try:
        assert client(server, "sagemaker").list_models()["Models"] == []
    finally:
        for each in idle:
            each.close()


@pytest.mark.full
def test_slow_clients_without_number_leave_files_to_others() -> None:
    resource = pytest.importorskip("resource", reason="this system limits no files")
    process = subprocess.Popen(
        [sys.executable, "-m", "sagemock", "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64)),
    )
    assert process.stdout is not None
    url = process.stdout.readline().split()[-1]
    host, port = url.removeprefix("http://").split(":")
    slow = [socket.create_connection((host, int(port)), timeout=10) for _ in range(90)]
    for each in slow:
        each.sendall(b"POST / HTTP/1.1\r\nX-Slow: ")
    assert process.stderr is not None
    assert "reached the connection limit" in process.stderr.readline()
    for each in slow:
        each.close()
    with urllib.request.urlopen(f"{url}/sagemock/health", timeout=20) as answer:
        assert answer.status == 200
    process.send_signal(signal.SIGINT)
    _, output = process.communicate(timeout=30)
    # At most a line for each that came; a server that does nothing but tell of it writes thousands.
    assert len(output.splitlines()) <= len(slow)


def test_an_answer_that_nobody_reads_leaves_no_file_open() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with SageMockServer(keep_alive=True) as server:
            s3 = boto3.client("s3", endpoint_url=server.url)
            s3.create_bucket(Bucket="data")
            s3.put_object(Bucket="data", Key="large", Body=bytes(20_000_000))
            url = urlsplit(
                s3.generate_presigned_url("get_object", Params={"Bucket": "data", "Key": "large"})
            )
            s3.close()
            line = socket.create_connection((url.hostname, url.port))
            line.sendall(f"GET {url.path}?{url.query} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            assert line.recv(12) == b"HTTP/1.1 200"
        del server
        gc.collect()
        line.close()
    assert [str(each.message) for each in caught if each.category is ResourceWarning] == []


def test_health(server: SageMockServer) -> None:
    with urllib.request.urlopen(f"{server.url}/sagemock/health", timeout=10) as answer:
        health = json.loads(answer.read())
    assert (health["status"], health["under_way"]) == ("ok", {})


def test_a_request_that_is_too_large_is_refused(server: SageMockServer) -> None:
    line = http.client.HTTPConnection(*address(server), timeout=10)
    line.putrequest("POST", "/")
    line.putheader("Content-Length", str(1024**2 + 1))
    line.endheaders()
    assert line.getresponse().status == 413
    line.close()
    assert client(server, "sagemaker").list_models()["Models"] == []


JUNK = [
    b"\x00\xff\r\n\r\n",
    b"GET\r\n\r\n",
    b"GET http://[::1 HTTP/1.1\r\n\r\n",
    b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    b"POST / HTTP/1.1\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    b"GET / HTTP/1.1\r\nX: a\nY: b\r\n\r\n",
    b"GET / HTTP/1.1\r\nX: a\0b\r\n\r\n",
]


@pytest.mark.parametrize("junk", JUNK)
def test_what_is_not_http_is_refused(server: SageMockServer, junk: bytes) -> None:
    with socket.create_connection(address(server), timeout=10) as line:
        line.sendall(junk)
        assert re.match(rb"HTTP/1\.\d 4\d\d ", line.recv(100))


@pytest.mark.parametrize("key", ["a b/ü", "a%2Fb", "a+b", "//x", "?q=1&r", "a/../b"])
def test_keys_arrive_as_they_are(server: SageMockServer, key: str) -> None:
    s3 = client(server, "s3")
    s3.create_bucket(Bucket="keys")
    s3.put_object(Bucket="keys", Key=key, Body=b"body")
    (listed,) = s3.list_objects_v2(Bucket="keys")["Contents"]
    assert listed["Key"] == key
    assert s3.get_object(Bucket="keys", Key=key)["Body"].read() == b"body"
    server.reset()


@pytest.mark.skipif(moto.__version__ == "5.2.4", reason="moto 5.2.4 writes dashes for underscores")
def test_metadata_keeps_its_names(server: SageMockServer) -> None:
    s3 = client(server, "s3")
    s3.create_bucket(Bucket="metadata")
    metadata = {"my_key": "1", "my-other": "2"}
    s3.put_object(Bucket="metadata", Key="k", Metadata=metadata)
    assert s3.head_object(Bucket="metadata", Key="k")["Metadata"] == metadata
    server.reset()


def test_no_header_stands_in_for_another(server: SageMockServer) -> None:
    line = http.client.HTTPConnection(*address(server), timeout=10)
    line.request("POST", "/", b"{}", {"X_Amz_Target": "SageMaker.ListModels"})
    assert b"Models" not in line.getresponse().read()
    line.close()


@contextmanager
def clients(url: str) -> Iterator[Any]:
    """Makes clients, and closes them: this server keeps their connections."""
    opened: list[Any] = []

    def make(service: str) -> Any:
        opened.append(boto3.client(service, endpoint_url=url))
        return opened[-1]

    yield make
    for each in opened:
        each.close()


def train(url: str, make_studio: Any, epochs: int) -> None:
    """Let a job `j` train."""
    with clients(url) as make:
        studio = make_studio(make)
        hyperparameters = {
            "predictor_type": "binary_classifier",
            "mini_batch_size": "10",
            "epochs": str(epochs),
            "early_stopping_patience": "1000000",
        }
        studio.create_job("j", HyperParameters=hyperparameters)
        while studio.job("j")["SecondaryStatus"] != "Training":
            assert studio.job("j")["TrainingJobStatus"] == "InProgress"


def test_one_line_a_request(serving: Any) -> None:
    with serving("--log-level", "info") as (process, url, _):
        with clients(url) as make:
            make("sagemaker").list_models()
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=30)
    (line,) = [line for line in err.splitlines() if "ListModels" in line]
    assert re.fullmatch(r"\S+ \S+ INFO POST / SageMaker\.ListModels 200 \d+\.\d ms", line)


@pytest.mark.full
def test_it_lets_jobs_end(serving: Any, make_studio: Any) -> None:
    with serving("--stop-timeout", "60", "--wait", "0") as (process, url, _):
        train(url, make_studio, 150)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=90)
    assert "Waiting for jobs to end: j (Ctrl-C stops them)" in out
    assert "Stopped jobs" not in out
    assert (process.returncode, err) == (0, "")


@pytest.mark.full
@pytest.mark.parametrize("seconds", ["0", "60"])
def test_it_stops_jobs_and_says_which(serving: Any, make_studio: Any, seconds: str) -> None:
    with serving("--stop-timeout", seconds, "--wait", "0") as (process, url, _):
        train(url, make_studio, 1_000_000)
        process.send_signal(signal.SIGTERM)
        if seconds == "60":
            assert process.stdout is not None
            while "Waiting for" not in process.stdout.readline():
                pass
            process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert "Stopped jobs: j\nsagemock has stopped.\n" in out
    assert (process.returncode, err) == (0, "")


@pytest.mark.parametrize(
    "option", ["--log-level=loud", "--stop-timeout=-1", "--stop-timeout=inf", "--max-body=0"]
)
def test_bad_options_are_refused(option: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sagemock", "serve", option],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
