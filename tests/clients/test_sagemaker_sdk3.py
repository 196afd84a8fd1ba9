"""The story with the SageMaker Python SDK 3.x: its resources, ModelTrainer and ModelBuilder.

In process, where none of its loops may sleep, and against the server.
"""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from sagemock import control

pytest.importorskip("sagemaker.train", reason="the SageMaker SDK 3.x is not installed")

from sagemaker.core.utils.exceptions import FailedStatusError
from tests.clients.sdk3 import (
    HYPERPARAMETERS,
    IMAGE,
    ROLE,
    channel,
    create_job,
    deployed,
    in_process,
    metrics,
    mocked,
    mocked_background,
    new_session,
    predictions,
    sdk,
    served,
    shapes,
    trained,
    world,
)

__all__ = ["in_process", "mocked", "mocked_background", "served", "world"]


def predicted(endpoint: Any) -> int:
    (prediction,) = predictions(endpoint, "90,10")
    label: int = prediction["predicted_label"]
    return label


def test_resources(world: None) -> None:
    job = create_job("job", tags=[{"key": "Project", "value": "P"}])
    job.wait(logs=True)
    assert job.training_job_status == "Completed"
    assert metrics(job)["train:binary_classification_accuracy"] > 0.9
    (listed,) = sdk.TrainingJob.get_all(status_equals="Completed")
    assert listed.training_job_arn == job.training_job_arn
    filters = [{"Name": "Tags.Project", "Operator": "Equals", "Value": "P"}]
    response = new_session().sagemaker_client.search(
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
    job = trained(IMAGE, HYPERPARAMETERS, channel("train", "text/csv"))
    assert job.training_job_status == "Completed"
    endpoint = deployed(job, IMAGE)
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
