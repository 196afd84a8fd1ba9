"""What `fit()` adds to a script that does nothing, which runs as a process of this machine.

    python benchmarks/bench_script.py

The peer is the same command by hand, `python train.py`, in turn with it. The aim is at most 0.3
seconds more: the code is packed and uploaded, `/opt/ml` laid out, the process started, its log
followed and its model packed and uploaded. Then the same without the SageMaker SDK, whose `fit`
takes some of that. Besides the seconds that pass, it shows those of the processors, of this process
and those that it starts, which say more on a busy machine. Needs the dependency group `clients`.
"""

from __future__ import annotations

import missing_packages  # noqa: F401 - before those that may be missing

# isort: split
import contextlib
import io
import logging
import os
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import sagemaker.estimator

from sagemock import mock_sagemaker

ROUNDS = 11
AIM = 0.3
ROLE = "arn:aws:iam::123456789012:role/SageMaker"
REGION = "us-east-1"
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/mine:1"

os.environ |= {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": REGION,
}
logging.disable()


Took = tuple[float, float]
"""Seconds that passed, and seconds of processors."""


def measured(work: Callable[[], object]) -> Took:
    begun, before = time.perf_counter(), sum(os.times()[:4])
    with contextlib.redirect_stdout(io.StringIO()):
        work()
    return time.perf_counter() - begun, sum(os.times()[:4]) - before


def by_hand() -> None:
    subprocess.run([sys.executable, "train.py"], check=True)


def fit(session: Any) -> None:
    estimator = sagemaker.estimator.Estimator(
        IMAGE,
        ROLE,
        entry_point="train.py",
        instance_count=1,
        instance_type="ml.m5.large",
        output_path="s3://bench/output",
        sagemaker_session=session,
    )
    estimator.fit()


def create(client: Any, number: int) -> None:
    client.create_training_job(
        TrainingJobName=f"job-{number}",
        RoleArn=ROLE,
        AlgorithmSpecification={"TrainingImage": IMAGE, "TrainingInputMode": "File"},
        HyperParameters={
            "sagemaker_program": "train.py",
            "sagemaker_submit_directory": "s3://bench/sourcedir.tar.gz",
        },
        OutputDataConfig={"S3OutputPath": "s3://bench/output"},
        ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
        StoppingCondition={"MaxRuntimeInSeconds": 3600},
    )
    status = client.describe_training_job(TrainingJobName=f"job-{number}")["TrainingJobStatus"]
    assert status == "Completed", status


def put_code(s3: Any) -> None:
    s3.create_bucket(Bucket="bench")
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        tar.add("train.py")
    s3.put_object(Bucket="bench", Key="sourcedir.tar.gz", Body=archive.getvalue())


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        Path("train.py").write_text("")
        with mock_sagemaker(containers="local"):
            put_code(boto3.client("s3"))
            session = sagemaker.Session(boto3.Session(region_name=REGION), default_bucket="bench")
            client = boto3.client("sagemaker")
            took: dict[str, list[Took]] = {"by hand": [], "fit()": [], "CreateTrainingJob": []}
            for number in range(ROUNDS):
                took["by hand"].append(measured(by_hand))
                took["fit()"].append(measured(lambda: fit(session)))
                took["CreateTrainingJob"].append(measured(lambda n=number: create(client, n)))  # type: ignore[misc]
    passed, worked = (
        {name: statistics.median(each[which] for each in runs[1:]) for name, runs in took.items()}
        for which in (0, 1)
    )
    print(f"{'':20}{'passed':>10}{'more':>8}{'worked':>10}{'more':>8}")
    for name in took:
        more = [each[name] - each["by hand"] for each in (passed, worked)]
        print(f"{name:20}{passed[name]:10.3f}{more[0]:8.3f}{worked[name]:10.3f}{more[1]:8.3f}")
    added = passed["fit()"] - passed["by hand"]
    verdict = "within" if added <= AIM else "beyond"
    print(f"{verdict} the aim of {AIM} s; median of {ROUNDS - 1};", end=" ")
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")


if __name__ == "__main__":
    main()
