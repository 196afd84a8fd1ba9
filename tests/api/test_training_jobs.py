"""CreateTrainingJob, DescribeTrainingJob, ListTrainingJobs, with an image that is not known."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.conftest import IMAGE, LINEAR_LEARNER, ROLE, ErrorOf, arn, job


def described(sagemaker: Any, name: str = "j") -> dict[str, Any]:
    answer: dict[str, Any] = sagemaker.describe_training_job(TrainingJobName=name)
    answer.pop("ResponseMetadata")
    return answer


def channel(**source: Any) -> dict[str, Any]:
    return {
        "ChannelName": "train",
        "DataSource": {
            "S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://bucket/train", **source}
        },
    }


RICH: dict[str, Any] = {
    "HyperParameters": {"a": "1"},
    "VpcConfig": {"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1"]},
    "EnableNetworkIsolation": True,
    "EnableInterContainerTrafficEncryption": True,
    "CheckpointConfig": {"S3Uri": "s3://bucket/checkpoints", "LocalPath": "/opt/ml/c"},
    "DebugHookConfig": {"S3OutputPath": "s3://bucket/debug", "HookParameters": {"x": "y"}},
    "TensorBoardOutputConfig": {"S3OutputPath": "s3://bucket/board"},
    "ProfilerConfig": {"S3OutputPath": "s3://bucket/profile"},
    "Environment": {"A": "b"},
    "RetryStrategy": {"MaximumRetryAttempts": 3},
    "RemoteDebugConfig": {"EnableRemoteDebug": True},
    "InfraCheckConfig": {"EnableInfraCheck": True},
}


def test_every_member_is_given_back(sagemaker: Any) -> None:
    request = job(**RICH)
    assert sagemaker.create_training_job(**request)["TrainingJobArn"] == arn("training-job", "j")
    answer = described(sagemaker)
    for member in RICH.keys() - {"DebugHookConfig", "ProfilerConfig"}:
        assert answer[member] == request[member], member
    assert answer["RoleArn"] == ROLE
    assert answer["ResourceConfig"] == request["ResourceConfig"]
    assert answer["DebugHookConfig"] == {
        "CollectionConfigurations": [],
        **RICH["DebugHookConfig"],
    }
    assert answer["ProfilerConfig"] == {
        "ProfilingIntervalInMilliseconds": 500,
        **RICH["ProfilerConfig"],
    }
    assert answer["ProfilingStatus"] == "Enabled"


def test_what_the_service_fills_in(sagemaker: Any) -> None:
    request = job(InputDataConfig=[channel()])
    del request["StoppingCondition"]
    sagemaker.create_training_job(**request)
    answer = described(sagemaker)
    assert answer["StoppingCondition"] == {"MaxRuntimeInSeconds": 86400}
    assert answer["OutputDataConfig"] == {"KmsKeyId": "", "S3OutputPath": "s3://bucket/output"}
    filled = answer["InputDataConfig"][0]
    assert (filled["CompressionType"], filled["RecordWrapperType"]) == ("None", "None")
    source = filled["DataSource"]["S3DataSource"]
    assert source["S3DataDistributionType"] == "FullyReplicated"
    for switch in (
        "EnableNetworkIsolation",
        "EnableInterContainerTrafficEncryption",
        "EnableManagedSpotTraining",
    ):
        assert answer[switch] is False
    assert answer["ModelArtifacts"]["S3ModelArtifacts"] == (
        "s3://bucket/output/j/output/model.tar.gz"
    )
    assert "Tags" not in answer
    assert "MetricDefinitions" not in answer["AlgorithmSpecification"]


def test_an_image_that_is_not_known_completes_without_metrics(sagemaker: Any, s3: Any) -> None:
    s3.create_bucket(Bucket="bucket")
    sagemaker.create_training_job(**job())
    answer = described(sagemaker)
    assert (answer["TrainingJobStatus"], answer["SecondaryStatus"]) == ("Completed", "Completed")
    assert "FinalMetricDataList" not in answer
    assert answer["AlgorithmSpecification"]["TrainingImage"] == IMAGE
    body = s3.get_object(Bucket="bucket", Key="output/j/output/model.tar.gz")["Body"].read()
    assert body.startswith(b"\x1f\x8b")


def test_a_name_is_given_once(sagemaker: Any, error_of: ErrorOf) -> None:
    sagemaker.create_training_job(**job())
    assert error_of(sagemaker.create_training_job, **job()) == (
        "ResourceInUse",
        "Training job names must be unique within an AWS account and region, and a training job "
        f"with this name already exists ({arn('training-job', 'j')})",
    )


@pytest.mark.parametrize(
    "resources",
    [
        {"InstanceType": "ml.m5.large", "InstanceCount": 100_000},
        {
            "InstanceGroups": [
                {"InstanceGroupName": name, "InstanceType": "ml.m5.large", "InstanceCount": 50_000}
                for name in "ab"
            ]
        },
    ],
)
def test_more_instances_than_a_quota_allows(
    sagemaker: Any, error_of: ErrorOf, resources: Any
) -> None:
    code, text = error_of(
        sagemaker.create_training_job,
        **job(ResourceConfig={"VolumeSizeInGB": 10, **resources}),
    )
    assert code == "ResourceLimitExceeded"
    assert "'ml.m5.large for training job usage' is 1000 Instances" in text
    assert "a request delta of 100000 Instances" in text


def test_a_job_without_instances(sagemaker: Any, error_of: ErrorOf) -> None:
    resources = {"InstanceType": "ml.m5.large", "InstanceCount": 0, "VolumeSizeInGB": 1}
    assert error_of(sagemaker.create_training_job, **job("j", ResourceConfig=resources)) == (
        "ValidationException",
        "1 validation error detected: Value '0' at 'resourceConfig.instanceCount' failed to "
        "satisfy constraint: Member must have value greater than or equal to 1",
    )


def test_a_job_that_is_not_there(sagemaker: Any, error_of: ErrorOf) -> None:
    assert error_of(sagemaker.describe_training_job, TrainingJobName="absent") == (
        "ValidationException",
        "Requested resource not found.",
    )


@pytest.mark.parametrize("member", ["AlgorithmSpecification", "ResourceConfig"])
def test_members_that_only_serverless_jobs_may_lack(
    sagemaker: Any, error_of: ErrorOf, member: str
) -> None:
    request = job()
    del request[member]
    shown = member[0].lower() + member[1:]
    assert error_of(sagemaker.create_training_job, **request) == (
        "ValidationException",
        f"1 validation error detected: Value null at '{shown}' failed to satisfy constraint: "
        "Member must not be null",
    )


@pytest.mark.parametrize(
    ("spot", "wait", "text"),
    [
        (False, 100, "It is only supported when EnableManagedSpotTraining is set to true"),
        (True, None, "It must be present and be greater than or equal to MaxRuntimeInSeconds"),
        (True, 30, "It must be present and be greater than or equal to MaxRuntimeInSeconds"),
    ],
)
def test_waiting_for_spot_instances(
    sagemaker: Any, error_of: ErrorOf, spot: bool, wait: int | None, text: str
) -> None:
    condition = {"MaxRuntimeInSeconds": 60}
    if wait is not None:
        condition["MaxWaitTimeInSeconds"] = wait
    request = job(EnableManagedSpotTraining=spot, StoppingCondition=condition)
    assert error_of(sagemaker.create_training_job, **request) == (
        "ValidationException",
        f"Invalid MaxWaitTimeInSeconds. {text}",
    )


def test_a_job_that_cannot_run_fails_with_a_reason(sagemaker: Any) -> None:
    algorithm = {"TrainingImage": LINEAR_LEARNER, "TrainingInputMode": "File"}
    sagemaker.create_training_job(
        **job(
            AlgorithmSpecification=algorithm,
            HyperParameters={"predictor_type": "regressor", "mini_batch_size": "1"},
        )
    )
    answer = described(sagemaker)
    assert answer["TrainingJobStatus"] == "Failed"
    assert answer["FailureReason"] == "ClientError: Missing required data channel: 'train'"
    last = answer["SecondaryStatusTransitions"][-1]
    assert last["Status"] == "Failed"
    assert last["StartTime"] == last["EndTime"] == answer["TrainingEndTime"]


def test_summaries(sagemaker: Any) -> None:
    plan = arn("training-plan", "a-plan-of-mine")
    resources = {**job()["ResourceConfig"], "TrainingPlanArn": plan}
    sagemaker.create_training_job(**job("planned", ResourceConfig=resources))
    sagemaker.create_training_job(**job("other"))
    summaries = sagemaker.list_training_jobs(TrainingPlanArnEquals=plan)["TrainingJobSummaries"]
    assert [(each["TrainingJobName"], each["TrainingPlanArn"]) for each in summaries] == [
        ("planned", plan)
    ]
    assert summaries[0]["TrainingJobStatus"] == "Completed"
    assert summaries[0]["TrainingEndTime"] == summaries[0]["LastModifiedTime"]
    assert (
        sagemaker.list_training_jobs(WarmPoolStatusEquals="Available")["TrainingJobSummaries"] == []
    )


def test_names_are_filtered_page_by_page(sagemaker: Any) -> None:
    for name in ("a", "b", "wanted"):
        sagemaker.create_training_job(**job(name))
    first = sagemaker.list_training_jobs(NameContains="wanted", MaxResults=2)
    assert first["TrainingJobSummaries"] == []
    second = sagemaker.list_training_jobs(
        NameContains="wanted", MaxResults=2, NextToken=first["NextToken"]
    )
    assert [each["TrainingJobName"] for each in second["TrainingJobSummaries"]] == ["wanted"]
