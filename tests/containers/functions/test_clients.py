"""Clients of AWS in functions: they reach the mock or server of their job."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from tests.containers.functions.conftest import IMAGE, ROLE

from sagemock import mock_sagemaker
from sagemock.config import Config
from sagemock.containers import ProcessingFunctionJob, TrainingFunctionJob, register
from sagemock.server import SageMockServer

WHO = "import boto3; print(boto3.client('sts').get_caller_identity()['Arn'])"


@pytest.fixture(params=["in process", "on the server"])
def client(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Makes clients; the environment names neither credentials nor an endpoint."""
    for name in [each for each in os.environ if each.startswith("AWS_")]:
        monkeypatch.delenv(name)
    if request.param == "in process":
        place: Any = mock_sagemaker(training="background", max_workers=1)
    else:
        place = SageMockServer(config=Config(training="background", max_workers=1))
    with place as started:
        options = {"region_name": "us-east-1"}
        if isinstance(started, SageMockServer):
            options |= {
                "endpoint_url": started.url,
                "aws_access_key_id": "test",
                "aws_secret_access_key": "test",
            }
        yield lambda service: boto3.client(service, **options)  # type: ignore[call-overload]


def training_job(name: str) -> dict[str, Any]:
    return {
        "TrainingJobName": name,
        "RoleArn": ROLE,
        "AlgorithmSpecification": {"TrainingImage": IMAGE, "TrainingInputMode": "File"},
        "OutputDataConfig": {"S3OutputPath": "s3://bucket/out"},
        "ResourceConfig": {
            "InstanceType": "ml.m5.large",
            "InstanceCount": 1,
            "VolumeSizeInGB": 1,
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": 60},
    }


def ended(sagemaker: Any, name: str) -> Any:
    waiter = sagemaker.get_waiter("training_job_completed_or_stopped")
    waiter.wait(TrainingJobName=name, WaiterConfig={"Delay": 0.01, "MaxAttempts": 6000})
    return sagemaker.describe_training_job(TrainingJobName=name)


def test_a_function_writes_to_s3_and_waits_for_another_job(client: Any) -> None:
    client("s3").create_bucket(Bucket="bucket")

    def train(job: TrainingFunctionJob) -> None:
        if job.name == "inner":
            return
        job.client("s3").put_object(Bucket="bucket", Key="theirs", Body=b"1")
        sagemaker = job.client("sagemaker")
        sagemaker.create_training_job(**training_job("inner"))
        job.log(ended(sagemaker, "inner")["TrainingJobStatus"])
        job.log(job.client("sts").get_caller_identity()["Arn"])

    register("mine", train=train)
    client("sagemaker").create_training_job(**training_job("outer"))
    job = ended(client("sagemaker"), "outer")
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    assert client("s3").get_object(Bucket="bucket", Key="theirs")["Body"].read() == b"1"
    events = client("logs").filter_log_events(logGroupName="/aws/sagemaker/TrainingJobs")["events"]
    assert [each["message"] for each in events] == [
        "Completed",
        "arn:aws:sts::123456789012:assumed-role/SageMaker/outer",
    ]


@pytest.mark.parametrize("client", ["on the server"], indirect=True)
def test_a_process_of_a_function_reaches_the_server(client: Any) -> None:
    answers = []

    def process(job: ProcessingFunctionJob) -> None:
        command = [sys.executable, "-c", WHO]
        environment = {**os.environ, **job.environment}
        answers.append(subprocess.check_output(command, env=environment, text=True))

    register("mine", process=process)
    sagemaker = client("sagemaker")
    resources = {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 1}
    sagemaker.create_processing_job(
        ProcessingJobName="p",
        RoleArn=ROLE,
        AppSpecification={"ImageUri": IMAGE},
        ProcessingResources={"ClusterConfig": resources},
    )
    sagemaker.get_waiter("processing_job_completed_or_stopped").wait(
        ProcessingJobName="p", WaiterConfig={"Delay": 0.01, "MaxAttempts": 6000}
    )
    assert answers == ["arn:aws:sts::123456789012:assumed-role/SageMaker/p\n"]
