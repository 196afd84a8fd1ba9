"""Batch transform with the SageMaker Python SDK 3.x, in process and against the server."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

pytest.importorskip("sagemaker.train", reason="the SageMaker SDK 3.x is not installed")

from sagemaker.core import resources as sdk
from sagemaker.core import shapes
from sagemaker.core.helper.session_helper import Session
from sagemaker.core.transformer import Transformer
from sagemaker.core.utils.exceptions import FailedStatusError
from tests.clients.sdk3 import (
    IMAGE,
    REGION,
    ROLE,
    create_job,
    mocked,
    mocked_background,
    served,
    world,
)

__all__ = ["mocked", "mocked_background", "served", "world"]


def put(key: str, body: str) -> str:
    boto3.client("s3", REGION).put_object(Bucket="sdk", Key=key, Body=body)
    return f"s3://sdk/{key}"


def read(key: str) -> str:
    body = boto3.client("s3", REGION).get_object(Bucket="sdk", Key=key)["Body"].read()
    return str(body.decode())


def create_model() -> None:
    job = create_job("trained")
    job.wait()
    sdk.Model.create(
        model_name="m",
        execution_role_arn=ROLE,
        primary_container=shapes.ContainerDefinition(
            image=IMAGE, model_data_url=job.model_artifacts.s3_model_artifacts
        ),
    )


def transform(uri: str, name: str = "t", **members: Any) -> Any:
    source = shapes.TransformS3DataSource(s3_data_type="S3Prefix", s3_uri=uri)
    return sdk.TransformJob.create(
        transform_job_name=name,
        model_name="m",
        transform_input=shapes.TransformInput(
            data_source=shapes.TransformDataSource(s3_data_source=source),
            content_type="application/jsonlines",
            split_type="Line",
        ),
        transform_output=shapes.TransformOutput(
            s3_output_path="s3://sdk/answers",
            accept="application/jsonlines",
            assemble_with="Line",
        ),
        transform_resources=shapes.TransformResources(
            instance_type="ml.m5.large", instance_count=1
        ),
        **members,
    )


def test_the_resource(world: None) -> None:
    create_model()
    uri = put("batch/rows.jsonl", '{"id": "a", "features": [90, 10]}\n')
    processing = shapes.DataProcessing(
        join_source="Input", output_filter="$['id','SageMakerOutput']"
    )
    job = transform(uri, data_processing=processing)
    job.wait()
    assert job.refresh().transform_job_status == "Completed"
    assert job.data_processing.input_filter == "$"
    line = read("answers/rows.jsonl.out")
    assert line.startswith('{"SageMakerOutput":{"predicted_label":1,"score":')
    assert line.endswith('},"id":"a"}\n')
    assert [each.transform_job_name for each in sdk.TransformJob.get_all()] == ["t"]


def test_a_bad_record(world: None) -> None:
    create_model()
    job = transform(put("batch/rows.jsonl", '{"features": [1]}\n'))
    with pytest.raises(FailedStatusError, match="See job logs for more information"):
        job.wait()


def test_the_transformer(world: None) -> None:
    create_model()
    uri = put("batch/rows.csv", "7,90,10\n8,10,90\n")
    transformer = Transformer(
        "m",
        1,
        "ml.m5.large",
        accept="application/jsonlines",
        assemble_with="Line",
        output_path="s3://sdk/labels",
        sagemaker_session=Session(boto3.Session(region_name=REGION), default_bucket="sdk"),
    )
    transformer.transform(
        uri, content_type="text/csv", split_type="Line", input_filter="$[1:]", wait=False
    )
    transformer.latest_transform_job.wait()
    labels = [line.rpartition(": ")[2] for line in read("labels/rows.csv.out").splitlines()]
    assert labels == ["1}", "0}"]
