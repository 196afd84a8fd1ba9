"""Clients in a world of their own, and what most tests of the operations need."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from sagemock import mock_sagemaker

ACCOUNT = "123456789012"
REGION = "us-east-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/SageMaker"
IMAGE = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/mine:1"
LINEAR_LEARNER = f"382416733822.dkr.ecr.{REGION}.amazonaws.com/linear-learner:1"


def arn(kind: str, name: str) -> str:
    return f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:{kind}/{name}"


@pytest.fixture
def mocked() -> Iterator[None]:
    with mock_sagemaker():
        yield


@pytest.fixture
def sagemaker(mocked: None) -> Any:
    return boto3.client("sagemaker", REGION)


@pytest.fixture
def runtime(mocked: None) -> Any:
    return boto3.client("sagemaker-runtime", REGION)


@pytest.fixture
def s3(mocked: None) -> Any:
    return boto3.client("s3", REGION)


ErrorOf = Callable[..., tuple[str, str]]


@pytest.fixture
def error_of() -> ErrorOf:
    """Calls, and gives code and text of the error that must come."""

    def call(operation: Callable[..., Any], **request: Any) -> tuple[str, str]:
        with pytest.raises(ClientError) as caught:
            operation(**request)
        error = caught.value.response["Error"]
        return error["Code"], error["Message"]

    return call


def job(name: str = "j", **changes: Any) -> dict[str, Any]:
    """A request for a job of an image that nobody knows."""
    return {
        "TrainingJobName": name,
        "RoleArn": ROLE,
        "AlgorithmSpecification": {"TrainingImage": IMAGE, "TrainingInputMode": "File"},
        "OutputDataConfig": {"S3OutputPath": "s3://bucket/output"},
        "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
        "StoppingCondition": {"MaxRuntimeInSeconds": 60},
        **changes,
    }


def model(name: str = "m", **changes: Any) -> dict[str, Any]:
    return {
        "ModelName": name,
        "ExecutionRoleArn": ROLE,
        "PrimaryContainer": {"Image": IMAGE},
        **changes,
    }


def variant(name: str = "v", model_name: str = "m", **changes: Any) -> dict[str, Any]:
    return {
        "VariantName": name,
        "ModelName": model_name,
        "InitialInstanceCount": 1,
        "InstanceType": "ml.m5.large",
        **changes,
    }


def config(name: str = "c", *variants: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "EndpointConfigName": name,
        "ProductionVariants": list(variants) or [variant()],
        **changes,
    }


@pytest.fixture(scope="session")
def artifact() -> bytes:
    """A model of Linear Learner that says whether the first of two numbers is above 50."""
    with mock_sagemaker():
        s3 = boto3.client("s3", REGION)
        s3.create_bucket(Bucket="bucket")
        rows = "".join(f"{x > 50:d},{x},{100 - x}\n" for x in range(100))
        s3.put_object(Bucket="bucket", Key="train/rows.csv", Body=rows)
        client = boto3.client("sagemaker", REGION)
        source = {"S3DataType": "S3Prefix", "S3Uri": "s3://bucket/train/"}
        client.create_training_job(
            **job(
                AlgorithmSpecification={
                    "TrainingImage": LINEAR_LEARNER,
                    "TrainingInputMode": "File",
                },
                HyperParameters={"predictor_type": "binary_classifier", "mini_batch_size": "10"},
                InputDataConfig=[
                    {
                        "ChannelName": "train",
                        "ContentType": "text/csv",
                        "DataSource": {"S3DataSource": source},
                    }
                ],
            )
        )
        described = client.describe_training_job(TrainingJobName="j")
        key = described["ModelArtifacts"]["S3ModelArtifacts"].removeprefix("s3://bucket/")
        body: bytes = s3.get_object(Bucket="bucket", Key=key)["Body"].read()
        return body


@pytest.fixture
def linear_model(sagemaker: Any, s3: Any, artifact: bytes) -> str:
    """The name of a model of Linear Learner whose artifact is in S3."""
    s3.create_bucket(Bucket="bucket")
    s3.put_object(Bucket="bucket", Key="model.tar.gz", Body=artifact)
    container = {"Image": LINEAR_LEARNER, "ModelDataUrl": "s3://bucket/model.tar.gz"}
    sagemaker.create_model(**model("linear", PrimaryContainer=container))
    return "linear"


def tuning_job(
    name: str = "hunt",
    strategy: str = "Random",
    *,
    jobs: int | None = 4,
    parallel: int = 2,
    config: dict[str, Any] | None = None,
    definition: dict[str, Any] | None = None,
    **changes: Any,
) -> dict[str, Any]:
    """A request for a tuning job of the image that nobody knows, for the lowest `loss`."""
    limits = {"MaxParallelTrainingJobs": parallel}
    return {
        "HyperParameterTuningJobName": name,
        "HyperParameterTuningJobConfig": {
            "Strategy": strategy,
            "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "loss"},
            "ResourceLimits": limits | ({"MaxNumberOfTrainingJobs": jobs} if jobs else {}),
            "ParameterRanges": {
                "ContinuousParameterRanges": [{"Name": "x", "MinValue": "0", "MaxValue": "1"}]
            },
            **(config or {}),
        },
        "TrainingJobDefinition": training_definition(**(definition or {})),
        **changes,
    }


def training_definition(**changes: Any) -> dict[str, Any]:
    request = job()
    del request["TrainingJobName"]
    request["AlgorithmSpecification"]["MetricDefinitions"] = [
        {"Name": "loss", "Regex": "loss=(.*?);"}
    ]
    return {**request, **changes}
