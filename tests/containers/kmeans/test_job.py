"""A job of K-Means through boto3: train, look, search, deploy, ask, and what AWS says to errors."""

from __future__ import annotations

import io
import json
import tarfile
from typing import Any

import boto3
import botocore.exceptions
import numpy as np
import pytest
from tests.containers.kmeans.test_artifact import independently_read
from tests.waiting import until

from sagemock import mock_sagemaker
from sagemock.formats.recordio import encode

ROLE = "arn:aws:iam::123456789012:role/SageMaker"
RECORDIO = "application/x-recordio-protobuf"
REGISTRIES = {
    "us-east-1": "382416733822.dkr.ecr.us-east-1.amazonaws.com",
    "eu-west-1": "438346466558.dkr.ecr.eu-west-1.amazonaws.com",
    "cn-north-1": "390948362332.dkr.ecr.cn-north-1.amazonaws.com.cn",
}
IMAGE = f"{REGISTRIES['us-east-1']}/kmeans:1"


class Account:
    """Clients, a bucket `data` with the digits, and short calls."""

    def __init__(self, client: Any, images: np.ndarray) -> None:
        self.client = client
        self.sagemaker = client("sagemaker")
        self.runtime = client("sagemaker-runtime")
        self.s3 = client("s3")
        self.images = images
        self.s3.create_bucket(Bucket="data")
        self.s3.put_object(Bucket="data", Key="train/rows", Body=encode(images[:700]))
        self.s3.put_object(Bucket="data", Key="test/rows", Body=encode(images[700:]))

    def train(
        self,
        name: str,
        image: str = IMAGE,
        channels: tuple[str, ...] = ("train",),
        hosts: int = 1,
        **settings: str,
    ) -> dict[str, Any]:
        """The document of a new job."""
        self.sagemaker.create_training_job(
            TrainingJobName=name,
            RoleArn=ROLE,
            AlgorithmSpecification={"TrainingImage": image, "TrainingInputMode": "File"},
            HyperParameters={"k": "10", "feature_dim": "784", **settings},
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

    def centers(self, job: dict[str, Any]) -> np.ndarray:
        bucket, _, key = job["ModelArtifacts"]["S3ModelArtifacts"][len("s3://") :].partition("/")
        data = self.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            assert archive.getnames() == ["model_algo-1"]
            member = archive.extractfile("model_algo-1")
            assert member is not None
            (centers,), names = independently_read(member.read())
        assert not names
        return centers

    def deploy(self, artifact: str, image: str = IMAGE) -> str:
        self.sagemaker.create_model(
            ModelName="m",
            ExecutionRoleArn=ROLE,
            PrimaryContainer={"Image": image, "ModelDataUrl": artifact},
        )
        variant = {
            "VariantName": "v",
            "ModelName": "m",
            "InitialInstanceCount": 1,
            "InstanceType": "ml.t2.medium",
        }
        self.sagemaker.create_endpoint_config(EndpointConfigName="c", ProductionVariants=[variant])
        self.sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
        return self.endpoint_status()

    def endpoint_status(self) -> str:
        status: str = self.sagemaker.describe_endpoint(EndpointName="e")["EndpointStatus"]
        return status


@pytest.fixture
def account(sagemock: Any, digits: Any) -> Account:
    return Account(sagemock.client, digits.images)


def metrics(job: dict[str, Any]) -> dict[str, float]:
    return {each["MetricName"]: each["Value"] for each in job.get("FinalMetricDataList", ())}


def test_a_job_from_its_request_to_its_metrics(account: Account) -> None:
    job = account.train("j", channels=("train", "test"), eval_metrics='["msd","ssd"]')
    assert job["TrainingJobStatus"] == job["SecondaryStatus"] == "Completed"
    assert [each["Status"] for each in job["SecondaryStatusTransitions"]] == [
        "Starting",
        "Downloading",
        "Training",
        "Uploading",
        "Completed",
    ]
    definitions = job["AlgorithmSpecification"]["MetricDefinitions"]
    assert {each["Name"]: each["Regex"] for each in definitions} == {
        "train:progress": r"#progress_metric: host=\S+, completed (\S+) %",
        "train:throughput": r"#throughput_metric: host=\S+, train throughput=(\S+) records/second",
        "train:msd": r"#quality_metric: host=\S+, train msd <loss>=(\S+)",
        "test:msd": r"#quality_metric: host=\S+, test msd <loss>=(\S+)",
        "test:ssd": r"#quality_metric: host=\S+, test ssd <loss>=(\S+)",
    }
    values = metrics(job)
    assert set(values) == {each["Name"] for each in definitions}
    assert values["train:progress"] == 100
    centers = account.centers(job).astype(np.float64)
    assert centers.shape == (10, 784)
    rows = account.images[700:].astype(np.float64)
    squared = ((rows[:, np.newaxis] - centers) ** 2).sum(axis=2).min(axis=1)
    assert values["test:msd"] == pytest.approx(squared.mean(), rel=1e-6)
    assert values["test:ssd"] == pytest.approx(squared.sum(), rel=1e-6)


@pytest.mark.parametrize("fixture", ["sagemock", "sagemock_server"])
def test_two_hosts_in_process_and_on_the_server(
    request: pytest.FixtureRequest, digits: Any, fixture: str
) -> None:
    account = Account(request.getfixturevalue(fixture).client, digits.images)
    account.train("j", channels=("train", "test"), hosts=2, mini_batch_size="200")
    until(lambda: account.job("j")["TrainingJobStatus"] != "InProgress")
    job = account.job("j")
    assert job["TrainingJobStatus"] == "Completed"
    for host in ("algo-1", "algo-2"):
        log = account.log("j", host)
        assert any(f"host={host}, completed 100.0 % of epochs" in line for line in log)
        assert any(f"#test_score ({host})" in line for line in log)
    account.deploy(job["ModelArtifacts"]["S3ModelArtifacts"])
    until(lambda: account.endpoint_status() == "InService")
    body = invoke(account, encode(digits.images[:3]), RECORDIO, "application/jsonlines")
    centers = account.centers(job).astype(np.float64)
    distances = np.linalg.norm(digits.images[:3, np.newaxis] - centers, axis=2)
    answers = [json.loads(line) for line in body.splitlines()]
    assert [each["closest_cluster"] for each in answers] == distances.argmin(axis=1).tolist()


def test_the_log_is_in_cloudwatch(account: Account) -> None:
    job = account.train("j")
    log = account.log("j")
    assert log[0] == "Docker entrypoint called with argument(s): train"
    (msd_line,) = [line for line in log if "train msd <loss>=" in line]
    value = float(msd_line.rpartition("=")[2])
    assert metrics(job)["train:msd"] == float(np.float32(value))
    assert sum("local kmeans attempt #" in line for line in log) == 10
    assert '"totaltime"' in log[-1]


def test_search_ranks_jobs_by_their_metrics(account: Account) -> None:
    for k in ("2", "20", "5"):
        account.train(f"k-{k}", channels=("train", "test"), k=k)
    ranked = account.sagemaker.search(
        Resource="TrainingJob",
        SearchExpression={
            "Filters": [{"Name": "Metrics.test:msd", "Operator": "GreaterThan", "Value": "0"}]
        },
        SortBy="Metrics.test:msd",
        SortOrder="Ascending",
    )
    names = [each["TrainingJob"]["TrainingJobName"] for each in ranked["Results"]]
    assert names == ["k-20", "k-5", "k-2"]


@pytest.mark.parametrize(
    "image",
    [
        *(f"{registry}/kmeans:1" for registry in REGISTRIES.values()),
        f"{REGISTRIES['us-east-1']}/kmeans:latest",
        f"{REGISTRIES['us-east-1']}/kmeans@sha256:{'0' * 64}",
    ],
)
def test_the_image_of_every_region_is_run(account: Account, image: str) -> None:
    assert "train:msd" in metrics(account.train("j", image=image))


def test_images_of_other_names_are_not(account: Account) -> None:
    job = account.train("j", image=IMAGE.replace("kmeans", "my-kmeans"))
    assert job["TrainingJobStatus"] == "Completed"
    assert not job.get("FinalMetricDataList")


def test_metric_definitions_are_not_for_built_in_algorithms(account: Account) -> None:
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        account.sagemaker.create_training_job(
            TrainingJobName="j",
            RoleArn=ROLE,
            AlgorithmSpecification={
                "TrainingImage": IMAGE,
                "TrainingInputMode": "File",
                "MetricDefinitions": [{"Name": "a", "Regex": "(b)"}],
            },
            OutputDataConfig={"S3OutputPath": "s3://data/output"},
            ResourceConfig={
                "InstanceType": "ml.m5.large",
                "InstanceCount": 1,
                "VolumeSizeInGB": 10,
            },
            StoppingCondition={"MaxRuntimeInSeconds": 3600},
        )
    assert caught.value.response["Error"]["Code"] == "ValidationException"


def test_a_job_that_fails_says_why(account: Account) -> None:
    job = account.train("j", k="zero")
    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"] == (
        "ClientError: The value 'zero' is not valid for the 'k' hyperparameter which expects one "
        "of the following: a string which matches the pattern '^([1-9][0-9]*)$'; or an integer "
        "greater than 1 (caused by ValidationError)"
    )
    assert "Customer Error: The value 'zero'" in account.log("j")[-1]


