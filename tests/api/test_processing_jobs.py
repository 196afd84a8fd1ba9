"""CreateProcessingJob, DescribeProcessingJob, ListProcessingJobs, StopProcessingJob, and Delete."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.conftest import IMAGE, ROLE, ErrorOf, arn
from tests.job_requests import processing_job

from sagemock import control

CLUSTER = {"InstanceCount": 2, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 20}
INPUT = {
    "InputName": "raw",
    "S3Input": {
        "S3Uri": "s3://bucket/raw",
        "LocalPath": "/opt/ml/processing/input",
        "S3DataType": "S3Prefix",
    },
}
OUTPUT = {
    "OutputName": "clean",
    "S3Output": {
        "S3Uri": "s3://bucket/clean",
        "LocalPath": "/opt/ml/processing/output",
        "S3UploadMode": "EndOfJob",
    },
}


def job(name: str = "p", **changes: Any) -> dict[str, Any]:
    resources = {"ClusterConfig": CLUSTER}
    return processing_job(name, IMAGE, **{"ProcessingResources": resources, **changes})


def described(sagemaker: Any, name: str = "p") -> dict[str, Any]:
    answer: dict[str, Any] = sagemaker.describe_processing_job(ProcessingJobName=name)
    answer.pop("ResponseMetadata")
    return answer


def names(sagemaker: Any, **request: Any) -> list[str]:
    answer = sagemaker.list_processing_jobs(**request)
    return [each["ProcessingJobName"] for each in answer["ProcessingJobSummaries"]]


RICH: dict[str, Any] = {
    "AppSpecification": {
        "ImageUri": IMAGE,
        "ContainerEntrypoint": ["python3", "/opt/ml/processing/input/code/main.py"],
        "ContainerArguments": ["--rows", "100"],
    },
    "ProcessingResources": {"ClusterConfig": {**CLUSTER, "VolumeKmsKeyId": "key-1"}},
    "StoppingCondition": {"MaxRuntimeInSeconds": 60},
    "Environment": {"STAGE": "test"},
    "NetworkConfig": {"EnableNetworkIsolation": True},
    "ProcessingOutputConfig": {"Outputs": [{**OUTPUT, "AppManaged": False}], "KmsKeyId": "key-2"},
}


def test_every_member_is_given_back(sagemaker: Any) -> None:
    created = sagemaker.create_processing_job(**job(**RICH))
    assert created["ProcessingJobArn"] == arn("processing-job", "p")
    answer = described(sagemaker)
    assert {member: answer[member] for member in RICH} == RICH
    assert (answer["RoleArn"], answer["ProcessingJobArn"]) == (ROLE, created["ProcessingJobArn"])
    assert answer["ProcessingJobStatus"] == "Completed"
    times = [answer["CreationTime"], answer["ProcessingStartTime"], answer["ProcessingEndTime"]]
    assert times == sorted(times)
    assert answer["LastModifiedTime"] == answer["ProcessingEndTime"]
    assert not {"ExitMessage", "FailureReason", "Tags"} & set(answer)


def test_what_the_service_fills_in(sagemaker: Any) -> None:
    outputs = {"Outputs": [OUTPUT]}
    sagemaker.create_processing_job(**job(ProcessingInputs=[INPUT], ProcessingOutputConfig=outputs))
    answer = described(sagemaker)
    assert answer["StoppingCondition"] == {"MaxRuntimeInSeconds": 86400}
    (filled,) = answer["ProcessingInputs"]
    assert filled == {
        "InputName": "raw",
        "AppManaged": False,
        "S3Input": {
            **INPUT["S3Input"],  # type: ignore[dict-item]
            "S3DataDistributionType": "FullyReplicated",
            "S3CompressionType": "None",
        },
    }
    assert answer["ProcessingOutputConfig"] == {"Outputs": [{**OUTPUT, "AppManaged": False}]}


def test_it_writes_nothing(sagemaker: Any, s3: Any) -> None:
    s3.create_bucket(Bucket="bucket")
    sagemaker.create_processing_job(**job(ProcessingOutputConfig={"Outputs": [OUTPUT]}))
    assert s3.list_objects_v2(Bucket="bucket")["KeyCount"] == 0


def test_a_name_is_taken_until_the_job_is_deleted(sagemaker: Any, error_of: ErrorOf) -> None:
    sagemaker.create_processing_job(**job())
    assert error_of(sagemaker.create_processing_job, **job()) == (
        "ResourceInUse",
        "Job name must be unique within an AWS account and region, and a job with this name "
        f"already exists ({arn('processing-job', 'p')})",
    )
    sagemaker.delete_processing_job(ProcessingJobName="p")
    assert names(sagemaker) == []
    sagemaker.create_processing_job(**job(Environment={"SECOND": "1"}))
    assert described(sagemaker)["Environment"] == {"SECOND": "1"}


def test_a_job_that_runs_is_not_deleted(sagemaker: Any, error_of: ErrorOf) -> None:
    control.hold_processing_job()
    sagemaker.create_processing_job(**job())
    assert error_of(sagemaker.delete_processing_job, ProcessingJobName="p") == (
        "ResourceInUse",
        "The request was rejected because the processing job is in status InProgress.",
    )
    control.release("p")
    assert described(sagemaker)["ProcessingJobStatus"] == "Completed"


def test_a_job_that_is_not_there(sagemaker: Any, error_of: ErrorOf) -> None:
    requested = ("ValidationException", "Could not find requested job with name: x")
    updated = ("ValidationException", "Could not find job to update with name: x")
    assert error_of(sagemaker.describe_processing_job, ProcessingJobName="x") == requested
    assert error_of(sagemaker.delete_processing_job, ProcessingJobName="x") == requested
    assert error_of(sagemaker.stop_processing_job, ProcessingJobName="x") == updated


@pytest.mark.parametrize(("at", "started"), [("Starting", False), ("Processing", True)])
def test_a_job_that_is_stopped(sagemaker: Any, error_of: ErrorOf, at: str, started: bool) -> None:
    control.hold_processing_job(at=at)
    sagemaker.create_processing_job(**job())
    running = described(sagemaker)
    assert running["ProcessingJobStatus"] == "InProgress"
    assert ("ProcessingStartTime" in running) is started
    assert "ProcessingEndTime" not in running
    sagemaker.stop_processing_job(ProcessingJobName="p")
    stopped = described(sagemaker)
    assert stopped["ProcessingJobStatus"] == "Stopped"
    assert ("ProcessingStartTime" in stopped) is started
    assert error_of(sagemaker.stop_processing_job, ProcessingJobName="p") == (
        "ValidationException",
        "The request was rejected because the processing job is in status Stopped.",
    )


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        (
            {"ProcessingInputs": [{**INPUT, "S3Input": {**INPUT["S3Input"], "LocalPath": "/tmp"}}]},  # type: ignore[dict-item]
            "LocalPath must start with /opt/ml/processing/",
        ),
        (
            {"ProcessingInputs": [INPUT, {**INPUT, "InputName": "other"}, INPUT]},
            f"Input names must be unique in ProcessingInputs. Repeated: {INPUT['InputName']}",
        ),
        (
            {
                "ProcessingInputs": [
                    {
                        "InputName": "raw",
                        "S3Input": {"S3Uri": "s3://bucket/raw", "S3DataType": "S3Prefix"},
                    }
                ]
            },
            "LocalPath is required for input raw unless AppManaged is true",
        ),
        (
            {
                "ProcessingOutputConfig": {
                    "Outputs": [
                        {
                            "OutputName": "clean",
                            "S3Output": {"S3Uri": "s3://bucket", "S3UploadMode": "EndOfJob"},
                        }
                    ]
                }
            },
            "LocalPath is required for output clean unless AppManaged is true",
        ),
        (
            {
                "ProcessingInputs": [
                    {**INPUT, "S3Input": {**INPUT["S3Input"], "S3CompressionType": "Gzip"}}  # type: ignore[dict-item]
                ]
            },
            "S3CompressionType Gzip can only be used when Pipe mode is specified as the "
            "S3InputMode",
        ),
        (
            {
                "ProcessingOutputConfig": {
                    "Outputs": [
                        {"OutputName": "o", "FeatureStoreOutput": {"FeatureGroupName": "g"}}
                    ]
                }
            },
            "FeatureStoreOutput is only supported when AppManaged is true",
        ),
        ({"Tags": [{"Key": "aws:x", "Value": "1"}]}, "aws: prefixed tag key names are not allowed"),
        (
            {"ProcessingJobName": "a_b"},
            "1 validation error detected: Value 'a_b' at 'processingJobName' failed to satisfy",
        ),
    ],
)
def test_what_is_refused(
    sagemaker: Any, error_of: ErrorOf, changes: dict[str, Any], text: str
) -> None:
    code, message = error_of(sagemaker.create_processing_job, **job(**changes))
    assert code == "ValidationException"
    assert message.startswith(text)
    assert names(sagemaker) == []


def test_an_application_copies_for_itself(sagemaker: Any) -> None:
    outputs = [
        {"OutputName": "o", "AppManaged": True, "FeatureStoreOutput": {"FeatureGroupName": "g"}}
    ]
    location = {"S3Uri": "s3://bucket/raw", "S3DataType": "S3Prefix"}
    inputs = [{"InputName": "i", "AppManaged": True, "S3Input": location}]
    sagemaker.create_processing_job(
        **job(ProcessingInputs=inputs, ProcessingOutputConfig={"Outputs": outputs})
    )
    assert described(sagemaker)["ProcessingOutputConfig"]["Outputs"] == outputs


def test_lists_begin_with_the_oldest(sagemaker: Any) -> None:
    control.fail_processing_job("ClientError: See job logs for more information", name="b")
    for name in ("c", "b", "a"):
        sagemaker.create_processing_job(**job(name))
    assert names(sagemaker) == ["c", "b", "a"]
    assert names(sagemaker, SortBy="Name") == ["a", "b", "c"]
    assert names(sagemaker, StatusEquals="Failed") == ["b"]
    assert names(sagemaker, NameContains="c") == ["c"]
    (failed,) = sagemaker.list_processing_jobs(StatusEquals="Failed")["ProcessingJobSummaries"]
    assert failed["ProcessingJobArn"] == arn("processing-job", "b")
    assert failed["FailureReason"] == "ClientError: See job logs for more information"
    assert failed["ProcessingEndTime"] == failed["LastModifiedTime"] >= failed["CreationTime"]


def test_an_experiment_that_is_not_there(sagemaker: Any, error_of: ErrorOf) -> None:
    request = job(ExperimentConfig={"ExperimentName": "x"})
    assert error_of(sagemaker.create_processing_job, **request) == (
        "ResourceNotFound",
        f"Experiment '{arn('experiment', 'x')}' does not exist.",
    )
