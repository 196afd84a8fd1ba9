"""What a test costs: a fresh session and client under the mock, against plain moto.

    python benchmarks/bench_fixture.py

Both in one run, taking turns, so that the ratio holds on a busy machine as well. Then the time in
which botocore parses a page of a hundred jobs, with its own reader of timestamps and with that of
sessions created under the mock; and what the plugin adds to pytest where no test uses it: whole
processes with and without it, taking turns.
"""

from __future__ import annotations

import missing_packages

# isort: split
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import botocore.utils
from botocore.parsers import JSONParser
from moto import mock_aws

from sagemock import mock_sagemaker
from sagemock.wire.sessions import parse_timestamp

ROUNDS = 30
PROCESSES = 15
WARM_UP = 3

os.environ |= {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
}


def one_test(mock: Callable[[], Any]) -> float:
    """Milliseconds of a test that makes a client of its own and calls it once."""
    begun = time.perf_counter()
    with mock():
        boto3.client("sagemaker").list_training_jobs()
    return (time.perf_counter() - begun) * 1000


def taking_turns(
    first: Callable[[], float], second: Callable[[], float], rounds: int
) -> tuple[list[float], list[float]]:
    pairs = [(first(), second()) for _ in range(rounds + WARM_UP)][WARM_UP:]
    return [one for one, _ in pairs], [other for _, other in pairs]


def page_parser(timestamp_parser: Callable[[Any], Any]) -> Callable[[], float]:
    """What parses a page of a hundred jobs, and returns the milliseconds that it took."""
    service = botocore.session.get_session().get_service_model("sagemaker")
    shape = service.operation_model("ListTrainingJobs").output_shape
    times = {"CreationTime": 1.7e9, "TrainingEndTime": 1.7e9 + 1, "LastModifiedTime": 1.7e9 + 2}
    job = {"TrainingJobName": "job", "TrainingJobStatus": "Completed", **times}
    body = json.dumps({"TrainingJobSummaries": [job] * 100}).encode()
    response = {"status_code": 200, "headers": {}, "body": body}
    parser = JSONParser(timestamp_parser=timestamp_parser)

    def parse() -> float:
        begun = time.perf_counter()
        parser.parse(response, shape)
        return (time.perf_counter() - begun) * 1000

    return parse


def empty_test(folder: str, *options: str) -> float:
    """Milliseconds of a pytest process with one empty test."""
    begun = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options, folder],
        check=True,
        capture_output=True,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        cwd=folder,
    )
    return (time.perf_counter() - begun) * 1000


def show(what: str, values: list[float]) -> float:
    median = statistics.median(values)
    print(f"{what:42} median {median:7.1f} ms   best {min(values):7.1f} ms")
    return median


def main() -> None:
    missing_packages.require("pytest")
    moto, ours = taking_turns(lambda: one_test(mock_aws), lambda: one_test(mock_sagemaker), ROUNDS)
    plain = show("fresh session and client, moto", moto)
    mine = show("fresh session and client, sagemock", ours)
    print(f"{'ratio':42} {plain / mine:.1f}\n")
    own, faster = taking_turns(
        page_parser(botocore.utils.parse_timestamp), page_parser(parse_timestamp), ROUNDS
    )
    plain = show("a page of 100 jobs parsed, botocore", own)
    mine = show("a page of 100 jobs parsed, sagemock", faster)
    print(f"{'ratio':42} {plain / mine:.1f}\n")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "test_nothing.py").write_text("def test_nothing():\n    pass\n")
        without, loaded = taking_turns(
            lambda: empty_test(folder),
            lambda: empty_test(folder, "-p", "sagemock.pytest_plugin"),
            PROCESSES,
        )
    bare = show("pytest without the plugin", without)
    unused = show("pytest with the plugin, unused", loaded)
    print(f"{'the plugin costs':42} median {unused - bare:7.1f} ms", end="   ")
    print(f"best {min(loaded) - min(without):7.1f} ms")
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")


if __name__ == "__main__":
    main()