def test_a_job_that_is_stopped_leaves_a_model_that_serves(digits: Any) -> None:
    with mock_sagemaker(training="background"):
        account = Account(boto3.client, digits.images)
        account.train("j", mini_batch_size="100", epochs="1000000")
        while not any("#progress_metric" in line for line in account.log("j")):
            assert account.job("j")["TrainingJobStatus"] == "InProgress"
        account.sagemaker.stop_training_job(TrainingJobName="j")
        while account.job("j")["TrainingJobStatus"] != "Stopped":
            assert account.job("j")["TrainingJobStatus"] in ("Stopping", "Stopped")
        job = account.job("j")
        statuses = [each["Status"] for each in job["SecondaryStatusTransitions"]]
        assert statuses[-4:] == ["Training", "Stopping", "Uploading", "Stopped"]
        assert account.centers(job).shape == (10, 784)
        account.deploy(job["ModelArtifacts"]["S3ModelArtifacts"])
        while (
            account.sagemaker.describe_endpoint(EndpointName="e")["EndpointStatus"] != "InService"
        ):
            pass
        body = invoke(account, encode(digits.images[:1]), RECORDIO, "application/json")
        assert 0 <= json.loads(body)["predictions"][0]["closest_cluster"] < 10


@pytest.fixture
def endpoint(account: Account) -> Account:
    """An account with an endpoint `e` that serves a model of the digits."""
    job = account.train("j")
    assert account.deploy(job["ModelArtifacts"]["S3ModelArtifacts"]) == "InService"
    return account


