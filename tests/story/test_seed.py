"""The seed's story, chapter by chapter: AWS's announcement of SageMaker Search, retold.

Three Linear Learner jobs that recognise the digit 0 are tagged, searched and ranked; the best
one's model is deployed, and traced back from its endpoint.
"""

from __future__ import annotations

import io
import json
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from botocore.exceptions import ClientError, WaiterError

from sagemock.formats.recordio import encode

BUCKET = "digits"
IMAGE = "382416733822.dkr.ecr.us-east-1.amazonaws.com/linear-learner:1"
ROLE = "arn:aws:iam::123456789012:role/SageMaker"
TAG = {"Key": "Project", "Value": "Project_Binary_Classifier"}
ACCURACY = "train:binary_classification_accuracy"
OBJECTIVE = "train:objective_loss:final"
BATCH_SIZES = (100, 200, 300)


class Storyteller:
    """The clients, and the steps that chapters have in common."""

    def __init__(self, client: Any) -> None:
        self.sagemaker = client("sagemaker")
        self.runtime = client("sagemaker-runtime")
        self.s3 = client("s3")
        self.logs = client("logs")
        self.cloudwatch = client("cloudwatch")

    def upload(self, digits: Any) -> None:
        self.s3.create_bucket(Bucket=BUCKET)
        body = encode(digits.images, digits.zero)
        self.s3.upload_fileobj(io.BytesIO(body), BUCKET, "train/part-0.pbr")

    def train(self, batch_size: int, name: str | None = None) -> str:
        name = name or f"batch-{batch_size}"
        self.sagemaker.create_training_job(
            TrainingJobName=name,
            AlgorithmSpecification={"TrainingImage": IMAGE, "TrainingInputMode": "File"},
            RoleArn=ROLE,
            HyperParameters={
                "feature_dim": "784",
                "predictor_type": "binary_classifier",
                "mini_batch_size": str(batch_size),
            },
            InputDataConfig=[
                {
                    "ChannelName": "train",
                    "DataSource": {
                        "S3DataSource": {
                            "S3DataType": "S3Prefix",
                            "S3Uri": f"s3://{BUCKET}/train/",
                        }
                    },
                }
            ],
            OutputDataConfig={"S3OutputPath": f"s3://{BUCKET}/output/{batch_size}/"},
            ResourceConfig={
                "InstanceType": "ml.c4.2xlarge",
                "InstanceCount": 1,
                "VolumeSizeInGB": 10,
            },
            StoppingCondition={"MaxRuntimeInSeconds": 3600},
            Tags=[TAG],
        )
        self.sagemaker.get_waiter("training_job_completed_or_stopped").wait(
            TrainingJobName=name, WaiterConfig={"Delay": 0, "MaxAttempts": 100_000}
        )
        return name

    def deploy(self, artifact: str) -> None:
        self.sagemaker.create_model(
            ModelName="zero",
            ExecutionRoleArn=ROLE,
            PrimaryContainer={"Image": IMAGE, "ModelDataUrl": artifact},
        )
        self.sagemaker.create_endpoint_config(
            EndpointConfigName="zero-config",
            ProductionVariants=[
                {
                    "VariantName": "AllTraffic",
                    "ModelName": "zero",
                    "InitialInstanceCount": 1,
                    "InstanceType": "ml.m4.xlarge",
                }
            ],
        )
        self.sagemaker.create_endpoint(EndpointName="zero", EndpointConfigName="zero-config")


@pytest.fixture
def teller(client: Any, digits: Any) -> Storyteller:
    teller = Storyteller(client)
    teller.upload(digits)
    return teller


def test_chapters_two_to_four_train_search_and_rank(teller: Storyteller) -> None:
    for batch_size in BATCH_SIZES:
        teller.train(batch_size)
    expression = {
        "Filters": [
            {"Name": "Tags.Project", "Operator": "Equals", "Value": TAG["Value"]},
            {"Name": "TrainingJobStatus", "Operator": "Equals", "Value": "Completed"},
        ]
    }

    by_accuracy = teller.sagemaker.search(
        Resource="TrainingJob",
        SearchExpression=expression,
        SortBy=f"Metrics.{ACCURACY}",
        SortOrder="Descending",
    )
    jobs = [result["TrainingJob"] for result in by_accuracy["Results"]]
    accuracies = [metrics_of(job)[ACCURACY] for job in jobs]
    assert {job["TrainingJobName"] for job in jobs} == {"batch-100", "batch-200", "batch-300"}
    assert accuracies == sorted(accuracies, reverse=True)
    assert accuracies[-1] > 0.98
    assert all(job["Tags"] == [TAG] for job in jobs)
    assert by_accuracy["TotalHits"]["Value"] == 3

    by_objective = teller.sagemaker.search(
        Resource="TrainingJob",
        SearchExpression=expression,
        SortBy=f"Metrics.{OBJECTIVE}",
        SortOrder="Ascending",
        MaxResults=2,
    )
    jobs = [result["TrainingJob"] for result in by_objective["Results"]]
    # The smallest batches make the most steps, and reach the lowest loss.
    assert [job["HyperParameters"]["mini_batch_size"] for job in jobs] == ["100", "200"]


def metrics_of(job: dict[str, Any]) -> dict[str, float]:
    return {datum["MetricName"]: datum["Value"] for datum in job["FinalMetricDataList"]}


