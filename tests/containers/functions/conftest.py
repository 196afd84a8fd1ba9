"""A bucket with data, and jobs of the image `mine`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

ROLE = "arn:aws:iam::123456789012:role/SageMaker"
IMAGE = "111122223333.dkr.ecr.us-east-1.amazonaws.com/mine:1"
FOLDER = "/opt/ml/processing"


@pytest.fixture
def train(sagemock: Any) -> Callable[..., dict[str, Any]]:
    """Creates a training job, and returns how it ended."""
    s3 = sagemock.client("s3")
    s3.create_bucket(Bucket="bucket")
    for name in ("one.csv", "deep/two.csv"):
        s3.put_object(Bucket="bucket", Key=f"data/{name}", Body=name.encode())

    def create(
        count: int = 1, distribution: str = "FullyReplicated", mode: str = "File", **changes: Any
    ) -> Any:
        source = {
            "S3DataType": "S3Prefix",
            "S3Uri": "s3://bucket/data/",
            "S3DataDistributionType": distribution,
        }
        resources = {"InstanceType": "ml.m5.large", "InstanceCount": count, "VolumeSizeInGB": 1}
        sagemock.client("sagemaker").create_training_job(
            TrainingJobName="j",
            RoleArn=ROLE,
            AlgorithmSpecification={
                "TrainingImage": IMAGE,
                "TrainingInputMode": mode,
                "MetricDefinitions": [{"Name": "accuracy", "Regex": "accuracy=([0-9.]+)"}],
            },
            InputDataConfig=[{"ChannelName": "train", "DataSource": {"S3DataSource": source}}],
            OutputDataConfig={"S3OutputPath": "s3://bucket/out"},
            ResourceConfig=resources,
            StoppingCondition={"MaxRuntimeInSeconds": 60},
            **changes,
        )
        return sagemock.training_job("j")

    return create


@pytest.fixture
def process(sagemock: Any) -> Callable[[], dict[str, Any]]:
    """Creates a processing job, and returns how it ended."""
    s3 = sagemock.client("s3")
    s3.create_bucket(Bucket="bucket")
    s3.put_object(Bucket="bucket", Key="raw/rows.csv", Body=b"1\n2\n")
    source = {
        "S3Uri": "s3://bucket/raw",
        "LocalPath": f"{FOLDER}/in",
        "S3DataType": "S3Prefix",
        "S3InputMode": "File",
    }
    target = {
        "S3Uri": "s3://bucket/clean",
        "LocalPath": f"{FOLDER}/out",
        "S3UploadMode": "EndOfJob",
    }

    def create() -> dict[str, Any]:
        sagemaker = sagemock.client("sagemaker")
        sagemaker.create_processing_job(
            ProcessingJobName="p",
            RoleArn=ROLE,
            AppSpecification={"ImageUri": IMAGE, "ContainerArguments": ["--rows", "2"]},
            ProcessingResources={
                "ClusterConfig": {
                    "InstanceCount": 1,
                    "InstanceType": "ml.m5.large",
                    "VolumeSizeInGB": 1,
                }
            },
            ProcessingInputs=[{"InputName": "raw", "S3Input": source}],
            ProcessingOutputConfig={"Outputs": [{"OutputName": "clean", "S3Output": target}]},
            Environment={"STAGE": "test"},
        )
        described: dict[str, Any] = sagemaker.describe_processing_job(ProcessingJobName="p")
        return described

    return create