def invoke(account: Account, body: bytes, content_type: str, accept: str) -> bytes:
    answer = account.runtime.invoke_endpoint(
        EndpointName="e", ContentType=content_type, Accept=accept, Body=body
    )
    assert answer["ContentType"] == accept
    data: bytes = answer["Body"].read()
    return data


def test_every_content_type_through_the_endpoint(endpoint: Account) -> None:
    rows = endpoint.images[:3]
    centers = endpoint.centers(endpoint.job("j")).astype(np.float64)
    distances = np.sqrt(((rows[:, np.newaxis] - centers) ** 2).sum(axis=2))
    expected = [
        {"closest_cluster": float(row.argmin()), "distance_to_cluster": pytest.approx(row.min())}
        for row in distances
    ]
    listed = [{"features": row} for row in rows.tolist()]
    bodies = {
        "text/csv": "\n".join(",".join(map(str, row)) for row in rows.tolist()).encode(),
        "application/json": json.dumps({"instances": listed}).encode(),
        "application/jsonlines": "\n".join(map(json.dumps, listed)).encode(),
        RECORDIO: encode(rows),
    }
    for content_type, body in bodies.items():
        answer = json.loads(invoke(endpoint, body, content_type, "application/json"))
        assert answer == {"predictions": expected}
    lines = invoke(endpoint, bodies["text/csv"], "text/csv", "application/jsonlines")
    assert [json.loads(line) for line in lines.splitlines()] == expected
    table = invoke(endpoint, bodies["text/csv"], "text/csv", "text/csv")
    names = ("closest_cluster", "distance_to_cluster")
    assert [
        dict(zip(names, map(float, line.split(b",")), strict=True)) for line in table.splitlines()
    ] == expected


def test_records_through_the_endpoint(endpoint: Account, record_type: Any) -> None:
    body = invoke(endpoint, encode(endpoint.images[:1]), RECORDIO, RECORDIO)
    record = record_type.FromString(body[8 : 8 + int.from_bytes(body[4:8], "little")])
    values = {name: each.float32_tensor.values[:] for name, each in record.label.items()}
    as_json = json.loads(
        invoke(endpoint, encode(endpoint.images[:1]), RECORDIO, "application/json")
    )
    assert values == {name: [value] for name, value in as_json["predictions"][0].items()}


def test_a_payload_that_is_none(endpoint: Account) -> None:
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        endpoint.runtime.invoke_endpoint(EndpointName="e", ContentType="text/csv", Body="1,2")
    response = caught.value.response
    assert response["Error"]["Code"] == "ModelError"
    assert response["OriginalStatusCode"] == 400
    assert response["OriginalMessage"] == "unable to evaluate payload provided"
    assert response["Error"]["Message"].startswith(
        "Received client error (400) from primary with message "
        '"unable to evaluate payload provided". See '
    )


def test_a_model_of_another_algorithm_is_not_served(account: Account) -> None:
    job = account.train("j")
    image = IMAGE.replace("kmeans", "linear-learner")
    assert account.deploy(job["ModelArtifacts"]["S3ModelArtifacts"], image) == "Failed"
