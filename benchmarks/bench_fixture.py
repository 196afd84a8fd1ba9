"""What a test costs: a fresh session and client under the mock, against plain moto.

    python benchmarks/bench_fixture.py

Both in one run, taking turns, so that the ratio holds on a busy machine as well. Then what the
plugin adds to pytest where no test uses it: whole processes with and without it, taking turns.
"""

from __future__ import annotations

import missing_packages

# isort: split
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
from moto import mock_aws

from sagemock import mock_sagemaker

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
