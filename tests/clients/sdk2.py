"""The SageMaker Python SDK 2.x in process, where nothing may sleep, and on a server."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import numpy as np
import pytest

from sagemock import mock_sagemaker
from sagemock.config import Config
from sagemock.server import SageMockServer

pytest.importorskip("sagemaker.deserializers", reason="the SageMaker SDK 2.x is not installed")

import sagemaker as sdk

ROLE = "arn:aws:iam::123456789012:role/SageMaker"
ROWS = "".join(f"{x > 50:d},{x},{100 - x}\n" for x in range(100))


class QuickClock:
    """The SDK's `time`: sleeping only moves the clock on.

    The SDK sleeps for many seconds between its looks at a job, and asks how it is once in 30.
    """

    def __init__(self) -> None:
        self._slept = 0.0

    def time(self) -> float:
        return time.time() + self._slept

    def sleep(self, seconds: float) -> None:
        self._slept += seconds
        time.sleep(0.02)

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)


@pytest.fixture(params=["in process", "server"])
def session(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    if request.param == "server":
        request.getfixturevalue("server")
        monkeypatch.setattr(sdk.session, "time", QuickClock())
        yield sdk.Session(boto3.Session(region_name="us-east-1"), default_bucket="sdk-bucket")
        return
    request.getfixturevalue("no_sleep")
    with mock_sagemaker():
        yield sdk.Session(boto3.Session(region_name="us-east-1"), default_bucket="sdk-bucket")


@pytest.fixture(params=["in process", "on the server"], name="session")
def local_session(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Any]:
    """With jobs and endpoints that run code of the user, and rows in the bucket `studio`."""
    monkeypatch.chdir(tmp_path)
    if request.param == "in process":
        place: Any = mock_sagemaker(containers="local")
    else:
        place = SageMockServer(config=Config(training="background", containers="local"))
    with place as started:
        if isinstance(started, SageMockServer):
            monkeypatch.setenv("AWS_ENDPOINT_URL", started.url)
        s3 = boto3.client("s3", "us-east-1")
        s3.create_bucket(Bucket="studio")
        s3.put_object(Bucket="studio", Key="train/rows.csv", Body=ROWS)
        yield sdk.Session(boto3.Session(region_name="us-east-1"), default_bucket="studio")


def numbers(records: Any, name: str) -> np.ndarray:
    """A label of each record."""
    return np.array([record.label[name].float32_tensor.values[:] for record in records])


def metrics(session: Any, estimator: Any) -> dict[str, float]:
    described = session.sagemaker_client.describe_training_job(
        TrainingJobName=estimator.latest_training_job.name
    )
    return {each["MetricName"]: each["Value"] for each in described["FinalMetricDataList"]}