def test_chapter_five_the_digit_is_recognised(teller: Storyteller, digits: Any) -> None:
    job = teller.sagemaker.describe_training_job(TrainingJobName=teller.train(200))
    teller.deploy(job["ModelArtifacts"]["S3ModelArtifacts"])
    for digit, expected in ((0, 1), (7, 0), (1, 0)):
        row = digits.images[np.flatnonzero(digits.digits == digit)[0]]
        answer = teller.runtime.invoke_endpoint(
            EndpointName="zero", ContentType="text/csv", Body=",".join(map(str, row))
        )
        prediction = json.loads(answer["Body"].read())["predictions"][0]
        assert prediction["predicted_label"] == expected
        assert 0 <= prediction["score"] <= 1
        assert answer["InvokedProductionVariant"] == "AllTraffic"
        assert answer["ContentType"] == "application/json"


def test_chapter_six_the_model_is_traced_to_its_data(teller: Storyteller) -> None:
    for batch_size in (100, 200):
        teller.train(batch_size)
    job = teller.sagemaker.describe_training_job(TrainingJobName="batch-200")
    teller.deploy(job["ModelArtifacts"]["S3ModelArtifacts"])

    endpoint = teller.sagemaker.describe_endpoint(EndpointName="zero")
    config = teller.sagemaker.describe_endpoint_config(
        EndpointConfigName=endpoint["EndpointConfigName"]
    )
    model = teller.sagemaker.describe_model(ModelName=config["ProductionVariants"][0]["ModelName"])
    results = teller.sagemaker.search(
        Resource="TrainingJob",
        SearchExpression={
            "Filters": [
                {
                    "Name": "ModelArtifacts.S3ModelArtifacts",
                    "Operator": "Equals",
                    "Value": model["PrimaryContainer"]["ModelDataUrl"],
                }
            ]
        },
        MaxResults=1,
    )["Results"]
    assert [result["TrainingJob"]["TrainingJobName"] for result in results] == ["batch-200"]
    channel = results[0]["TrainingJob"]["InputDataConfig"][0]
    assert channel["DataSource"]["S3DataSource"]["S3Uri"] == f"s3://{BUCKET}/train/"


def test_a_job_leaves_its_history_log_metrics_and_artifact(teller: Storyteller) -> None:
    job = teller.sagemaker.describe_training_job(TrainingJobName=teller.train(100))

    history = job["SecondaryStatusTransitions"]
    assert [entry["Status"] for entry in history] == [
        "Starting",
        "Downloading",
        "Training",
        "Uploading",
        "Completed",
    ]
    for earlier, later in pairwise(history):
        assert earlier["EndTime"] == later["StartTime"]
    assert job["CreationTime"] == history[0]["StartTime"]
    assert job["TrainingStartTime"] == history[1]["StartTime"]
    assert job["TrainingEndTime"] == history[-1]["StartTime"] == history[-1]["EndTime"]
    assert len(job["AlgorithmSpecification"]["MetricDefinitions"]) == 37

    events = teller.logs.filter_log_events(
        logGroupName="/aws/sagemaker/TrainingJobs", logStreamNamePrefix="batch-100/algo-1-"
    )["events"]
    lines = [event["message"] for event in events]
    assert lines[0].startswith("Docker entrypoint called with argument(s): train")
    assert any("#progress_metric: host=algo-1, completed 100" in line for line in lines)

    listed = teller.cloudwatch.list_metrics(Namespace="/aws/sagemaker/TrainingJobs")["Metrics"]
    named = {metric["MetricName"]: metric["Dimensions"] for metric in listed}
    assert named[ACCURACY] == [{"Name": "TrainingJobName", "Value": "batch-100"}]

    artifact = job["ModelArtifacts"]["S3ModelArtifacts"]
    assert artifact == f"s3://{BUCKET}/output/100/batch-100/output/model.tar.gz"
    body = teller.s3.get_object(Bucket=BUCKET, Key=artifact.split("/", 3)[3])["Body"].read()
    assert body.startswith(b"\x1f\x8b")


def test_an_artifact_uploaded_by_hand_serves_too(teller: Storyteller, digits: Any) -> None:
    job = teller.sagemaker.describe_training_job(TrainingJobName=teller.train(100))
    key = job["ModelArtifacts"]["S3ModelArtifacts"].split("/", 3)[3]
    teller.s3.copy_object(
        Bucket=BUCKET, Key="by-hand/model.tar.gz", CopySource={"Bucket": BUCKET, "Key": key}
    )
    teller.s3.delete_object(Bucket=BUCKET, Key=key)
    teller.deploy(f"s3://{BUCKET}/by-hand/model.tar.gz")
    row = digits.images[np.flatnonzero(digits.digits == 0)[0]]
    answer = teller.runtime.invoke_endpoint(
        EndpointName="zero",
        ContentType="application/json",
        Body=json.dumps({"instances": [{"features": row.tolist()}]}),
    )
    assert json.loads(answer["Body"].read())["predictions"][0]["predicted_label"] == 1


def test_a_job_without_data_is_refused(teller: Storyteller) -> None:
    teller.s3.delete_object(Bucket=BUCKET, Key="train/part-0.pbr")
    with pytest.raises(ClientError, match='No S3 objects found under S3 URL "s3://digits/train/"'):
        teller.train(100)
    assert teller.sagemaker.list_training_jobs()["TrainingJobSummaries"] == []


def test_a_job_with_bad_data_fails_with_a_reason(teller: Storyteller) -> None:
    teller.s3.put_object(Bucket=BUCKET, Key="train/part-1.pbr", Body=b"label,pixel\n")
    with pytest.raises(WaiterError, match="Failed"):
        teller.train(100)
    job = teller.sagemaker.describe_training_job(TrainingJobName="batch-100")
    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"].startswith("ClientError: Unable to read data channel 'train'. ")
