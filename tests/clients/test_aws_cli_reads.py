"""What jobs and endpoints write to other services, read by the AWS CLI."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

NAMESPACE = "/aws/sagemaker/TrainingJobs"
ACCURACY = "train:binary_classification_accuracy"
DIMENSION = "Name=TrainingJobName,Value=job"


@pytest.fixture
def job(server: Any, make_studio: Any) -> dict[str, Any]:
    """A job that has completed, with an endpoint `e` of its model."""
    studio = make_studio(boto3.client)
    studio.create_job("job", Tags=[{"Key": "k", "Value": "v"}])
    studio.sagemaker.get_waiter("training_job_completed_or_stopped").wait(
        TrainingJobName="job", WaiterConfig={"Delay": 0.05, "MaxAttempts": 600}
    )
    described: dict[str, Any] = studio.job("job")
    studio.create_config("c", described["ModelArtifacts"]["S3ModelArtifacts"])
    studio.sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
    return described


@pytest.fixture
def ask(aws: Any, job: dict[str, Any]) -> Any:
    """Runs the CLI and gives its answer as JSON."""
    return lambda *arguments: json.loads(aws(*arguments))


def test_s3(aws: Any, ask: Any, job: dict[str, Any], tmp_path: Any) -> None:
    artifact = job["ModelArtifacts"]["S3ModelArtifacts"]
    bucket, _, key = artifact.removeprefix("s3://").partition("/")
    location = ("--bucket", bucket, "--key", key)
    copy = tmp_path / "model.tar.gz"
    aws("s3", "cp", artifact, str(copy))
    head = ask("s3api", "head-object", *location, "--checksum-mode", "ENABLED")
    assert head["ContentLength"] == copy.stat().st_size > 0
    assert head["ChecksumCRC32"]
    attributes = ask(
        *("s3api", "get-object-attributes", *location),
        *("--object-attributes", "ETag", "Checksum", "ObjectSize"),
    )
    assert attributes["ObjectSize"] == head["ContentLength"]
    assert attributes["Checksum"]["ChecksumCRC32"] == head["ChecksumCRC32"]
    part = tmp_path / "part"
    aws("s3api", "get-object", *location, "--range", "bytes=0-9", str(part))
    assert part.read_bytes() == copy.read_bytes()[:10]
    assert ask("s3api", "get-object-tagging", *location)["TagSet"] == []
    assert "model.tar.gz" in aws("s3", "ls", "--recursive", f"s3://{bucket}/output/")
    aws("s3", "sync", f"s3://{bucket}/output/", str(tmp_path / "all"))
    assert (tmp_path / "all" / key.removeprefix("output/")).read_bytes() == copy.read_bytes()
    aws("s3", "mv", artifact, f"s3://{bucket}/moved")
    aws("s3", "rm", f"s3://{bucket}/moved")
    assert "moved" not in aws("s3", "ls", f"s3://{bucket}/")


def test_logs(ask: Any) -> None:
    groups = ask("logs", "describe-log-groups")["logGroups"]
    assert [each["logGroupName"] for each in groups] == [
        "/aws/sagemaker/Endpoints/e",
        "/aws/sagemaker/TrainingJobs",
    ]
    group = ("--log-group-name", NAMESPACE)
    (stream,) = ask(
        *("logs", "describe-log-streams", *group, "--order-by", "LastEventTime", "--descending")
    )["logStreams"]
    name = ("--log-stream-name", stream["logStreamName"])
    events = ask("logs", "get-log-events", *group, *name, "--start-from-head")["events"]
    pattern = ("--filter-pattern", '"#quality_metric"')
    filtered = ask("logs", "filter-log-events", *group, *pattern)["events"]
    assert 0 < len(filtered) < len(events)
    endpoint = ("--log-group-name", "/aws/sagemaker/Endpoints/e")
    (ping,) = ask("logs", "filter-log-events", *endpoint)["events"]
    assert "GET /ping" in ping["message"]


def test_why_an_invocation_failed(ask: Any) -> None:
    with pytest.raises(ClientError):
        boto3.client("sagemaker-runtime").invoke_endpoint(
            EndpointName="e", Body=b"no numbers", ContentType="text/csv"
        )
    group = ("--log-group-name", "/aws/sagemaker/Endpoints/e", "--filter-pattern", "ERROR")
    (error,) = ask("logs", "filter-log-events", *group)["events"]
    assert "unable to evaluate payload provided" in error["message"]


def test_metrics(ask: Any, job: dict[str, Any]) -> None:
    listed = ask("cloudwatch", "list-metrics", "--namespace", NAMESPACE)["Metrics"]
    assert ACCURACY in {each["MetricName"] for each in listed}
    window = (
        *("--start-time", (job["TrainingStartTime"] - timedelta(minutes=1)).isoformat()),
        *("--end-time", (job["TrainingEndTime"] + timedelta(minutes=1)).isoformat()),
    )
    (point,) = ask(
        *("cloudwatch", "get-metric-statistics", "--namespace", NAMESPACE),
        *("--metric-name", ACCURACY, "--dimensions", DIMENSION),
        *("--period", "3600", "--statistics", "Average", *window),
    )["Datapoints"]
    metric = {
        "Namespace": NAMESPACE,
        "MetricName": ACCURACY,
        "Dimensions": [{"Name": "TrainingJobName", "Value": "job"}],
    }
    query = {"Id": "q", "MetricStat": {"Metric": metric, "Period": 3600, "Stat": "Average"}}
    (result,) = ask(
        *("cloudwatch", "get-metric-data", "--metric-data-queries", json.dumps([query])), *window
    )["MetricDataResults"]
    assert result["Values"] == [point["Average"]]


def test_tags(ask: Any, job: dict[str, Any]) -> None:
    arn = job["TrainingJobArn"]
    tags = [{"Key": "k", "Value": "v"}]
    assert ask("sagemaker", "list-tags", "--resource-arn", arn)["Tags"] == tags
    (mapping,) = ask(
        *("resourcegroupstaggingapi", "get-resources", "--tag-filters", "Key=k,Values=v"),
        *("--resource-type-filters", "sagemaker:training-job"),
    )["ResourceTagMappingList"]
    assert mapping == {"ResourceARN": arn, "Tags": tags}


def test_a_tuning_job(aws: Any, server: Any, make_studio: Any) -> None:
    studio = make_studio(boto3.client)
    config = {
        "Strategy": "Grid",
        "HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": ACCURACY},
        "ResourceLimits": {"MaxParallelTrainingJobs": 2},
        "ParameterRanges": {
            "CategoricalParameterRanges": [{"Name": "mini_batch_size", "Values": ["10", "20"]}]
        },
    }
    studio.create_job("template")
    template = studio.job("template")
    definition = {
        "AlgorithmSpecification": {
            "TrainingImage": template["AlgorithmSpecification"]["TrainingImage"],
            "TrainingInputMode": "File",
        },
        "StaticHyperParameters": {"predictor_type": "binary_classifier", "epochs": "2"},
        **{
            member: template[member]
            for member in ("RoleArn", "InputDataConfig", "ResourceConfig", "StoppingCondition")
        },
        "OutputDataConfig": {"S3OutputPath": "s3://studio/output"},
    }
    name = ("--hyper-parameter-tuning-job-name", "cli")
    aws(
        "sagemaker",
        "create-hyper-parameter-tuning-job",
        *name,
        "--hyper-parameter-tuning-job-config",
        json.dumps(config),
        "--training-job-definition",
        json.dumps(definition),
    )
    described = json.loads(aws("sagemaker", "describe-hyper-parameter-tuning-job", *name))
    assert described["HyperParameterTuningJobStatus"] == "Completed"
    listed = json.loads(
        aws("sagemaker", "list-training-jobs-for-hyper-parameter-tuning-job", *name)
    )["TrainingJobSummaries"]
    sizes = [each["TunedHyperParameters"]["mini_batch_size"] for each in listed]
    assert sorted(sizes) == ["10", "20"]
    best = described["BestTrainingJob"]["TrainingJobName"]
    assert best in {each["TrainingJobName"] for each in listed}
