"""One writer and eight readers on the server: how long do readers wait, and what do they see?

    python benchmarks/bench_search_server.py [100000]

The server holds so many jobs. Each reader is a process of its own that searches over HTTP, first
alone with the other readers, then beside a writer, which sets two tags of a job to the same new
value with every call, and last beside a single write that holds the table all the time. A
reader that ever finds a job whose two tags differ has seen half of a write. A reader that
waited for writes would be slower by them beside the writer, and would not be answered at all
beside the write that lasts. Times are wall-clock, and say little on a busy machine but by their
ratio.
"""

from __future__ import annotations

import missing_packages

# isort: split
import http.client
import json
import multiprocessing
import os
import sys
import time
from collections.abc import Callable
from typing import Any, NamedTuple

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

READERS = 8
SECONDS = 5.0
STATES = 3
ACCOUNT, REGION = "123456789012", "us-east-1"


class Seen(NamedTuple):
    """Seconds of each call, and how often something was seen by halves."""

    times: list[float]
    torn: int


def caller(port: int) -> Callable[[str, dict[str, Any]], tuple[float, Any]]:
    """Calls an operation; gives the seconds that it took, and the answer."""
    headers = {
        "Content-Type": "application/x-amz-json-1.1",
        "Authorization": f"AWS4-HMAC-SHA256 Credential=k/20260101/{REGION}/sagemaker/aws4_request, "
        "SignedHeaders=host, Signature=s",
    }

    def call(operation: str, request: dict[str, Any]) -> tuple[float, Any]:
        start = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", port)
        target = {**headers, "X-Amz-Target": f"SageMaker.{operation}"}
        connection.request("POST", "/", json.dumps(request), target)
        response = connection.getresponse()
        body = response.read()
        connection.close()
        if response.status != 200:
            raise RuntimeError(body)
        return time.perf_counter() - start, json.loads(body)

    return call


def unequal(state: int) -> dict[str, Any]:
    """A search for the jobs whose first tag says `state`, and whose second does not."""
    return {
        "Resource": "TrainingJob",
        "SearchExpression": {
            "Filters": [
                {"Name": "Tags.First", "Operator": "Equals", "Value": str(state)},
                {"Name": "Tags.Second", "Operator": "NotEquals", "Value": str(state)},
            ]
        },
        "MaxResults": 10,
    }


def read(port: int, number: int, until: float) -> Seen:
    call = caller(port)
    times, torn = [], 0
    while time.time() < until:
        seconds, answer = call("Search", unequal(number % STATES))
        times.append(seconds)
        torn += answer["TotalHits"]["Value"]
        number += 1
    return Seen(times, torn)


def write(port: int, arns: list[str], until: float) -> Seen:
    call = caller(port)
    times: list[float] = []
    while time.time() < until:
        state = str(len(times) % STATES)
        tags = [{"Key": key, "Value": state} for key in ("First", "Second")]
        arn = arns[len(times) * 7919 % len(arns)]
        times.append(call("AddTags", {"ResourceArn": arn, "Tags": tags})[0])
    return Seen(times, 0)


def report(name: str, seen: list[Seen]) -> None:
    times = sorted(each * 1000 for one in seen for each in one.times)
    at = [times[int(part * (len(times) - 1))] for part in (0.5, 0.99, 1.0)]
    print(
        f"{name:26}{len(times):7,} calls, ms: median {at[0]:7.2f}, 99 % {at[1]:7.2f}, "
        f"longest {at[2]:7.2f}; seen by halves: {sum(one.torn for one in seen)}"
    )


def main() -> None:
    missing_packages.require("flask", "waitress")
    from sagemock.moto_adapter.backend import world_of
    from sagemock.server import SageMockServer
    from synthetic_jobs import jobs

    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with SageMockServer() as server, multiprocessing.get_context("spawn").Pool(READERS + 1) as pool:
        port = int(server.url.rsplit(":", 1)[1])
        table = world_of(ACCOUNT, REGION).training_jobs
        arns = []
        for job in jobs(count):
            tags = [{"Key": key, "Value": "0"} for key in ("First", "Second")]
            table.insert({**job, "Tags": [*job["Tags"], *tags]})
            arns.append(job["TrainingJobArn"])
        read(port, 0, time.time() + 0.5)  # The first search builds the columns.
        print(f"{count:,} jobs, {READERS} readers, load {os.getloadavg()[0]:.1f}")
        until = time.time() + SECONDS
        report("readers alone", pool.starmap(read, [(port, n, until) for n in range(READERS)]))
        until = time.time() + SECONDS
        writer = pool.apply_async(write, (port, arns, until))
        readers = pool.starmap_async(read, [(port, n, until) for n in range(READERS)])
        beside = readers.get()
        report("readers beside a writer", beside)
        report("the writer", [writer.get()])
        until = time.time() + SECONDS
        with table.lock:
            lasting = pool.starmap(read, [(port, n, until) for n in range(READERS)])
        report("readers beside one write", lasting)
        start = time.perf_counter()
        for _ in range(1000):
            table.update(arns[0].rsplit("/", 1)[1], {"Stage": "x"})
        # Of a thousand writes, a millisecond is a microsecond each.
        print(f"a write holds the table for {(time.perf_counter() - start) * 1000:.1f} us")


if __name__ == "__main__":
    main()
