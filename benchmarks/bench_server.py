"""The HTTP server against werkzeug's, which moto's own server is, with one application behind.

    python benchmarks/bench_server.py

ListTrainingJobs over loopback: a new connection for each call, one that is kept open, boto3, and
eight clients at once. Each server is a process of its own; they take turns.
"""

from __future__ import annotations

import missing_packages

# isort: split
import http.client
import os
import socket
import statistics
import subprocess
import sys
import threading
import time

import boto3

CALLS = 400
CLIENTS = 8
ROUNDS = 2
HEADERS = {
    "X-Amz-Target": "SageMaker.ListTrainingJobs",
    "Content-Type": "application/x-amz-json-1.1",
    "Authorization": "AWS4-HMAC-SHA256 Credential=t/20260101/us-east-1/sagemaker/aws4_request, "
    "SignedHeaders=host, Signature=x",
}

os.environ |= {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
}


def serve(kind: str) -> None:
    """Serve until killed; prints the port."""
    from werkzeug.serving import make_server

    from sagemock.config import Config
    from sagemock.moto_adapter.patch import moto_patch
    from sagemock.web import control_api, http_server, wsgi

    moto_patch.switch_on(object(), Config(training="background"), moto_api=control_api.PATHS)
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    if kind == "waitress":
        wsgi.make_server(
            listener,
            max_body=http_server.MAX_BODY,
            keep_alive=True,
            allowed_hosts=(),
            allowed_origins=(),
        ).serve()
    else:
        from moto.moto_server.werkzeug_app import MotoRequestHandler

        class Quiet(MotoRequestHandler):  # type: ignore[misc]
            def log(self, *_: object) -> None:
                pass

        application = wsgi.Application(wsgi.create_app)
        make_server(
            *("127.0.0.1", 0, application),
            threaded=True,
            request_handler=Quiet,
            fd=listener.fileno(),
        ).serve_forever()


def calls(port: int, count: int, *, keep: bool) -> list[float]:
    """Microseconds of each call."""
    took = []
    line: http.client.HTTPConnection | None = None
    for _ in range(count):
        begun = time.perf_counter()
        if line is None or not keep:
            line = http.client.HTTPConnection("127.0.0.1", port)
        line.request("POST", "/", b"{}", HEADERS)
        answer = line.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(answer.status)
        took.append((time.perf_counter() - begun) * 1e6)
    return took


def with_boto3(port: int) -> float:
    client = boto3.client("sagemaker", endpoint_url=f"http://127.0.0.1:{port}")
    took = []
    for _ in range(CALLS):
        begun = time.perf_counter()
        client.list_training_jobs()
        took.append((time.perf_counter() - begun) * 1e6)
    return statistics.median(took)


def many_at_once(port: int, *, keep: bool) -> float:
    """Requests a second."""
    threads = [
        threading.Thread(target=calls, args=(port, CALLS // 2), kwargs={"keep": keep})
        for _ in range(CLIENTS)
    ]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return CLIENTS * (CALLS // 2) / (time.perf_counter() - begun)


def measure(kind: str) -> None:
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", __file__, kind], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        calls(port, CALLS // 4, keep=False)
        new = statistics.median(calls(port, CALLS, keep=False))
        kept = statistics.median(calls(port, CALLS, keep=True))
        boto = with_boto3(port)
        rate = many_at_once(port, keep=kind == "waitress")
    finally:
        process.kill()
        process.wait()
    print(f"{kind:10} new {new:6.0f} us   kept {kept:6.0f} us   boto3 {boto:6.0f} us", end="   ")
    print(f"{CLIENTS} clients {rate:5.0f} requests/s")


def main() -> None:
    missing_packages.require("flask", "waitress")
    for kind in ("werkzeug", "waitress") * ROUNDS:
        measure(kind)
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        serve(sys.argv[1])
    else:
        main()
