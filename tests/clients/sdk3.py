"""The SageMaker Python SDK 3.x in process, where none of its loops may sleep, and on a server."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest

from sagemock import mock_sagemaker
from sagemock.config import Config
from sagemock.server import SageMockServer

pytest.importorskip("sagemaker.train", reason="the SageMaker SDK 3.x is not installed")

from sagemaker.core import image_uris
from sagemaker.core import resources as sdk
from sagemaker.core.helper.session_helper import Session
from sagemaker.core.shapes import shapes
from sagemaker.core.training import configs
from sagemaker.core.utils import utils
from sagemaker.train import ModelTrainer

ROLE = "arn:aws:iam::123456789012:role/SageMaker"
REGION = "us-east-1"
ROWS = "".join(f"{x > 50:d},{x},{100 - x}\n" for x in range(100))
IMAGE = image_uris.retrieve("linear-learner", REGION)
HYPERPARAMETERS = {"predictor_type": "binary_classifier", "mini_batch_size": "10"}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "sagemaker.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


class QuickTime:
    """The `time` of the SDK's modules against a server, which they would ask once in 5 seconds."""

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)

    def sleep(self, _: float) -> None:
        time.sleep(0.02)


@pytest.fixture
def mocked(no_sleep: None) -> Iterator[None]:
    with mock_sagemaker():
        yield


@pytest.fixture
def mocked_background(no_sleep: None) -> Iterator[None]:
    with mock_sagemaker(training="background"):
        yield


@pytest.fixture
def served(server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    quicken(monkeypatch)


def quicken(monkeypatch: pytest.MonkeyPatch) -> None:
    from sagemaker.train.common_utils import trainer_wait

    for module in (sdk, trainer_wait):
        monkeypatch.setattr(module, "time", QuickTime())


@pytest.fixture(params=["mocked", "mocked_background", "served"])
def world(request: pytest.FixtureRequest) -> Iterator[None]:
    """A SageMaker with data and a role in it."""
    forget_clients()
    request.getfixturevalue(request.param)
    fill()
    yield
    forget_clients()


@pytest.fixture
def in_process(mocked: None) -> None:
    forget_clients()
    fill()


def forget_clients() -> None:
    # The SDK keeps its clients, with the endpoint that they have, for the whole process.
    for kind in (utils._ClientCacheMeta, utils.SingletonMeta):
        kind._instances.clear()


def fill() -> None:
    s3 = boto3.client("s3", REGION)
    s3.create_bucket(Bucket="sdk")
    s3.put_object(Bucket="sdk", Key="train/rows.csv", Body=ROWS)
    # The SDK looks whether SageMaker may assume it.
    iam = boto3.client("iam", REGION)
    iam.create_role(RoleName="SageMaker", AssumeRolePolicyDocument=json.dumps(TRUST))


@pytest.fixture(params=["in process", "on the server"], name="session")
def local_session(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Any]:
    """With jobs and endpoints that run code of the user, and rows in the bucket `sdk`."""
    monkeypatch.chdir(tmp_path)
    forget_clients()
    if request.param == "in process":
        place: Any = mock_sagemaker(containers="local")
    else:
        place = SageMockServer(config=Config(training="background", containers="local"))
        quicken(monkeypatch)
    with place as started:
        if isinstance(started, SageMockServer):
            monkeypatch.setenv("AWS_ENDPOINT_URL", started.url)
        fill()
        yield new_session()
    forget_clients()


def create_job(name: str, **members: Any) -> Any:
    source = shapes.S3DataSource(s3_data_type="S3Prefix", s3_uri="s3://sdk/train/")
    channel = shapes.Channel(
        channel_name="train",
        content_type="text/csv",
        data_source=shapes.DataSource(s3_data_source=source),
    )
    return sdk.TrainingJob.create(
        training_job_name=name,
        role_arn=ROLE,
        algorithm_specification=shapes.AlgorithmSpecification(
            training_image=IMAGE, training_input_mode="File"
        ),
        hyper_parameters=HYPERPARAMETERS,
        input_data_config=[channel],
        output_data_config=shapes.OutputDataConfig(s3_output_path="s3://sdk/output"),
        resource_config=shapes.ResourceConfig(
            instance_type="ml.m5.large", instance_count=1, volume_size_in_gb=10
        ),
        stopping_condition=shapes.StoppingCondition(max_runtime_in_seconds=3600),
        **members,
    )


def new_session() -> Any:
    return Session(boto3.Session(region_name=REGION), default_bucket="sdk")


def trainer(image: str, hyperparameters: Mapping[str, Any], session: Any = None) -> Any:
    return ModelTrainer(
        training_image=image,
        role=ROLE,
        base_job_name="trainer",
        sagemaker_session=session or new_session(),
        compute=configs.Compute(
            instance_type="ml.m5.large", instance_count=1, volume_size_in_gb=10
        ),
        hyperparameters=dict(hyperparameters),
        stopping_condition=configs.StoppingCondition(max_runtime_in_seconds=3600),
    )


def channel(
    name: str,
    content_type: str,
    body: str | bytes | None = None,
    distribution: str = "FullyReplicated",
) -> Any:
    """A channel of the object below its name, which gets the body if there is one."""
    if body is not None:
        boto3.client("s3", REGION).put_object(Bucket="sdk", Key=f"{name}/rows.csv", Body=body)
    source = configs.S3DataSource(
        s3_data_type="S3Prefix",
        s3_uri=f"s3://sdk/{name}/",
        s3_data_distribution_type=distribution,
    )
    return configs.InputData(channel_name=name, data_source=source, content_type=content_type)


def trained(image: str, hyperparameters: Mapping[str, Any], *channels: Any) -> Any:
    """The job of a trainer, when it has ended."""
    model_trainer = trainer(image, hyperparameters)
    model_trainer.train(input_data_config=list(channels))
    return model_trainer._latest_training_job


def metrics(job: Any) -> dict[str, float]:
    return {each.metric_name: each.value for each in job.final_metric_data_list}


def deployed(job: Any, image: str) -> Any:
    """An endpoint with the model of a job, by ModelBuilder."""
    # Importing it makes a client, which needs a region.
    from sagemaker.serve.model_builder import ModelBuilder

    builder = ModelBuilder(
        image_uri=image,
        s3_model_data_url=job.model_artifacts.s3_model_artifacts,
        role_arn=ROLE,
        instance_type="ml.m5.large",
        sagemaker_session=new_session(),
    )
    builder.build(model_name="built")
    return builder.deploy(endpoint_name="e", initial_instance_count=1, instance_type="ml.m5.large")


def predictions(endpoint: Any, body: str | bytes, content_type: str = "text/csv") -> list[Any]:
    """What an endpoint answers, a prediction for each row."""
    invoked = endpoint.invoke(body=body, content_type=content_type, accept="application/jsonlines")
    return [json.loads(line) for line in invoked.body.read().splitlines()]
