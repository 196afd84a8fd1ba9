"""The story with the SageMaker Python SDK 3.x: its resources, ModelTrainer and ModelBuilder.

In process, where none of its loops may sleep, and against the server.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from sagemock import control, mock_sagemaker

pytest.importorskip("sagemaker.train", reason="the SageMaker SDK 3.x is not installed")

from sagemaker.core import image_uris
from sagemaker.core import resources as sdk
from sagemaker.core.helper.session_helper import Session
from sagemaker.core.shapes import shapes
from sagemaker.core.training import configs
from sagemaker.core.utils import utils
from sagemaker.core.utils.exceptions import FailedStatusError
from sagemaker.train import ModelTrainer

ROLE = "arn:aws:iam::123456789012:role/SageMaker"
REGION = "us-east-1"
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
    from sagemaker.train.common_utils import trainer_wait

    for module in (sdk, trainer_wait):
        monkeypatch.setattr(module, "time", QuickTime())


@pytest.fixture(params=["mocked", "mocked_background", "served"])
def world(request: pytest.FixtureRequest) -> Iterator[None]:
    """A SageMaker with data and a role in it."""
    _forget_clients()
    request.getfixturevalue(request.param)
    fill()
    yield
    _forget_clients()


@pytest.fixture
def in_process(mocked: None) -> None:
    _forget_clients()
    fill()


def _forget_clients() -> None:
    # The SDK keeps its clients, with the endpoint that they have, for the whole process.
    for kind in (utils._ClientCacheMeta, utils.SingletonMeta):
        kind._instances.clear()


def fill() -> None:
    s3 = boto3.client("s3", REGION)
    s3.create_bucket(Bucket="sdk")
    rows = "".join(f"{x > 50:d},{x},{100 - x}\n" for x in range(100))
    s3.put_object(Bucket="sdk", Key="train/rows.csv", Body=rows)
    # The SDK looks whether SageMaker may assume it.
    iam = boto3.client("iam", REGION)
    iam.create_role(RoleName="SageMaker", AssumeRolePolicyDocument=json.dumps(TRUST))


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


def predicted(endpoint: Any) -> int:
    answer = endpoint.invoke(body="90,10", content_type="text/csv", accept="application/json")
    label: int = json.loads(answer.body.read())["predictions"][0]["predicted_label"]
    return label


def test_resources(world: None) -> None:
    job = create_job("job", tags=[{"key": "Project", "value": "P"}])
    job.wait(logs=True)
    assert job.training_job_status == "Completed"
    metrics = {each.metric_name: each.value for each in job.final_metric_data_list}
    assert metrics["train:binary_classification_accuracy"] > 0.9
    (listed,) = sdk.TrainingJob.get_all(status_equals="Completed")
    assert listed.training_job_arn == job.training_job_arn
    filters = [{"Name": "Tags.Project", "Operator": "Equals", "Value": "P"}]
    response = Session(boto3.Session(region_name=REGION)).sagemaker_client.search(
        Resource="TrainingJob", SearchExpression={"Filters": filters}
    )
    assert [each["TrainingJob"]["TrainingJobName"] for each in response["Results"]] == ["job"]

    artifact = job.model_artifacts.s3_model_artifacts
    container = shapes.ContainerDefinition(image=IMAGE, model_data_url=artifact)
    model = sdk.Model.create(
        model_name="model", execution_role_arn=ROLE, primary_container=container
    )
    variant = shapes.ProductionVariant(
        variant_name="v",
        model_name="model",
        initial_instance_count=1,
        instance_type="ml.m5.large",
    )
    config = sdk.EndpointConfig.create(endpoint_config_name="c", production_variants=[variant])
    endpoint = sdk.Endpoint.create(endpoint_name="e", endpoint_config_name=config)
    endpoint.wait_for_status("InService")
    assert predicted(endpoint) == 1
    assert [each.endpoint_name for each in sdk.Endpoint.get_all()] == ["e"]
    endpoint.delete()
    endpoint.wait_for_delete()
    assert list(sdk.Endpoint.get_all()) == []
    for resource in (config, model, job):
        resource.delete()


def test_model_trainer_and_model_builder(world: None) -> None:
    # Importing it makes a client, which needs a region.
    from sagemaker.serve.model_builder import ModelBuilder

    session = Session(boto3.Session(region_name=REGION), default_bucket="sdk")
    trainer = ModelTrainer(
        training_image=IMAGE,
        role=ROLE,
        base_job_name="trainer",
        sagemaker_session=session,
        compute=configs.Compute(
            instance_type="ml.m5.large", instance_count=1, volume_size_in_gb=10
        ),
        hyperparameters=HYPERPARAMETERS,
        stopping_condition=configs.StoppingCondition(max_runtime_in_seconds=3600),
    )
    source = configs.S3DataSource(
        s3_data_type="S3Prefix",
        s3_uri="s3://sdk/train/",
        s3_data_distribution_type="FullyReplicated",
    )
    channel = configs.InputData(channel_name="train", data_source=source, content_type="text/csv")
    trainer.train(input_data_config=[channel])
    job = trainer._latest_training_job
    assert job.training_job_status == "Completed"

    builder = ModelBuilder(
        image_uri=IMAGE,
        s3_model_data_url=job.model_artifacts.s3_model_artifacts,
        role_arn=ROLE,
        instance_type="ml.m5.large",
        sagemaker_session=session,
    )
    builder.build(model_name="built")
    endpoint = builder.deploy(
        endpoint_name="e", initial_instance_count=1, instance_type="ml.m5.large"
    )
    assert predicted(endpoint) == 1
    endpoint.delete()


def test_a_failure_is_told(in_process: None) -> None:
    control.fail_training_job("AlgorithmError: boom")
    with pytest.raises(FailedStatusError, match="AlgorithmError: boom"):
        create_job("job").wait()


def test_a_job_that_hangs_is_stopped(in_process: None) -> None:
    control.hold_training_job()
    job = create_job("job")
    with pytest.raises(RuntimeError, match=r"is Training \(held\)"):
        job.wait()
    job.stop()
    job.wait()
    assert job.training_job_status == "Stopped"


@pytest.mark.parametrize("kind", ["TrainingJob", "Model", "EndpointConfig", "Endpoint"])
def test_what_is_not_there_is_said(in_process: None, kind: str) -> None:
    with pytest.raises(ClientError, match=r"not found|Could not find"):
        getattr(sdk, kind).get("nothing")
