"""A job of KNN through boto3: train, look, search, deploy, ask, and what AWS says to errors."""

from __future__ import annotations

import io
import json
import tarfile
from typing import Any

import boto3
import botocore.exceptions
import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

from sagemock import mock_sagemaker
from sagemock.containers.knn.artifact import unpack_index
from sagemock.formats.recordio import encode

ROLE = "arn:aws:iam::123456789012:role/SageMaker"
RECORDIO = "application/x-recordio-protobuf"
IMAGE = "382416733822.dkr.ecr.us-east-1.amazonaws.com/knn:1"
SPLIT = 700


class Account:
    """Clients, a bucket `data` with the digits, and short calls."""

    def __init__(self, client: Any, digits: Any) -> None:
        self.client = client
        self.sagemaker = client("sagemaker")
        self.runtime = client("sagemaker-runtime")
        self.s3 = client("s3")
        self.images, self.labels = digits.images, digits.digits.astype(np.float32)
        self.s3.create_bucket(Bucket="data")
        for channel, part in (("train", slice(0, SPLIT)), ("test", slice(SPLIT, None))):
            body = encode(self.images[part], self.labels[part])
            self.s3.put_object(Bucket="data", Key=f"{channel}/rows", Body=body)

    def train(
        self, name: str, channels: tuple[str, ...] = ("train", "test"), **settings: str
    ) -> dict[str, Any]:
        """The document of a new job."""
        usual = {"k": "3", "predictor_type": "classifier", "sample_size": "1000"}
        self.sagemaker.create_training_job(
            TrainingJobName=name,
            RoleArn=ROLE,
            AlgorithmSpecification={"TrainingImage": IMAGE, "TrainingInputMode": "File"},
            HyperParameters={**usual, "feature_dim": "784", **settings},
            InputDataConfig=[
                {
                    "ChannelName": channel,
                    "DataSource": {
                        "S3DataSource": {
                            "S3DataType": "S3Prefix",
                            "S3Uri": f"s3://data/{channel}/",
                        }
                    },
                }
                for channel in channels
            ],
            OutputDataConfig={"S3OutputPath": "s3://data/output"},
            ResourceConfig={
                "InstanceType": "ml.m5.large",
                "InstanceCount": 1,
                "VolumeSizeInGB": 10,
            },
            StoppingCondition={"MaxRuntimeInSeconds": 3600},
        )
        return self.job(name)

    def job(self, name: str) -> dict[str, Any]:
        described: dict[str, Any] = self.sagemaker.describe_training_job(TrainingJobName=name)
        return described

    def log(self, name: str) -> list[str]:
        logs = self.client("logs")
        group = "/aws/sagemaker/TrainingJobs"
        try:
            streams = logs.describe_log_streams(
                logGroupName=group, logStreamNamePrefix=f"{name}/algo-1-"
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

    def files(self, job: dict[str, Any]) -> dict[str, bytes]:
        bucket, _, key = job["ModelArtifacts"]["S3ModelArtifacts"][len("s3://") :].partition("/")
        data = self.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            members = {each.name: archive.extractfile(each) for each in archive}
            return {name: member.read() for name, member in members.items() if member}

    def deploy(self, artifact: str, image: str = IMAGE) -> str:
        container = {"Image": image, "ModelDataUrl": artifact}
        self.sagemaker.create_model(
            ModelName="m", ExecutionRoleArn=ROLE, PrimaryContainer=container
        )
        variant = {
            "VariantName": "v",
            "ModelName": "m",
            "InitialInstanceCount": 1,
            "InstanceType": "ml.m5.large",
        }
        self.sagemaker.create_endpoint_config(EndpointConfigName="c", ProductionVariants=[variant])
        self.sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
        status: str = self.sagemaker.describe_endpoint(EndpointName="e")["EndpointStatus"]
        return status

    def invoke(self, body: bytes, content_type: str, accept: str) -> bytes:
        answer = self.runtime.invoke_endpoint(
            EndpointName="e", ContentType=content_type, Accept=accept, Body=body
        )
        data: bytes = answer["Body"].read()
        return data


@pytest.fixture
def account(sagemock: Any, digits: Any) -> Account:
    return Account(sagemock.client, digits)


def metrics(job: dict[str, Any]) -> dict[str, float]:
    return {each["MetricName"]: each["Value"] for each in job.get("FinalMetricDataList", ())}


def test_a_job_from_its_request_to_its_metrics(account: Account) -> None:
    job = account.train("j")
    assert job["TrainingJobStatus"] == job["SecondaryStatus"] == "Completed"
    definitions = job["AlgorithmSpecification"]["MetricDefinitions"]
    assert {each["Name"]: each["Regex"] for each in definitions} == {
        "train:progress": r"#progress_metric: host=\S+, completed (\S+) %",
        "train:throughput": r"#throughput_metric: host=\S+, train throughput=(\S+) records/second",
        "test:accuracy": r"#quality_metric: host=\S+, test accuracy <score>=(\S+)",
        "test:mse": r"#quality_metric: host=\S+, test mse <loss>=(\S+)",
    }
    judge = KNeighborsClassifier(3, algorithm="brute")
    judge.fit(account.images[:SPLIT], account.labels[:SPLIT])
    expected = judge.score(account.images[SPLIT:], account.labels[SPLIT:])
    assert metrics(job)["test:accuracy"] == pytest.approx(expected, rel=1e-6)
    assert account.log("j")[0] == "Docker entrypoint called with argument(s): train"
    assert f"'TRAINING_JOB_ARN': '{job['TrainingJobArn']}'" in "\n".join(account.log("j"))


def test_the_artifact_has_the_rows_and_their_labels(account: Account) -> None:
    files = account.files(account.train("j", channels=("train",)))
    assert sorted(files) == ["model_algo-1", "model_algo-1.json", "model_algo-1.labels"]
    rows, metric = unpack_index(files["model_algo-1"])
    assert metric == "L2"
    assert rows.tobytes() == account.images[:SPLIT].tobytes()
    labels = np.frombuffer(files["model_algo-1.labels"], np.float32)
    assert labels.tolist() == account.labels[:SPLIT].tolist()
    assert json.loads(files["model_algo-1.json"])["k"] == 3


def test_search_ranks_jobs_by_their_metrics(account: Account) -> None:
    for k in ("1", "3", "200"):
        account.train(f"k-{k}", k=k)
    ranked = account.sagemaker.search(
        Resource="TrainingJob",
        SearchExpression={
            "Filters": [{"Name": "HyperParameters.predictor_type", "Operator": "Exists"}]
        },
        SortBy="Metrics.test:accuracy",
        SortOrder="Ascending",
    )
    names = [each["TrainingJob"]["TrainingJobName"] for each in ranked["Results"]]
    assert names[0] == "k-200"


def test_a_job_that_fails_says_why(account: Account) -> None:
    job = account.train("j", index_type="faiss.HNSW")
    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"] == (
        "ClientError: The value 'faiss.HNSW' is not valid for the 'index_type' hyperparameter "
        "which accepts one of the following: 'faiss.Flat', 'faiss.IVFFlat', 'faiss.IVFPQ' "
        "(caused by ValidationError)"
    )
    assert "Customer Error: The value 'faiss.HNSW'" in account.log("j")[-1]


