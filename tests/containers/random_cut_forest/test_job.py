"""A job of the random cut forest through boto3: train, look, search, deploy, ask, and errors."""

from __future__ import annotations

import io
import json
import tarfile
from typing import Any

import boto3
import botocore.exceptions
import numpy as np
import pytest
from tests.containers.random_cut_forest.conftest import labelled, rows

from sagemock import mock_sagemaker
from sagemock.algorithms.random_cut_forest import AnomalyScorer, RandomCutForest
from sagemock.containers.random_cut_forest.artifact import unpack_member
from sagemock.formats.recordio import encode

ROLE = "arn:aws:iam::123456789012:role/SageMaker"
RECORDIO = "application/x-recordio-protobuf"
IMAGE = "382416733822.dkr.ecr.us-east-1.amazonaws.com/randomcutforest:1"
DISTRIBUTIONS = {"train": "ShardedByS3Key", "test": "FullyReplicated"}


class Account:
    """Clients, a bucket `data` with numbers, and short calls."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.sagemaker = client("sagemaker")
        self.runtime = client("sagemaker-runtime")
        self.s3 = client("s3")
        self.s3.create_bucket(Bucket="data")
        for number in range(2):
            body = encode(rows(2000, seed=number))
            self.s3.put_object(Bucket="data", Key=f"train/{number}", Body=body)
        body = labelled(rows(500, seed=9), above=250)
        self.s3.put_object(Bucket="data", Key="test/rows", Body=body)

    def train(
        self,
        name: str,
        channels: tuple[str, ...] = ("train",),
        hosts: int = 1,
        distributions: dict[str, str] | None = None,
        **settings: str,
    ) -> dict[str, Any]:
        """The document of a new job."""
        usual = {"feature_dim": "1", "num_trees": "50", "num_samples_per_tree": "40"}
        self.sagemaker.create_training_job(
            TrainingJobName=name,
            RoleArn=ROLE,
            AlgorithmSpecification={"TrainingImage": IMAGE, "TrainingInputMode": "File"},
            HyperParameters={**usual, **settings},
            InputDataConfig=[
                {
                    "ChannelName": channel,
                    "DataSource": {
                        "S3DataSource": {
                            "S3DataType": "S3Prefix",
                            "S3Uri": f"s3://data/{channel}/",
                            "S3DataDistributionType": (distributions or DISTRIBUTIONS)[channel],
                        }
                    },
                }
                for channel in channels
            ],
            OutputDataConfig={"S3OutputPath": "s3://data/output"},
            ResourceConfig={
                "InstanceType": "ml.m4.xlarge",
                "InstanceCount": hosts,
                "VolumeSizeInGB": 10,
            },
            StoppingCondition={"MaxRuntimeInSeconds": 3600},
        )
        return self.job(name)

    def job(self, name: str) -> dict[str, Any]:
        described: dict[str, Any] = self.sagemaker.describe_training_job(TrainingJobName=name)
        return described

    def log(self, name: str, host: str = "algo-1") -> list[str]:
        logs = self.client("logs")
        group = "/aws/sagemaker/TrainingJobs"
        try:
            streams = logs.describe_log_streams(
                logGroupName=group, logStreamNamePrefix=f"{name}/{host}-"
            )["logStreams"]
        except logs.exceptions.ResourceNotFoundException:
            return []
        if not streams:
            return []
        (stream,) = streams
        answer = logs.get_log_events(
            logGroupName=group, logStreamName=stream["logStreamName"], startFromHead=True
        )
        return [event["message"] for event in answer["events"]]

    def forest(self, job: dict[str, Any]) -> RandomCutForest:
        bucket, _, key = job["ModelArtifacts"]["S3ModelArtifacts"][len("s3://") :].partition("/")
        data = self.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            assert archive.getnames() == ["model_algo-1"]
            member = archive.extractfile("model_algo-1")
            assert member is not None
            return unpack_member(member.read())

    def deploy(self, artifact: str, image: str = IMAGE) -> str:
        container = {"Image": image, "ModelDataUrl": artifact}
        self.sagemaker.create_model(
            ModelName="m", ExecutionRoleArn=ROLE, PrimaryContainer=container
        )
        variant = {
            "VariantName": "v",
            "ModelName": "m",
            "InitialInstanceCount": 1,
            "InstanceType": "ml.m4.xlarge",
        }
        self.sagemaker.create_endpoint_config(EndpointConfigName="c", ProductionVariants=[variant])
        self.sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
        status: str = self.sagemaker.describe_endpoint(EndpointName="e")["EndpointStatus"]
        return status

    def invoke(self, body: bytes, content_type: str, accept: str) -> bytes:
        answer = self.runtime.invoke_endpoint(
            EndpointName="e", ContentType=content_type, Accept=accept, Body=body
        )
        assert answer["ContentType"] == accept
        data: bytes = answer["Body"].read()
        return data


@pytest.fixture
def account(sagemock: Any) -> Account:
    return Account(sagemock.client)


def metrics(job: dict[str, Any]) -> dict[str, float]:
    return {each["MetricName"]: each["Value"] for each in job.get("FinalMetricDataList", ())}


def test_a_job_from_its_request_to_its_metrics(account: Account) -> None:
    job = account.train("j", channels=("train", "test"))
    assert job["TrainingJobStatus"] == job["SecondaryStatus"] == "Completed"
    definitions = job["AlgorithmSpecification"]["MetricDefinitions"]
    expressions = {each["Name"]: each["Regex"] for each in definitions}
    assert expressions["test:f1"] == r"#quality_metric: host=\S+, test f1 <score>=(\S+)"
    values = metrics(job)
    assert set(values) == set(expressions)
    scores = AnomalyScorer(account.forest(job)).scores(rows(500, seed=9))
    anomalous = scores > scores.mean() + 3 * scores.std()
    truth = rows(500, seed=9)[:, 0] > 250
    assert values["test:accuracy"] == pytest.approx((anomalous == truth).mean(), rel=1e-6)
    log = account.log("j")
    assert any("ForestInfo{num_trees: 50, num_samples_in_forest: 2000" in line for line in log)


def test_several_hosts(account: Account) -> None:
    job = account.train("j", hosts=2)
    assert job["TrainingJobStatus"] == "Completed"
    assert any("4000 samples gathered" in line for line in account.log("j"))
    assert any("Sampler correctly" in line for line in account.log("j", "algo-2"))
    assert account.forest(job).sizes().tolist() == [40] * 50


def test_train_data_that_is_not_sharded(account: Account) -> None:
    job = account.train("j", distributions={"train": "FullyReplicated"})
    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"] == (
        "ClientError: The value 'FullyReplicated' is not valid for the 'train.S3DistributionType' "
        "hyperparameter which accepts one of the following: 'ShardedByS3Key' (caused by "
        "ValidationError)"
    )


def test_search_ranks_jobs_by_their_metrics(account: Account) -> None:
    for trees in ("50", "60"):
        account.train(f"trees-{trees}", channels=("train", "test"), num_trees=trees)
    ranked = account.sagemaker.search(
        Resource="TrainingJob",
        SearchExpression={
            "Filters": [{"Name": "Metrics.test:f1", "Operator": "GreaterThan", "Value": "0"}]
        },
        SortBy="Metrics.test:f1",
        SortOrder="Descending",
    )
    values = [metrics(each["TrainingJob"])["test:f1"] for each in ranked["Results"]]
    assert len(values) == 2
    assert values == sorted(values, reverse=True)


def test_every_content_type_through_the_endpoint(account: Account) -> None:
    job = account.train("j")
    assert account.deploy(job["ModelArtifacts"]["S3ModelArtifacts"]) == "InService"
    asked = np.array([[50], [80], [3000]], np.float32)
    scores = AnomalyScorer(account.forest(job)).scores(asked)
    expected = [{"score": round(score, 10)} for score in scores.tolist()]
    listed = [{"features": row} for row in asked.tolist()]
    bodies = {
        "text/csv": b"50\n80\n3000",
        "application/json": json.dumps({"instances": listed}).encode(),
        "application/jsonlines": "\n".join(map(json.dumps, listed)).encode(),
        RECORDIO: encode(asked),
    }
    for content_type, body in bodies.items():
        answer = json.loads(account.invoke(body, content_type, "application/json"))
        assert answer == {"scores": expected}
    lines = account.invoke(bodies["text/csv"], "text/csv", "application/jsonlines")
    assert [json.loads(line) for line in lines.splitlines()] == expected
    assert scores.argmax() == 2
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        account.invoke(b"1,2", "text/csv", "application/json")
    assert caught.value.response["OriginalMessage"] == "unable to evaluate payload provided"


def test_a_model_of_another_algorithm_is_not_served(account: Account) -> None:
    artifact = account.train("j")["ModelArtifacts"]["S3ModelArtifacts"]
    assert account.deploy(artifact, IMAGE.replace("randomcutforest", "kmeans")) == "Failed"


def test_a_job_that_is_stopped_leaves_a_forest() -> None:
    with mock_sagemaker(training="background"):
        account = Account(boto3.client)
        account.train("j", mini_batch_size="1", epochs="1000000")
        while not any("#progress_metric" in line for line in account.log("j")):
            assert account.job("j")["TrainingJobStatus"] == "InProgress"
        account.sagemaker.stop_training_job(TrainingJobName="j")
        while account.job("j")["TrainingJobStatus"] != "Stopped":
            assert account.job("j")["TrainingJobStatus"] in ("Stopping", "Stopped")
        assert account.forest(account.job("j")).sizes().tolist() == [40] * 50
