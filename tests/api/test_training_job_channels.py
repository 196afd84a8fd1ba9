"""What CreateTrainingJob refuses in InputDataConfig."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from tests.api.conftest import LINEAR_LEARNER, REGION, ErrorOf, job


@pytest.fixture
def log_of() -> Callable[[str], dict[str, str]]:
    """The text of a job's log, by host."""
    logs = boto3.client("logs", REGION)
    group = "/aws/sagemaker/TrainingJobs"

    def read(name: str) -> dict[str, str]:
        streams = logs.describe_log_streams(logGroupName=group, logStreamNamePrefix=f"{name}/")
        texts = {}
        for stream in streams["logStreams"]:
            full = stream["logStreamName"]
            response = logs.get_log_events(
                logGroupName=group, logStreamName=full, startFromHead=True, limit=10_000
            )
            host = full.partition("/")[2].rpartition("-")[0]
            texts[host] = "\n".join(event["message"] for event in response["events"])
        return texts

    return read


def channel(name: str, **source: Any) -> dict[str, Any]:
    return {
        "ChannelName": name,
        "DataSource": {
            "S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://bucket/{name}/", **source}
        },
    }


def test_channels_of_one_name(sagemaker: Any, error_of: ErrorOf) -> None:
    channels = [channel(name) for name in ("train", "test", "train", "more", "more", "Train")]
    assert error_of(sagemaker.create_training_job, **job(InputDataConfig=channels)) == (
        "ValidationException",
        "Channel names must be unique in InputDataConfig. Repeated: [train, more]",
    )
    assert sagemaker.list_training_jobs()["TrainingJobSummaries"] == []
    sagemaker.create_training_job(**job(InputDataConfig=channels[:2] + channels[-1:]))


def cluster(*names: str, **others: Any) -> dict[str, Any]:
    groups = [
        {"InstanceGroupName": name, "InstanceType": "ml.m5.large", "InstanceCount": 1}
        for name in names
    ]
    return {"InstanceGroups": groups, "VolumeSizeInGB": 1, **others}


@pytest.mark.parametrize(
    ("resources", "channels", "text"),
    [
        (
            cluster("a", InstanceType="ml.m5.large"),
            [channel("train")],
            "InstanceType or InstanceCount cannot be specified with InstanceGroups",
        ),
        (
            cluster("a", InstanceCount=1),
            [channel("train")],
            "InstanceType or InstanceCount cannot be specified with InstanceGroups",
        ),
        (
            cluster("a", "b", "a"),
            [channel("train")],
            "Instance group names must be unique in ResourceConfig. Repeated: [a]",
        ),
        (
            cluster("a"),
            [channel("train", InstanceGroupNames=["a", "b", "c"])],
            "Channel train is assigned to instance groups that are not in ResourceConfig: [b, c]",
        ),
        (
            job()["ResourceConfig"],
            [channel("train", InstanceGroupNames=["a"])],
            "Channel train is assigned to instance groups that are not in ResourceConfig: [a]",
        ),
        (
            cluster("a"),
            [
                channel("code"),
                channel("train", InstanceGroupNames=["a"]),
                channel("test", InstanceGroupNames=["a"]),
                channel("more", InstanceGroupNames=[]),
            ],
            "Some channels have assigned instance groups: [train, test] while others not: "
            "[code, more]",
        ),
    ],
)
def test_instance_groups_that_do_not_fit(
    sagemaker: Any, error_of: ErrorOf, resources: Any, channels: Any, text: str
) -> None:
    request = job(ResourceConfig=resources, InputDataConfig=channels)
    assert error_of(sagemaker.create_training_job, **request) == ("ValidationException", text)


def test_a_channel_reaches_the_hosts_of_its_instance_groups(
    sagemaker: Any, s3: Any, log_of: Callable[[str], dict[str, str]]
) -> None:
    """The hosts of a group that `test` is not for train, and do not score."""
    s3.create_bucket(Bucket="bucket")
    for name in ("train/0", "train/1", "train/2", "test/0"):
        body = "".join(f"{x > 10:d},{x},{20 - x}\n" for x in range(20))
        s3.put_object(Bucket="bucket", Key=name, Body=body)
    resources = cluster("one", "two")
    resources["InstanceGroups"][1]["InstanceCount"] = 2
    sharded = {"S3DataDistributionType": "ShardedByS3Key"}
    sources = {
        "train": {**sharded, "InstanceGroupNames": ["two", "one"]},
        "validation": {"InstanceGroupNames": ["two"], "S3Uri": "s3://bucket/test/"},
        "test": {"InstanceGroupNames": ["one"]},
    }
    channels = [
        {**channel(name, **source), "ContentType": "text/csv"} for name, source in sources.items()
    ]
    request = job(
        AlgorithmSpecification={"TrainingImage": LINEAR_LEARNER, "TrainingInputMode": "File"},
        HyperParameters={"predictor_type": "binary_classifier", "mini_batch_size": "5"},
        ResourceConfig=resources,
        InputDataConfig=channels,
    )
    sagemaker.create_training_job(**request)
    answer = sagemaker.describe_training_job(TrainingJobName="j")
    assert answer["TrainingJobStatus"] == "Completed", answer["FailureReason"]
    metrics = {each["MetricName"] for each in answer["FinalMetricDataList"]}
    assert {"validation:objective_loss", "test:objective_loss"} <= metrics
    log = log_of("j")
    assert {
        host: [f"/opt/ml/input/data/{name}" in text for name in sources]
        for host, text in log.items()
    } == {
        "algo-1": [True, False, True],
        "algo-2": [True, True, False],
        "algo-3": [True, True, False],
    }
    assert all("nan" not in text.lower() for text in log.values())
    assert "Test data is not provided." in log["algo-2"]

    channels[0]["DataSource"]["S3DataSource"]["InstanceGroupNames"] = ["two"]
    sagemaker.create_training_job(**request | {"TrainingJobName": "k"})
    answer = sagemaker.describe_training_job(TrainingJobName="k")
    assert answer["FailureReason"] == "ClientError: Missing required data channel: 'train'"
