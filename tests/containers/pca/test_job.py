"""A job of PCA through boto3, in process and from a server: train, look, deploy, ask."""

from __future__ import annotations

import io
import json
import tarfile
from typing import Any

import boto3
import botocore.exceptions
import numpy as np
import pytest
from sklearn.decomposition import PCA
from tests.containers.kmeans.test_artifact import independently_read
from tests.waiting import until

from sagemock import mock_sagemaker
from sagemock.formats.recordio import encode

ROLE = "arn:aws:iam::123456789012:role/SageMaker"
RECORDIO = "application/x-recordio-protobuf"
IMAGE = "382416733822.dkr.ecr.us-east-1.amazonaws.com/pca:1"
ENDED = ("Completed", "Failed", "Stopped")


class Account:
    """Clients, a bucket `data` with the digits, and short calls."""

    def __init__(self, client: Any, images: np.ndarray) -> None:
        self.sagemaker = client("sagemaker")
        self.runtime = client("sagemaker-runtime")
        self.s3 = client("s3")
        self.logs = client("logs")
        self.images = images
        self.s3.create_bucket(Bucket="data")
        for number, half in enumerate((images[:400], images[400:800])):
            self.s3.put_object(Bucket="data", Key=f"train/{number}", Body=encode(half))
        self.s3.put_object(Bucket="data", Key="test/rows", Body=encode(images[800:]))

    def train(self, name: str, **members: Any) -> dict[str, Any]:
        """The document of a new job that has ended."""
        self.start(name, **members)
        until(lambda: self.job(name)["TrainingJobStatus"] in ENDED)
        return self.job(name)

    def start(
        self,
        name: str,
        channels: tuple[str, ...] = ("train",),
        hosts: int = 1,
        **settings: str,
    ) -> None:
        self.sagemaker.create_training_job(
            TrainingJobName=name,
            RoleArn=ROLE,
            AlgorithmSpecification={"TrainingImage": IMAGE, "TrainingInputMode": "File"},
            HyperParameters={
                "feature_dim": "784",
                "num_components": "5",
                "mini_batch_size": "100",
                **settings,
            },
            InputDataConfig=[
                {
                    "ChannelName": channel,
                    "DataSource": {
                        "S3DataSource": {
                            "S3DataType": "S3Prefix",
                            "S3Uri": f"s3://data/{channel}/",
                            "S3DataDistributionType": (
                                "ShardedByS3Key" if channel == "train" else "FullyReplicated"
                            ),
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

    def job(self, name: str) -> dict[str, Any]:
        described: dict[str, Any] = self.sagemaker.describe_training_job(TrainingJobName=name)
        return described

    def log(self, name: str, host: str = "algo-1") -> list[str]:
        group = "/aws/sagemaker/TrainingJobs"
        (stream,) = self.logs.describe_log_streams(
            logGroupName=group, logStreamNamePrefix=f"{name}/{host}-"
        )["logStreams"]
        answer = self.logs.get_log_events(
            logGroupName=group, logStreamName=stream["logStreamName"], startFromHead=True
        )
        return [event["message"] for event in answer["events"]]

    def log_so_far(self, name: str) -> list[str]:
        """The log of a job that may have none yet."""
        try:
            return self.log(name)
        except (ValueError, self.logs.exceptions.ResourceNotFoundException):
            return []

    def arrays(self, job: dict[str, Any]) -> dict[str, np.ndarray]:
        bucket, _, key = job["ModelArtifacts"]["S3ModelArtifacts"][len("s3://") :].partition("/")
        data = self.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            assert archive.getnames() == ["model_algo-1"]
            member = archive.extractfile("model_algo-1")
            assert member is not None
            arrays, names = independently_read(member.read())
        return {name.decode(): array for name, array in zip(names, arrays, strict=True)}

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
        until(lambda: self.endpoint_status() in ("InService", "Failed"))
        return self.endpoint_status()

    def endpoint_status(self) -> str:
        status: str = self.sagemaker.describe_endpoint(EndpointName="e")["EndpointStatus"]
        return status

    def ask(self, body: bytes, content_type: str, accept: str) -> bytes:
        answer = self.runtime.invoke_endpoint(
            EndpointName="e", ContentType=content_type, Accept=accept, Body=body
        )
        assert answer["ContentType"] == accept
        data: bytes = answer["Body"].read()
        return data


@pytest.fixture(params=["sagemock", "sagemock_server"])
def account(request: pytest.FixtureRequest, digits: Any) -> Account:
    return Account(request.getfixturevalue(request.param).client, digits.images)


@pytest.fixture
def in_process(sagemock: Any, digits: Any) -> Account:
    return Account(sagemock.client, digits.images)


def metrics(job: dict[str, Any]) -> dict[str, float]:
    return {each["MetricName"]: each["Value"] for each in job.get("FinalMetricDataList", ())}


def test_the_story(account: Account, record_type: Any) -> None:
    job = account.train("j", channels=("train", "test"))
    assert job["TrainingJobStatus"] == job["SecondaryStatus"] == "Completed"
    assert {each["Name"] for each in job["AlgorithmSpecification"]["MetricDefinitions"]} == {
        "train:progress",
        "train:throughput",
    }
    assert metrics(job)["train:progress"] == 100
    log = account.log("j")
    assert log[0] == "Docker entrypoint called with argument(s): train"
    assert any("'TRAINING_JOB_NAME': 'j'" in line for line in log)

    arrays = account.arrays(job)
    peer = PCA(5, svd_solver="covariance_eigh").fit(account.images[:800].astype(np.float64))
    np.testing.assert_allclose(arrays["s"], peer.singular_values_[::-1], rtol=1e-4)
    np.testing.assert_allclose(arrays["mean"], [peer.mean_], atol=1e-5)
    for ours, theirs in zip(arrays["v"].T, peer.components_[::-1], strict=True):
        assert abs(ours @ theirs) == pytest.approx(1, abs=1e-4)

    assert account.deploy(job["ModelArtifacts"]["S3ModelArtifacts"]) == "InService"
    rows = account.images[800:803]
    expected = (rows - arrays["mean"]) @ arrays["v"]
    listed = [{"features": row} for row in rows.tolist()]
    bodies = {
        "text/csv": "\n".join(",".join(map(str, row)) for row in rows.tolist()).encode(),
        "application/json": json.dumps({"instances": listed}).encode(),
        "application/jsonlines": "\n".join(map(json.dumps, listed)).encode(),
        RECORDIO: encode(rows),
    }
    for content_type, body in bodies.items():
        answer = json.loads(account.ask(body, content_type, "application/json"))
        assert list(answer) == ["projections"]
        numbers = [each["projection"] for each in answer["projections"]]
        np.testing.assert_allclose(numbers, expected, atol=1e-4)
    lines = account.ask(bodies["text/csv"], "text/csv", "application/jsonlines").splitlines()
    assert [json.loads(line) for line in lines] == answer["projections"]
    body = account.ask(bodies[RECORDIO], RECORDIO, RECORDIO)
    record = record_type.FromString(body[8 : 8 + int.from_bytes(body[4:8], "little")])
    values = {name: each.float32_tensor.values[:] for name, each in record.label.items()}
    assert values == {"projection": numbers[0]}


def test_two_hosts_that_share_the_rows(account: Account) -> None:
    job = account.train("j", hosts=2)
    peer = PCA(5, svd_solver="covariance_eigh").fit(account.images[:800].astype(np.float64))
    np.testing.assert_allclose(account.arrays(job)["s"], peer.singular_values_[::-1], rtol=1e-4)
    for host in ("algo-1", "algo-2"):
        assert any(f"host={host}, completed 100.0 %" in line for line in account.log("j", host))
        assert any('"Total Records Seen": {"sum": 400.0' in line for line in account.log("j", host))


def test_randomized_without_mean(in_process: Account) -> None:
    job = in_process.train("j", algorithm_mode="randomized", subtract_mean="False")
    arrays = in_process.arrays(job)
    assert {name: array.shape for name, array in arrays.items()} == {"v": (784, 5), "s": (5,)}
    np.testing.assert_allclose(arrays["v"].T @ arrays["v"], np.eye(5), atol=1e-5)


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        (
            {"num_components": "785"},
            "ClientError: 'num_components' is 785, but the data has 784 columns. Please set "
            "'num_components' to a value that is no greater than 'feature_dim'.",
        ),
        (
            {"feature_dim": "783"},
            "ClientError: cannot copy sequence with size 784 to array axis with dimension 783",
        ),
        (
            {"k": "3"},
            "ClientError: Additional hyperparameters are not allowed ('k' was unexpected) (caused "
            "by ValidationError)",
        ),
    ],
)
def test_a_job_that_fails_says_why(
    in_process: Account, settings: dict[str, str], reason: str
) -> None:
    job = in_process.train("j", **settings)
    assert (job["TrainingJobStatus"], job["FailureReason"]) == ("Failed", reason)
    assert reason.partition(" (caused")[0].removeprefix("ClientError: ") in in_process.log("j")[-1]


def test_a_job_that_is_stopped_leaves_a_model_that_serves(digits: Any) -> None:
    with mock_sagemaker(training="background"):
        account = Account(boto3.client, digits.images)
        account.start("j", epochs="1000000")
        until(lambda: any("#progress_metric" in line for line in account.log_so_far("j")))
        account.sagemaker.stop_training_job(TrainingJobName="j")
        until(lambda: account.job("j")["TrainingJobStatus"] == "Stopped")
        job = account.job("j")
        vectors = account.arrays(job)["v"]
        np.testing.assert_allclose(vectors.T @ vectors, np.eye(5), atol=1e-5)
        assert account.deploy(job["ModelArtifacts"]["S3ModelArtifacts"]) == "InService"


def test_a_payload_that_is_none(in_process: Account) -> None:
    job = in_process.train("j")
    in_process.deploy(job["ModelArtifacts"]["S3ModelArtifacts"])
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        in_process.ask(b"1,2", "text/csv", "application/json")
    assert caught.value.response["OriginalMessage"] == "unable to evaluate payload provided"


def test_a_model_of_another_algorithm_is_not_served(in_process: Account) -> None:
    job = in_process.train("j")
    image = IMAGE.replace("/pca:", "/kmeans:")
    assert in_process.deploy(job["ModelArtifacts"]["S3ModelArtifacts"], image) == "Failed"
