"""What version 2 of the SageMaker SDK waits for: `fit`, `deploy`, `predict`, `delete_endpoint`.

    python benchmarks/bench_sdk.py

Under moto alone, whose jobs are answered and not trained, and under sagemock, which trains,
serves and predicts; in one run, with every second counted that the SDK or boto3 slept through.
Then the waiters of boto3, for a job that trains and an endpoint that comes at the second look:
moto's are there at once, so the peer is the same mock with `waiting="real"`, and the delays of
the waiters cut from 120 and 30 seconds to 5. Needs the dependency group `clients`, and
most of a minute.
"""

from __future__ import annotations

import missing_packages  # noqa: F401 - before those that may be missing

# isort: split
import contextlib
import io
import logging
import os
import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import boto3
import sagemaker.estimator
from moto import mock_aws
from moto.moto_api import state_manager

from sagemock import mock_sagemaker

ROUNDS = 5
ROLE = "arn:aws:iam::123456789012:role/SageMaker"
REGION = "us-east-1"
ENDPOINT = "sagemaker::endpoint"
DELAY = {"Delay": 5}
CHANNEL = {
    "ChannelName": "train",
    "ContentType": "text/csv",
    "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://bench/train/"}},
}
IMAGE = sagemaker.image_uris.retrieve("linear-learner", REGION)

os.environ |= {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": REGION,
}
logging.disable()


class Slept:
    """The seconds that anybody has slept."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._sleep = time.sleep
        time.sleep = self._counted

    def _counted(self, seconds: float) -> None:
        begun = time.perf_counter()
        self._sleep(seconds)
        self.seconds += time.perf_counter() - begun


slept = Slept()


@contextlib.contextmanager
def measured(label: str, into: dict[str, tuple[float, float]]) -> Iterator[None]:
    """Seconds of a step, and those of them that were slept through."""
    begun, before = time.perf_counter(), slept.seconds
    with contextlib.redirect_stdout(io.StringIO()):
        yield
    into[label] = (time.perf_counter() - begun, slept.seconds - before)


def put_rows() -> None:
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="bench")
    rows = "".join(f"{x > 50:d},{x},{100 - x}\n" for x in range(100))
    s3.put_object(Bucket="bench", Key="train/rows.csv", Body=rows)


def sdk_story(mock: Callable[[], Any]) -> dict[str, tuple[float, float]]:
    """Seconds of each step, and those slept through."""
    took: dict[str, tuple[float, float]] = {}
    with mock():
        put_rows()
        # moto has no policy simulator, which the SDK would ask about the role.
        session = sagemaker.Session(boto3.Session(region_name=REGION), default_bucket="bench")
        estimator = sagemaker.estimator.Estimator(
            IMAGE,
            ROLE,
            instance_count=1,
            instance_type="ml.c4.xlarge",
            output_path="s3://bench/output",
            sagemaker_session=session,
        )
        estimator.set_hyperparameters(predictor_type="binary_classifier", mini_batch_size=10)
        channel = sagemaker.inputs.TrainingInput("s3://bench/train/", content_type="text/csv")
        with measured("fit", took):
            estimator.fit({"train": channel})
        with measured("deploy", took):
            predictor = estimator.deploy(1, "ml.m5.large")
        with measured("predict", took):
            predictor.predict(b"90,10", initial_args={"ContentType": "text/csv"})
        with measured("delete_endpoint", took):
            predictor.delete_endpoint()
    return took


def waiters(mock: Callable[[], Any]) -> dict[str, tuple[float, float]]:
    """Seconds of two waiters of boto3 over a job and an endpoint that were just asked for."""
    took: dict[str, tuple[float, float]] = {}
    with mock():
        state_manager.set_transition(ENDPOINT, {"progression": "manual", "times": 2})
        put_rows()
        client = boto3.client("sagemaker")
        client.create_training_job(
            TrainingJobName="job",
            RoleArn=ROLE,
            AlgorithmSpecification={"TrainingImage": IMAGE, "TrainingInputMode": "File"},
            HyperParameters={"predictor_type": "binary_classifier", "mini_batch_size": "10"},
            InputDataConfig=[CHANNEL],
            OutputDataConfig={"S3OutputPath": "s3://bench/output"},
            ResourceConfig={
                "InstanceType": "ml.m5.large",
                "InstanceCount": 1,
                "VolumeSizeInGB": 10,
            },
            StoppingCondition={"MaxRuntimeInSeconds": 3600},
        )
        with measured("training_job_completed_or_stopped", took):
            client.get_waiter("training_job_completed_or_stopped").wait(
                TrainingJobName="job", WaiterConfig=DELAY
            )
        artifact = client.describe_training_job(TrainingJobName="job")["ModelArtifacts"]
        container = {"Image": IMAGE, "ModelDataUrl": artifact["S3ModelArtifacts"]}
        client.create_model(ModelName="m", ExecutionRoleArn=ROLE, PrimaryContainer=container)
        variant = {
            "VariantName": "v",
            "ModelName": "m",
            "InitialInstanceCount": 1,
            "InstanceType": "ml.m5.large",
        }
        client.create_endpoint_config(EndpointConfigName="c", ProductionVariants=[variant])
        client.create_endpoint(EndpointName="e", EndpointConfigName="c")
        with measured("endpoint_in_service", took):
            client.get_waiter("endpoint_in_service").wait(EndpointName="e", WaiterConfig=DELAY)
        state_manager.unset_transition(ENDPOINT)
    return took


def median(runs: list[dict[str, tuple[float, float]]]) -> dict[str, tuple[float, float]]:
    return {
        step: (
            statistics.median(run[step][0] for run in runs),
            statistics.median(run[step][1] for run in runs),
        )
        for step in runs[0]
    }


def show(
    peer: str, plain: dict[str, tuple[float, float]], ours: dict[str, tuple[float, float]]
) -> None:
    print(f"{'':36}{peer:>16}{'slept':>9}{'sagemock':>12}{'slept':>9}{'ratio':>8}")
    rows = [(step, plain[step], ours[step]) for step in plain]
    total = [tuple(map(sum, zip(*calls.values(), strict=True))) for calls in (plain, ours)]
    for step, theirs, mine in [*rows, ("all", *total)]:
        print(
            f"{step:36}{theirs[0]:15.2f}s{theirs[1]:8.2f}s"
            f"{mine[0]:11.3f}s{mine[1]:8.3f}s{theirs[0] / mine[0]:8.0f}"
        )


def main() -> None:
    # Jobs that train beside the caller, so that there is something to wait for.
    instant, real = (
        partial(mock_sagemaker, training="background", waiting=waiting)
        for waiting in ("instant", "real")
    )
    for story, mock, peer, name in (
        (sdk_story, mock_sagemaker, mock_aws, "moto"),
        (waiters, instant, real, "real waiting"),
    ):
        story(mock)  # what is loaded once
        ours = median([story(mock) for _ in range(ROUNDS)])
        show(name, story(peer), ours)
        print()
    print(f"sagemock: median of {ROUNDS}, the other: once;", end=" ")
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")


if __name__ == "__main__":
    main()
