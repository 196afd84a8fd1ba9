"""Whether clients that wait on `sagemock serve` slow another one.

    python benchmarks/bench_waiting.py

Forty threads of another process ask for a job that goes on for minutes, each again as soon as it
is answered; beside them one client lists models. The peer is the same client with nobody beside
it, in the same run and against the same server.
"""

from __future__ import annotations

import missing_packages

# isort: split
import json
import os
import re
import statistics
import subprocess
import sys
import time
import urllib.request
from typing import Any

import boto3

WAITING = 40
CALLS = 300
CREATE = {
    "TrainingJobName": "job",
    "RoleArn": "arn:aws:iam::123456789012:role/SageMaker",
    "AlgorithmSpecification": {
        "TrainingImage": "123456789012.dkr.ecr.us-east-1.amazonaws.com/mine:1",
        "TrainingInputMode": "File",
    },
    "OutputDataConfig": {"S3OutputPath": "s3://bench/output"},
    "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10},
    "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
}
CROWD = f"""
import sys, threading, time, boto3
def wait():
    client = boto3.session.Session().client("sagemaker", "us-east-1", endpoint_url=sys.argv[1])
    while True:
        client.describe_training_job(TrainingJobName="job")
        time.sleep(1)  # the shortest pause of a polling loop that anybody has
for _ in range({WAITING}):
    threading.Thread(target=wait, daemon=True).start()
print("ready", flush=True)
sys.stdin.read()
"""


def measure(client: Any) -> list[float]:
    """Milliseconds of each of many calls."""
    took = []
    for _ in range(CALLS):
        begun = time.perf_counter()
        client.list_models()
        took.append((time.perf_counter() - begun) * 1000)
    return sorted(took)


def show(label: str, took: list[float]) -> None:
    worst = took[int(len(took) * 0.99)]
    print(f"{label:24}{statistics.median(took):9.2f} ms{worst:9.2f} ms")


def main() -> None:
    missing_packages.require("flask", "waitress")
    os.environ |= {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    serve = [sys.executable, "-m", "sagemock", "serve", "--port", "0"]
    with subprocess.Popen(serve, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        match = re.search(r"http://\S+", server.stdout.readline())
        assert match is not None
        url = match[0]
        transition = {
            "model_name": "sagemaker::training-job",
            # Just below what a request waits, so that each waits its whole time.
            "transition": {"progression": "time", "seconds": 4.9},
        }
        urllib.request.urlopen(
            f"{url}/moto-api/state-manager/set-transition", json.dumps(transition).encode()
        ).close()
        client = boto3.client("sagemaker", "us-east-1", endpoint_url=url)
        measure(client)
        alone = measure(client)
        client.create_training_job(**CREATE)
        with subprocess.Popen(
            [sys.executable, "-c", CROWD, url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as crowd:
            assert crowd.stdout is not None
            crowd.stdout.readline()
            time.sleep(3)
            beside = measure(client)
            crowd.kill()
        server.terminate()
        server.stdout.read()
    print(f"{'':24}{'median':>12}{'99 of 100':>12}")
    show("alone", alone)
    show(f"beside {WAITING} that wait", beside)
    print(f"ratio of medians {statistics.median(beside) / statistics.median(alone):.2f}", end="; ")
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")


if __name__ == "__main__":
    main()
