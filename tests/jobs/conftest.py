"""S3 in a dict, and jobs through boto3."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import IO, Any

import pytest

from sagemock.accounts.services import ObjectNotFound
from sagemock.formats.content import Content, in_memory

IMAGE = "382416733822.dkr.ecr.us-east-1.amazonaws.com/linear-learner:1"
ROLE = "arn:aws:iam::123456789012:role/SageMaker"


class Storage(dict[tuple[str, str], bytes]):
    """`services.ObjectStorage` that counts what is read."""

    def __init__(self) -> None:
        self.read_keys: list[str] = []

    def keys(self, bucket: str, prefix: str) -> list[str]:  # type: ignore[override]
        keys_of_bucket = sorted(key for other, key in self if other == bucket)
        if not keys_of_bucket:
            raise ObjectNotFound(bucket)
        return [key for key in keys_of_bucket if key.startswith(prefix)]

    def read(self, bucket: str, key: str) -> bytes:
        self.read_keys.append(key)
        try:
            return self[bucket, key]
        except KeyError:
            raise ObjectNotFound(key) from None

    def size(self, bucket: str, key: str) -> int:
        if (bucket, key) not in self:
            raise ObjectNotFound(key)
        return len(self[bucket, key])

    def open(self, bucket: str, key: str) -> IO[bytes]:
        return io.BytesIO(self.read(bucket, key))

    def write(self, bucket: str, key: str, body: Content) -> None:
        self[bucket, key] = in_memory(body)


@pytest.fixture
def storage() -> Storage:
    return Storage()


RunJob = Callable[..., dict[str, Any]]


@pytest.fixture
def log_of(sagemock: Any) -> Callable[..., list[str]]:
    """The messages that a host of a job has logged, through boto3."""
    logs = sagemock.client("logs")
    group = "/aws/sagemaker/TrainingJobs"

    def read(job: str, host: str = "algo-1") -> list[str]:
        if not logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]:
            return []
        prefix = f"{job}/{host}-"
        streams = logs.describe_log_streams(logGroupName=group, logStreamNamePrefix=prefix)
        return [
            event["message"]
            for stream in streams["logStreams"]
            for event in logs.get_log_events(
                logGroupName=group, logStreamName=stream["logStreamName"], startFromHead=True
            )["events"]
        ]

    return read


@pytest.fixture
def run_job(sagemock: Any) -> RunJob:
    """Uploads objects, runs a job through boto3, and gives its description.

    objects: bodies by key. hyperparameters: beside mini_batch_size 2 and a binary classifier.
    source, instances, mode: of the job and its channel; others: further members of the channel.
    """
    s3, sagemaker = sagemock.client("s3"), sagemock.client("sagemaker")
    s3.create_bucket(Bucket="data")

    def run(
        objects: dict[str, bytes],
        hyperparameters: dict[str, str] | None = None,
        source: dict[str, Any] | None = None,
        instances: int = 1,
        mode: str = "File",
        **others: Any,
    ) -> dict[str, Any]:
        for key, body in objects.items():
            s3.upload_fileobj(io.BytesIO(body), "data", key)
        channel = {
            "ChannelName": "train",
            "DataSource": {
                "S3DataSource": {
                    "S3DataType": "S3Prefix",
                    "S3Uri": "s3://data/train/",
                    **(source or {}),
                }
            },
            **others,
        }
        name = f"job-{len(sagemaker.list_training_jobs()['TrainingJobSummaries'])}"
        sagemaker.create_training_job(
            TrainingJobName=name,
            AlgorithmSpecification={"TrainingImage": IMAGE, "TrainingInputMode": mode},
            RoleArn=ROLE,
            HyperParameters={
                "predictor_type": "binary_classifier",
                "mini_batch_size": "2",
                "epochs": "1",
                **(hyperparameters or {}),
            },
            InputDataConfig=[channel],
            OutputDataConfig={"S3OutputPath": "s3://data/output"},
            ResourceConfig={
                "InstanceType": "ml.m5.large",
                "InstanceCount": instances,
                "VolumeSizeInGB": 1,
            },
            StoppingCondition={"MaxRuntimeInSeconds": 60},
        )
        described: dict[str, Any] = sagemaker.describe_training_job(TrainingJobName=name)
        return described

    return run
