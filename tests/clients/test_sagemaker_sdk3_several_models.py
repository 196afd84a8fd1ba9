"""The SageMaker Python SDK 3.x: pipelines of its ModelBuilder, and endpoints with many models."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

pytest.importorskip("sagemaker.train", reason="the SageMaker SDK 3.x is not installed")

from sagemaker.core import resources as sdk
from sagemaker.core.helper.session_helper import Session
from sagemaker.core.shapes import shapes
from tests.clients.sdk3 import IMAGE, REGION, ROLE, create_job, in_process, mocked

from sagemock.containers import register

__all__ = ["in_process", "mocked"]


def swap(request: Any) -> Any:
    """Swap the columns of a row."""
    return ",".join(reversed(request.text.split(","))), "text/csv"


def label(answer: Any) -> int:
    predicted: int = json.loads(answer.body.read())["predictions"][0]["predicted_label"]
    return predicted


def create_model(name: str, **container: str) -> Any:
    return sdk.Model.create(
        model_name=name,
        execution_role_arn=ROLE,
        primary_container=shapes.ContainerDefinition(**container),
    )


def deploy(model_name: str) -> Any:
    variant = shapes.ProductionVariant(
        variant_name="v",
        model_name=model_name,
        initial_instance_count=1,
        instance_type="ml.m5.large",
    )
    config = sdk.EndpointConfig.create(endpoint_config_name="c", production_variants=[variant])
    endpoint = sdk.Endpoint.create(endpoint_name="e", endpoint_config_name=config)
    endpoint.wait_for_status("InService")
    return endpoint


def test_a_pipeline_of_model_builder(in_process: None) -> None:
    # Importing it makes a client, which needs a region.
    from sagemaker.serve.model_builder import ModelBuilder

    job = create_job("job")
    with register("swap", serve=swap):
        models = [
            create_model("swap", image="swap"),
            create_model(
                "learner", image=IMAGE, model_data_url=job.model_artifacts.s3_model_artifacts
            ),
        ]
        builder = ModelBuilder(
            model=models,
            role_arn=ROLE,
            instance_type="ml.m5.large",
            sagemaker_session=Session(boto3.Session(region_name=REGION), default_bucket="sdk"),
        )
        builder.build(model_name="pipeline")
        endpoint = builder.deploy(
            endpoint_name="e", initial_instance_count=1, instance_type="ml.m5.large"
        )
        described = sdk.Model.get("pipeline")
        assert [each.image for each in described.containers] == ["swap", IMAGE]
        labels = [
            label(endpoint.invoke(body=body, content_type="text/csv", accept="application/json"))
            for body in ("90,10", "10,90")
        ]
        assert labels == [0, 1], "the columns come swapped"


def test_many_models(in_process: None) -> None:
    source = create_job("job").model_artifacts.s3_model_artifacts.removeprefix("s3://sdk/")
    boto3.client("s3", REGION).copy_object(
        Bucket="sdk", Key="many/a.tar.gz", CopySource={"Bucket": "sdk", "Key": source}
    )
    create_model("many", image=IMAGE, mode="MultiModel", model_data_url="s3://sdk/many/")
    endpoint = deploy("many")
    request = {"body": "90,10", "content_type": "text/csv", "accept": "application/json"}
    assert label(endpoint.invoke(target_model="a.tar.gz", **request)) == 1
    with pytest.raises(ClientError, match="Failed to download model data"):
        endpoint.invoke(target_model="b.tar.gz", **request)
    with pytest.raises(ClientError, match="is missing a target model header"):
        endpoint.invoke(**request)


def test_containers_by_their_host_names(in_process: None) -> None:
    with register("swap", serve=swap):
        sdk.Model.create(
            model_name="direct",
            execution_role_arn=ROLE,
            containers=[
                shapes.ContainerDefinition(image="swap", container_hostname=name)
                for name in ("first", "second")
            ],
            inference_execution_config=shapes.InferenceExecutionConfig(mode="Direct"),
        )
        endpoint = deploy("direct")
        answer = endpoint.invoke(
            body="1,2", content_type="text/csv", target_container_hostname="second"
        )
        assert answer.body.read() == b"2,1"
        with pytest.raises(ClientError, match="requires target container hostname header"):
            endpoint.invoke(body="1,2", content_type="text/csv")
