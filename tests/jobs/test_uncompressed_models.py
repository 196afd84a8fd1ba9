"""Jobs whose OutputDataConfig asks for a model that is not compressed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from tests.containers.account import channel
from tests.containers.first_party.algorithm_account import AlgorithmAccount
from tests.containers.first_party.algorithms import KMEANS, KNN

from sagemock import containers, mock_sagemaker

OUTPUT = {"S3OutputPath": "s3://data/output", "CompressionType": "NONE"}
PREFIX = "output/job/output/"


@pytest.fixture(autouse=True)
def mock() -> Iterator[None]:
    with mock_sagemaker():
        yield


def account(algorithm: Any) -> AlgorithmAccount:
    return AlgorithmAccount(lambda name: boto3.client(name, "us-east-1"), algorithm)


def written(own: AlgorithmAccount) -> list[str]:
    """The keys of what the job has written."""
    listed = own.s3.list_objects_v2(Bucket="data", Prefix=PREFIX)
    return [each["Key"].removeprefix(PREFIX) for each in listed.get("Contents", ())]


def deploy(own: AlgorithmAccount, location: str, image: str) -> None:
    """Serve the files below a prefix from an endpoint `e`, as the SageMaker SDK does."""
    files = {"S3Uri": f"{location}/", "S3DataType": "S3Prefix", "CompressionType": "None"}
    own.sagemaker.create_model(
        ModelName="m",
        ExecutionRoleArn="arn:aws:iam::123456789012:role/SageMaker",
        PrimaryContainer={"Image": image, "ModelDataSource": {"S3DataSource": files}},
    )
    variant = {
        "VariantName": "v",
        "ModelName": "m",
        "InitialInstanceCount": 1,
        "InstanceType": "ml.m5.large",
    }
    own.sagemaker.create_endpoint_config(EndpointConfigName="e", ProductionVariants=[variant])
    own.sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="e")


@pytest.mark.parametrize(
    ("algorithm", "files"),
    [
        (KMEANS, ["model/model_algo-1"]),
        (KNN, ["model/model_algo-1", "model/model_algo-1.json", "model/model_algo-1.labels"]),
    ],
    ids=["one file", "several files"],
)
def test_each_file_is_an_object_and_the_prefix_is_served(algorithm: Any, files: list[str]) -> None:
    own = account(algorithm)
    job = own.train("job", *own.request(), OutputDataConfig=OUTPUT)
    location = job["ModelArtifacts"]["S3ModelArtifacts"]
    assert location == "s3://data/output/job/output/model"
    assert written(own) == files
    packed = own.train("packed", *own.request())
    for name, content in own.files(packed).items():
        key = f"{PREFIX}model/{name}"
        assert own.s3.get_object(Bucket="data", Key=key)["Body"].read() == content
    deploy(own, location, algorithm.image)
    body = json.dumps({"instances": [{"features": [0, 0]}]})
    answer = own.runtime.invoke_endpoint(
        EndpointName="e", ContentType="application/json", Body=body
    )
    assert len(json.loads(answer["Body"].read())["predictions"]) == 1


def test_other_output_is_an_archive_all_the_same() -> None:
    def train(job: Any) -> None:
        (job.model_dir / "weights").write_text("1")
        (job.output_dir / "report").write_text("2")

    containers.register("mine", train=train)
    own = account(KMEANS)
    own.train("job", "mine:1", {}, [channel("train")], OutputDataConfig=OUTPUT)
    assert written(own) == ["model/weights", "output.tar.gz"]


@pytest.mark.filterwarnings("ignore:sagemock does not run the image")
def test_the_placeholder_of_a_job_that_is_not_run() -> None:
    own = account(KMEANS)
    own.train("job", "unknown:1", {}, [channel("train")], OutputDataConfig=OUTPUT)
    assert written(own) == ["model/README"]
