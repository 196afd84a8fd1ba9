"""Training data that is not there, at CreateTrainingJob and later, or that is elsewhere."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import WaiterError
from tests.api.conftest import IMAGE, LINEAR_LEARNER, REGION, ROLE, ErrorOf, job

from sagemock import control, mock_sagemaker

ROWS = "".join(f"{x > 10:d},{x},{20 - x}\n" for x in range(20))
ELSEWHERE = "eu-west-1"


def channel(name: str = "train", uri: str = "s3://bucket/train/", **source: Any) -> dict[str, Any]:
    data = {"S3DataType": "S3Prefix", "S3Uri": uri, **source}
    return {
        "ChannelName": name,
        "ContentType": "text/csv",
        "DataSource": {"S3DataSource": data},
    }


def training(*channels: dict[str, Any], name: str = "j", **changes: Any) -> dict[str, Any]:
    return job(
        name,
        AlgorithmSpecification={"TrainingImage": LINEAR_LEARNER, "TrainingInputMode": "File"},
        HyperParameters={
            "predictor_type": "binary_classifier",
            "mini_batch_size": "5",
            "epochs": "1",
        },
        InputDataConfig=list(channels or [channel()]),
        **changes,
    )


def no_objects(uri: str, bucket: str = "bucket") -> tuple[str, str]:
    return (
        "ValidationException",
        f'No S3 objects found under S3 URL "{uri}" given in input data source. Please ensure that '
        f"the bucket exists in the selected region ({REGION}), that objects exist under that S3 "
        f'prefix, and that the role "{ROLE}" has "s3:ListBucket" permissions on bucket "{bucket}".',
    )


@pytest.fixture
def bucket(s3: Any) -> None:
    s3.create_bucket(Bucket="bucket")
    s3.put_object(Bucket="bucket", Key="train/rows.csv", Body=ROWS)
    # What the console of S3 makes for a folder.
    s3.put_object(Bucket="bucket", Key="folder/", Body=b"")


@pytest.mark.usefixtures("bucket")
@pytest.mark.parametrize("kind", ["S3Prefix", "ManifestFile", "AugmentedManifestFile"])
@pytest.mark.parametrize(
    ("uri", "name"),
    [
        ("s3://absent/train/", "absent"),
        ("s3://bucket/test/", "bucket"),
        ("s3://bucket/folder/", "bucket"),
        ("https://s3.us-east-1.amazonaws.com/bucket/test", "bucket"),
    ],
)
def test_a_channel_without_objects(
    sagemaker: Any, error_of: ErrorOf, uri: str, name: str, kind: str
) -> None:
    request = training(channel(), channel("test", uri, S3DataType=kind))
    assert error_of(sagemaker.create_training_job, **request) == no_objects(uri, name)
    assert sagemaker.list_training_jobs()["TrainingJobSummaries"] == []
    assert sagemaker.list_trial_components()["TrialComponentSummaries"] == []
    # The name is free.
    sagemaker.create_training_job(**training())
    assert sagemaker.describe_training_job(TrainingJobName="j")["TrainingJobStatus"] == "Completed"


@pytest.mark.usefixtures("bucket")
def test_a_bucket_without_objects(sagemaker: Any, s3: Any, error_of: ErrorOf) -> None:
    s3.create_bucket(Bucket="empty")
    request = training(channel(uri="s3://empty"))
    assert error_of(sagemaker.create_training_job, **request) == no_objects("s3://empty", "empty")
    s3.put_object(Bucket="empty", Key="rows.csv", Body=ROWS)
    sagemaker.create_training_job(**request)


def test_an_image_that_is_not_run_has_its_data_left_alone(sagemaker: Any) -> None:
    request = training(channel(uri="s3://absent/train/"))
    request["AlgorithmSpecification"]["TrainingImage"] = IMAGE
    sagemaker.create_training_job(**request)
    assert sagemaker.describe_training_job(TrainingJobName="j")["TrainingJobStatus"] == "Completed"


def test_an_image_that_is_not_run_says_so_in_the_log(sagemaker: Any) -> None:
    request = training(channel(uri="s3://absent/train/"))
    request["AlgorithmSpecification"] = {
        "TrainingImage": IMAGE,
        "TrainingInputMode": "File",
        "MetricDefinitions": [{"Name": "any", "Regex": "(.*)"}],
    }
    sagemaker.create_training_job(**request)
    (event,) = boto3.client("logs", REGION).filter_log_events(
        logGroupName="/aws/sagemaker/TrainingJobs", logStreamNamePrefix="j/algo-1-"
    )["events"]
    assert event["message"] == (
        "sagemock: this container does not run, and the job has no metrics; nothing is registered "
        "for it, and the job names no script or command"
    )
    assert "FinalMetricDataList" not in sagemaker.describe_training_job(TrainingJobName="j")


def test_a_mock_that_does_not_train_leaves_data_alone() -> None:
    with mock_sagemaker(training="off"):
        sagemaker = boto3.client("sagemaker", REGION)
        sagemaker.create_training_job(**training(channel(uri="s3://absent/train/")))
        control.add_training_job("ready-made")


def test_a_ready_made_job_needs_no_data(sagemaker: Any) -> None:
    control.add_training_job("j", InputDataConfig=[channel(uri="s3://absent/train/")])
    assert sagemaker.describe_training_job(TrainingJobName="j")["TrainingJobStatus"] == "Completed"


def test_a_file_system_is_no_s3_data_source(sagemaker: Any) -> None:
    source = {
        "FileSystemId": "fs-0123456789a",
        "FileSystemAccessMode": "ro",
        "FileSystemType": "EFS",
        "DirectoryPath": "/data",
    }
    request = training({"ChannelName": "train", "DataSource": {"FileSystemDataSource": source}})
    sagemaker.create_training_job(**request)
    assert sagemaker.describe_training_job(TrainingJobName="j")["FailureReason"] == (
        "ClientError: Channel 'train' has no S3 data source; others are not supported."
    )


def test_objects_that_vanish_before_the_download() -> None:
    with mock_sagemaker(training="background") as mock:
        s3, sagemaker = boto3.client("s3", REGION), boto3.client("sagemaker", REGION)
        s3.create_bucket(Bucket="bucket")
        s3.put_object(Bucket="bucket", Key="train/rows.csv", Body=ROWS)
        mock.control.hold_training_job(at="Starting")
        sagemaker.create_training_job(**training())
        s3.delete_object(Bucket="bucket", Key="train/rows.csv")
        mock.control.release()
        with pytest.raises(WaiterError, match="training job j is Failed: ClientError: No S3"):
            sagemaker.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName="j")
        answer = sagemaker.describe_training_job(TrainingJobName="j")
        assert answer["TrainingJobStatus"] == "Failed"
        _, text = no_objects("s3://bucket/train/")
        assert answer["FailureReason"] == f"ClientError: {text}"


@pytest.mark.usefixtures("bucket")
def test_what_a_manifest_lists_is_looked_for_when_the_job_runs(sagemaker: Any, s3: Any) -> None:
    manifest = json.dumps([{"prefix": "s3://bucket/train/"}, "absent.csv"])
    s3.put_object(Bucket="bucket", Key="manifest", Body=manifest)
    sagemaker.create_training_job(
        **training(channel(uri="s3://bucket/manifest", S3DataType="ManifestFile"))
    )
    _, text = no_objects("s3://bucket/train/absent.csv")
    answer = sagemaker.describe_training_job(TrainingJobName="j")
    assert answer["FailureReason"] == f"ClientError: {text}"


@pytest.fixture
def elsewhere(bucket: None) -> None:
    """A bucket of another region with the same rows, and manifests on both sides that cross."""
    far = boto3.client("s3", ELSEWHERE)
    far.create_bucket(Bucket="far", CreateBucketConfiguration={"LocationConstraint": ELSEWHERE})
    far.put_object(Bucket="far", Key="train/rows.csv", Body=ROWS)
    for bucket, prefix in (("bucket", "s3://far/train/"), ("far", "s3://bucket/train/")):
        manifest = json.dumps([{"prefix": prefix}, "rows.csv"])
        boto3.client("s3", REGION).put_object(Bucket=bucket, Key="manifest", Body=manifest)


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize(
    ("uri", "kind"),
    [
        ("s3://far/train/", "S3Prefix"),
        ("s3://far/manifest", "ManifestFile"),
        ("s3://bucket/manifest", "ManifestFile"),
    ],
)
def test_data_in_another_region(sagemaker: Any, uri: str, kind: str) -> None:
    sagemaker.create_training_job(**training(channel(uri=uri, S3DataType=kind)))
    answer = sagemaker.describe_training_job(TrainingJobName="j")
    assert answer["TrainingJobStatus"] == "Failed"
    assert answer["FailureReason"] == (
        "ClientError: Data download failed:SageMaker does not support cross-region data access. "
        f'The bucket "far" is in {ELSEWHERE}, and the job in {REGION}.'
    )
    statuses = [each["Status"] for each in answer["SecondaryStatusTransitions"]]
    assert statuses == ["Starting", "Downloading", "Failed"]


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize(
    ("output", "reason"),
    [
        ("far", "BucketRegionError: bucket must be in the same region as the job"),
        ("absent", "NoSuchBucket: The specified bucket does not exist"),
    ],
)
def test_output_that_cannot_be_uploaded(sagemaker: Any, output: str, reason: str) -> None:
    to = {"S3OutputPath": f"s3://{output}/models"}
    sagemaker.create_training_job(**training(OutputDataConfig=to))
    answer = sagemaker.describe_training_job(TrainingJobName="j")
    assert answer["FailureReason"] == (
        "ClientError: Artifact upload failed:Unable to upload file to "
        f"s3://{output}/models/j/output/model.tar.gz ({reason})"
    )
    statuses = [each["Status"] for each in answer["SecondaryStatusTransitions"]]
    assert statuses == ["Starting", "Downloading", "Training", "Uploading", "Failed"]


@pytest.mark.usefixtures("elsewhere")
def test_a_job_beside_its_data_in_another_region() -> None:
    there = boto3.client("sagemaker", ELSEWHERE)
    to = {"S3OutputPath": "s3://far/models"}
    there.create_training_job(**training(channel(uri="s3://far/train/"), OutputDataConfig=to))
    assert there.describe_training_job(TrainingJobName="j")["TrainingJobStatus"] == "Completed"


@pytest.mark.usefixtures("elsewhere")
def test_an_image_that_is_not_run_may_name_any_region(sagemaker: Any) -> None:
    request = training(
        channel(uri="s3://far/train/"), OutputDataConfig={"S3OutputPath": "s3://far/models"}
    )
    request["AlgorithmSpecification"]["TrainingImage"] = IMAGE
    sagemaker.create_training_job(**request)
    assert sagemaker.describe_training_job(TrainingJobName="j")["TrainingJobStatus"] == "Completed"
