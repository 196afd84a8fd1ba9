"""CreateTransformJob, DescribeTransformJob, ListTransformJobs, StopTransformJob."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from tests.api.conftest import ErrorOf, arn, model
from tests.job_requests import transform_job as job

from sagemock import control

SOURCE = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://bucket/rows"}}


@pytest.fixture
def transforming(sagemaker: Any) -> Any:
    """A client, and a model."""
    sagemaker.create_model(**model())
    return sagemaker


def described(sagemaker: Any, name: str = "t") -> dict[str, Any]:
    answer: dict[str, Any] = sagemaker.describe_transform_job(TransformJobName=name)
    answer.pop("ResponseMetadata")
    return answer


def names(sagemaker: Any, **request: Any) -> list[str]:
    answer = sagemaker.list_transform_jobs(**request)
    return [each["TransformJobName"] for each in answer["TransformJobSummaries"]]


RICH: dict[str, Any] = {
    "MaxConcurrentTransforms": 2,
    "ModelClientConfig": {"InvocationsTimeoutInSeconds": 60, "InvocationsMaxRetries": 1},
    "MaxPayloadInMB": 10,
    "BatchStrategy": "MultiRecord",
    "Environment": {"STAGE": "test"},
    "TransformInput": {
        "DataSource": SOURCE,
        "ContentType": "text/csv",
        "CompressionType": "Gzip",
        "SplitType": "Line",
    },
    "TransformOutput": {
        "S3OutputPath": "s3://bucket/predictions",
        "Accept": "text/csv",
        "AssembleWith": "Line",
        "KmsKeyId": "key-1",
    },
    "DataCaptureConfig": {"DestinationS3Uri": "s3://bucket/capture"},
    "TransformResources": {
        "InstanceType": "ml.m5.large",
        "InstanceCount": 3,
        "VolumeKmsKeyId": "key-2",
    },
    "DataProcessing": {"InputFilter": "$[1:]", "OutputFilter": "$[0,-1]", "JoinSource": "Input"},
}


def test_every_member_is_given_back(transforming: Any) -> None:
    created = transforming.create_transform_job(**job(**RICH))
    assert created["TransformJobArn"] == arn("transform-job", "t")
    answer = described(transforming)
    assert {member: answer[member] for member in RICH} == RICH
    assert (answer["ModelName"], answer["TransformJobStatus"]) == ("m", "Completed")
    times = [answer["CreationTime"], answer["TransformStartTime"], answer["TransformEndTime"]]
    assert times == sorted(times)
    assert not {"FailureReason", "LabelingJobArn", "AutoMLJobArn", "Tags"} & set(answer)


def test_what_the_service_fills_in(transforming: Any) -> None:
    transforming.create_transform_job(**job())
    answer = described(transforming)
    assert answer["TransformInput"] == {
        "DataSource": SOURCE,
        "CompressionType": "None",
        "SplitType": "None",
    }
    assert answer["TransformOutput"] == {
        "S3OutputPath": "s3://bucket/out",
        "AssembleWith": "None",
        "KmsKeyId": "",
    }
    assert answer["DataProcessing"] == {
        "InputFilter": "$",
        "OutputFilter": "$",
        "JoinSource": "None",
    }
    assert not {"BatchStrategy", "MaxPayloadInMB", "ModelClientConfig", "Environment"} & set(answer)


def test_a_job_of_an_unknown_image_writes_nothing(transforming: Any, s3: Any) -> None:
    s3.create_bucket(Bucket="bucket")
    s3.put_object(Bucket="bucket", Key="rows/1.csv", Body=b"1,2\n")
    transforming.create_transform_job(**job())
    (only,) = s3.list_objects_v2(Bucket="bucket")["Contents"]
    assert only["Key"] == "rows/1.csv"
    events = boto3.client("logs", "us-east-1").filter_log_events(
        logGroupName="/aws/sagemaker/TransformJobs"
    )["events"]
    (line,) = [each["message"] for each in events]
    assert line.startswith("sagemock: this container does not run, and the job has no output; ")


def test_a_model_that_is_not_there(sagemaker: Any, error_of: ErrorOf) -> None:
    assert error_of(sagemaker.create_transform_job, **job()) == (
        "ValidationException",
        f'Could not find model "{arn("model", "m")}".',
    )
    assert names(sagemaker) == []


def test_a_model_with_uncompressed_data(transforming: Any, s3: Any, error_of: ErrorOf) -> None:
    s3.create_bucket(Bucket="bucket")
    s3.put_object(Bucket="bucket", Key="model/weights", Body=b"1")
    source = {
        "S3Uri": "s3://bucket/model/",
        "S3DataType": "S3Prefix",
        "CompressionType": "None",
    }
    transforming.create_model(
        **model(
            "folder",
            PrimaryContainer={"Image": "mine:1", "ModelDataSource": {"S3DataSource": source}},
        )
    )
    assert error_of(transforming.create_transform_job, **job(ModelName="folder")) == (
        "ValidationException",
        "The model folder has uncompressed model data, which transform jobs do not support",
    )


def test_a_name_is_taken(transforming: Any, error_of: ErrorOf) -> None:
    transforming.create_transform_job(**job())
    assert error_of(transforming.create_transform_job, **job()) == (
        "ResourceInUse",
        "Job name must be unique within an AWS account and region, and a job with this name "
        f"already exists ({arn('transform-job', 't')})",
    )


def test_a_job_that_is_not_there(sagemaker: Any, error_of: ErrorOf) -> None:
    assert error_of(sagemaker.describe_transform_job, TransformJobName="x") == (
        "ValidationException",
        "Could not find requested job with name: x",
    )
    assert error_of(sagemaker.stop_transform_job, TransformJobName="x") == (
        "ValidationException",
        "Could not find job to update with name: x",
    )


def test_a_job_that_is_stopped(transforming: Any, error_of: ErrorOf) -> None:
    control.hold_transform_job()
    transforming.create_transform_job(**job())
    assert described(transforming)["TransformJobStatus"] == "InProgress"
    transforming.stop_transform_job(TransformJobName="t")
    stopped = described(transforming)
    assert stopped["TransformJobStatus"] == "Stopped"
    assert stopped["TransformStartTime"] <= stopped["TransformEndTime"]
    assert error_of(transforming.stop_transform_job, TransformJobName="t") == (
        "ValidationException",
        "The request was rejected because the transform job is in status Stopped.",
    )


def with_input(**members: Any) -> dict[str, Any]:
    return {"TransformInput": {"DataSource": SOURCE, **members}}


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        (
            {"BatchStrategy": "MultiRecord"},
            "BatchStrategy MultiRecord requires SplitType to be Line, RecordIO or TFRecord",
        ),
        ({"MaxPayloadInMB": 101}, "MaxPayloadInMB cannot be greater than 100"),
        (
            {"MaxPayloadInMB": 50, "MaxConcurrentTransforms": 3},
            "The product of MaxConcurrentTransforms and MaxPayloadInMB cannot be greater than 100",
        ),
        (
            {"MaxConcurrentTransforms": 17},
            "The product of MaxConcurrentTransforms and MaxPayloadInMB cannot be greater than 100",
        ),
        (
            with_input(
                DataSource={
                    "S3DataSource": {"S3DataType": "AugmentedManifestFile", "S3Uri": "s3://b/m"}
                }
            ),
            "S3DataType AugmentedManifestFile is not supported for transform jobs",
        ),
        (
            {"DataProcessing": {"InputFilter": "$[1:"}},
            "The JSONPath of a filter is not valid: [1: in $[1: is not supported",
        ),
        (
            {"DataProcessing": {"InputFilter": "$[1:]", "OutputFilter": "$["}},
            "The JSONPath of a filter is not valid: [ in $[ is not supported",
        ),
        (
            {"DataProcessing": {"OutputFilter": "$[0]"}, **with_input(ContentType="image/png")},
            "DataProcessing requires ContentType to be one of text/csv, application/json, "
            "application/jsonlines",
        ),
        (
            {"DataProcessing": {"JoinSource": "Input"}},
            "DataProcessing requires ContentType to be one of text/csv, application/json, "
            "application/jsonlines",
        ),
        (
            {
                "DataProcessing": {"JoinSource": "Input"},
                **with_input(SplitType="Line", ContentType="text/csv"),
            },
            "JoinSource Input requires SplitType and AssembleWith to be the same",
        ),
        (
            {
                "DataProcessing": {"JoinSource": "Input"},
                **with_input(ContentType="text/csv"),
                "TransformOutput": {"S3OutputPath": "s3://b", "Accept": "application/json"},
            },
            "JoinSource Input requires ContentType and Accept to be the same",
        ),
    ],
)
def test_what_is_refused(
    transforming: Any, error_of: ErrorOf, changes: dict[str, Any], text: str
) -> None:
    assert error_of(transforming.create_transform_job, **job(**changes)) == (
        "ValidationException",
        text,
    )
    assert names(transforming) == []


def test_a_request_for_too_many_instances(transforming: Any, error_of: ErrorOf) -> None:
    resources = {"InstanceType": "ml.m5.large", "InstanceCount": 101}
    code, text = error_of(transforming.create_transform_job, **job(TransformResources=resources))
    assert code == "ResourceLimitExceeded"
    assert "'ml.m5.large for transform job usage' is 100 Instances" in text
    assert "delta of 101 Instances" in text


def test_lists_begin_with_the_newest(transforming: Any) -> None:
    control.fail_transform_job("AlgorithmError: See job logs for more information", name="b")
    for name in ("c", "b", "a"):
        transforming.create_transform_job(**job(name))
    assert names(transforming) == ["a", "b", "c"]
    assert names(transforming, SortBy="Name", SortOrder="Ascending") == ["a", "b", "c"]
    assert names(transforming, StatusEquals="Completed") == ["a", "c"]
    (failed,) = transforming.list_transform_jobs(StatusEquals="Failed")["TransformJobSummaries"]
    assert failed["FailureReason"] == "AlgorithmError: See job logs for more information"
    assert failed["LastModifiedTime"] == failed["TransformEndTime"]
    page = transforming.list_transform_jobs(MaxResults=2)
    rest = transforming.list_transform_jobs(MaxResults=2, NextToken=page["NextToken"])
    assert [each["TransformJobName"] for each in rest["TransformJobSummaries"]] == ["c"]


def test_the_dashboard_shows_the_last_one_of_a_model(transforming: Any) -> None:
    for name in ("first", "last"):
        transforming.create_transform_job(**job(name, Tags=[{"Key": "Stage", "Value": name}]))
    (result,) = transforming.search(Resource="Model")["Results"]
    shown = result["Model"]["LastBatchTransformJob"]
    assert (shown["TransformJobName"], shown["TransformJobStatus"]) == ("last", "Completed")
    assert shown["Tags"] == [{"Key": "Stage", "Value": "last"}]