def test_every_content_type_through_the_endpoint(account: Account) -> None:
    job = account.train("j", channels=("train",))
    assert account.deploy(job["ModelArtifacts"]["S3ModelArtifacts"]) == "InService"
    rows = account.images[SPLIT : SPLIT + 3]
    judge = KNeighborsClassifier(3, algorithm="brute")
    judge.fit(account.images[:SPLIT], account.labels[:SPLIT])
    expected = [{"predicted_label": label} for label in judge.predict(rows).tolist()]
    listed = [{"features": row} for row in rows.tolist()]
    bodies = {
        "text/csv": "\n".join(",".join(map(str, row)) for row in rows.tolist()).encode(),
        "application/json": json.dumps({"instances": listed}).encode(),
        "application/jsonlines": "\n".join(map(json.dumps, listed)).encode(),
        RECORDIO: encode(rows),
    }
    for content_type, body in bodies.items():
        answer = json.loads(account.invoke(body, content_type, "application/json"))
        assert answer == {"predictions": expected}
    lines = account.invoke(bodies["text/csv"], "text/csv", "application/jsonlines")
    assert [json.loads(line) for line in lines.splitlines()] == expected
    verbose = account.invoke(bodies["text/csv"], "text/csv", "application/json; verbose=true")
    distances, indices = judge.kneighbors(rows)
    for prediction, of_row, nearest in zip(
        json.loads(verbose)["predictions"], distances, indices, strict=True
    ):
        np.testing.assert_allclose(prediction["distances"], of_row**2, rtol=1e-4)
        assert prediction["labels"] == account.labels[nearest].tolist()


def test_a_payload_that_is_none(account: Account) -> None:
    job = account.train("j", channels=("train",))
    account.deploy(job["ModelArtifacts"]["S3ModelArtifacts"])
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        account.invoke(b"1,2", "text/csv", "application/json")
    response = caught.value.response
    assert response["Error"]["Code"] == "ModelError"
    assert response["OriginalMessage"] == "unable to evaluate payload provided"


def test_a_model_of_another_algorithm_is_not_served(account: Account) -> None:
    job = account.train("j", channels=("train",))
    artifact = job["ModelArtifacts"]["S3ModelArtifacts"]
    assert account.deploy(artifact, IMAGE.replace("knn", "linear-learner")) == "Failed"


def test_a_job_that_is_stopped_leaves_a_model_that_serves(digits: Any) -> None:
    with mock_sagemaker(training="background"):
        account = Account(boto3.client, digits)
        account.train("j", mini_batch_size="1", epochs="1000000")
        while not any("#progress_metric" in line for line in account.log("j")):
            assert account.job("j")["TrainingJobStatus"] == "InProgress"
        account.sagemaker.stop_training_job(TrainingJobName="j")
        while account.job("j")["TrainingJobStatus"] != "Stopped":
            assert account.job("j")["TrainingJobStatus"] in ("Stopping", "Stopped")
        rows, _ = unpack_index(account.files(account.job("j"))["model_algo-1"])
        # The first epoch, and as much of the second one as there was time for.
        assert SPLIT <= len(rows) <= 1000
