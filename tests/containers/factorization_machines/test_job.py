"""A job of factorization machines through boto3, in process and on a server."""

from __future__ import annotations

import io
import json
import tarfile
from typing import Any

import boto3
import botocore.exceptions
import numpy as np
import pytest
from tests.containers.factorization_machines.conftest import rows

from sagemock import mock_sagemaker
from sagemock.containers.factorization_machines.artifact import unpack_member
from sagemock.formats.recordio import encode

ROLE = "arn:aws:iam::123456789012:role/SageMaker"
RECORDIO = "application/x-recordio-protobuf"
IMAGE = "382416733822.dkr.ecr.us-east-1.amazonaws.com/factorization-machines:1"
SETTINGS = {
    "feature_dim": "40",
    "num_factors": "2",
    "predictor_type": "binary_classifier",
    "mini_batch_size": "100",
    "epochs": "20",
    "factors_lr": "0.02",
    "factors_init_sigma": "0.1",
}


class MachineAccount:
    """Clients, a bucket `data` with rows, and short calls."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.sagemaker = client("sagemaker")
        self.runtime = client("sagemaker-runtime")
        self.s3 = client("s3")
        self.s3.create_bucket(Bucket="data")
        for number, name in enumerate(("train", "test")):
            features, labels = rows(1000, binary=True, seed=number)
            self.s3.put_object(Bucket="data", Key=f"{name}/rows", Body=encode(features, labels))

    def train(
        self, name: str, channels: tuple[str, ...] = ("train",), **settings: str
    ) -> dict[str, Any]:
        """The document of a new job."""
        source = {"S3DataType": "S3Prefix"}
        self.sagemaker.create_training_job(
            TrainingJobName=name,
            RoleArn=ROLE,
            AlgorithmSpecification={"TrainingImage": IMAGE, "TrainingInputMode": "File"},
            HyperParameters={**SETTINGS, **settings},
            InputDataConfig=[
                {
                    "ChannelName": each,
                    "DataSource": {"S3DataSource": {**source, "S3Uri": f"s3://data/{each}/"}},
                }
                for each in channels
            ],
            OutputDataConfig={"S3OutputPath": "s3://data/output"},
            ResourceConfig={
                "InstanceType": "ml.m5.large",
                "InstanceCount": 1,
                "VolumeSizeInGB": 10,
            },
            StoppingCondition={"MaxRuntimeInSeconds": 3600},
        )
        waiter = self.sagemaker.get_waiter("training_job_completed_or_stopped")
        try:
            waiter.wait(TrainingJobName=name, WaiterConfig={"Delay": 1})
        except botocore.exceptions.WaiterError:
            assert self.job(name)["TrainingJobStatus"] == "Failed"
        return self.job(name)

    def job(self, name: str) -> dict[str, Any]:
        described: dict[str, Any] = self.sagemaker.describe_training_job(TrainingJobName=name)
        return described

    def model(self, job: dict[str, Any]) -> Any:
        bucket, _, key = job["ModelArtifacts"]["S3ModelArtifacts"][len("s3://") :].partition("/")
        data = self.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            assert archive.getnames() == ["model_algo-1"]
            member = archive.extractfile("model_algo-1")
            assert member is not None
            return unpack_member(member.read())

    def deploy(self, artifact: str) -> None:
        container = {"Image": IMAGE, "ModelDataUrl": artifact}
        self.sagemaker.create_model(
            ModelName="m", ExecutionRoleArn=ROLE, PrimaryContainer=container
        )
        variant = {
            "VariantName": "v",
            "ModelName": "m",
            "InitialInstanceCount": 1,
            "InstanceType": "ml.t2.medium",
        }
        self.sagemaker.create_endpoint_config(EndpointConfigName="c", ProductionVariants=[variant])
        self.sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
        waiter = self.sagemaker.get_waiter("endpoint_in_service")
        waiter.wait(EndpointName="e", WaiterConfig={"Delay": 1})

    def invoke(self, body: bytes, content_type: str, accept: str = "application/json") -> bytes:
        answer = self.runtime.invoke_endpoint(
            EndpointName="e", ContentType=content_type, Accept=accept, Body=body
        )
        assert answer["ContentType"] == accept
        data: bytes = answer["Body"].read()
        return data


@pytest.fixture(params=["sagemock", "sagemock_server"])
def account(request: pytest.FixtureRequest) -> MachineAccount:
    return MachineAccount(request.getfixturevalue(request.param).client)


def metrics(job: dict[str, Any]) -> dict[str, float]:
    return {each["MetricName"]: each["Value"] for each in job.get("FinalMetricDataList", ())}


def test_the_story_from_a_request_to_an_answer(account: MachineAccount) -> None:
    job = account.train("j", channels=("train", "test"))
    assert job["TrainingJobStatus"] == "Completed"
    values = metrics(job)
    assert values["train:progress"] == 100
    assert values["test:binary_classification_accuracy"] > 0.9
    definitions = job["AlgorithmSpecification"]["MetricDefinitions"]
    assert values.keys() <= {each["Name"] for each in definitions}
    assert {
        "Name": "test:binary_f_beta",
        "Regex": r"#quality_metric: host=\S+, test binary_f_\S+ <score>=(\S+)",
    } in definitions
    found = account.sagemaker.search(
        Resource="TrainingJob", SortBy="Metrics.test:binary_f_beta", SortOrder="Descending"
    )
    assert [each["TrainingJob"]["TrainingJobName"] for each in found["Results"]] == ["j"]

    features, labels = rows(20, binary=True, seed=1)
    expected = account.model(job).predict(features)
    account.deploy(job["ModelArtifacts"]["S3ModelArtifacts"])
    listed = [{"features": row} for row in features.toarray().tolist()]
    bodies = {
        RECORDIO: encode(features),
        "application/json": json.dumps({"instances": listed}).encode(),
        "application/jsonlines": "\n".join(map(json.dumps, listed)).encode(),
    }
    for content_type, body in bodies.items():
        answers = json.loads(account.invoke(body, content_type))["predictions"]
        assert [each["predicted_label"] for each in answers] == expected.labels.tolist()
        np.testing.assert_allclose([each["score"] for each in answers], expected.scores, rtol=1e-4)
    assert (expected.labels == labels).mean() > 0.8
    lines = account.invoke(bodies[RECORDIO], RECORDIO, "application/jsonlines").splitlines()
    assert [json.loads(line) for line in lines] == answers
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        account.invoke(b"1,2", "text/csv")
    response = caught.value.response
    assert (response["Error"]["Code"], response["OriginalStatusCode"]) == ("ModelError", 400)
    assert response["OriginalMessage"] == "unable to evaluate payload provided"


def test_a_job_that_fails_says_why(account: MachineAccount) -> None:
    job = account.train("j", num_factors="many")
    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"] == (
        "ClientError: The value 'many' is not valid for the 'num_factors' hyperparameter which "
        "expects one of the following: a string which matches the pattern '^([1-9][0-9]*)$'; or "
        "an integer greater than 1 (caused by ValidationError)"
    )


def test_a_job_that_is_stopped_leaves_a_model() -> None:
    with mock_sagemaker(training="background"):
        account = MachineAccount(lambda name: boto3.client(name, "us-east-1"))
        source = {"S3DataType": "S3Prefix", "S3Uri": "s3://data/train/"}
        account.sagemaker.create_training_job(
            TrainingJobName="j",
            RoleArn=ROLE,
            AlgorithmSpecification={"TrainingImage": IMAGE, "TrainingInputMode": "File"},
            HyperParameters={**SETTINGS, "epochs": "1000000"},
            InputDataConfig=[
                {"ChannelName": "train", "DataSource": {"S3DataSource": source}},
            ],
            OutputDataConfig={"S3OutputPath": "s3://data/output"},
            ResourceConfig={
                "InstanceType": "ml.m5.large",
                "InstanceCount": 1,
                "VolumeSizeInGB": 10,
            },
            StoppingCondition={"MaxRuntimeInSeconds": 3600},
        )
        logs = boto3.client("logs", "us-east-1")
        group = "/aws/sagemaker/TrainingJobs"

        def progressed() -> bool:
            try:
                events = logs.filter_log_events(logGroupName=group, filterPattern="completed")
            except logs.exceptions.ResourceNotFoundException:
                return False
            return bool(events["events"])

        while not progressed():
            assert account.job("j")["TrainingJobStatus"] == "InProgress"
        account.sagemaker.stop_training_job(TrainingJobName="j")
        while (status := account.job("j")["TrainingJobStatus"]) != "Stopped":
            assert status == "Stopping"
        assert account.model(account.job("j")).columns.shape == (40, 3)
