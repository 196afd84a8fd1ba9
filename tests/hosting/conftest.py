"""A small model to deploy."""

from __future__ import annotations

from typing import Any

import pytest
from tests.containers.linear_learner.conftest import model

from sagemock.containers.linear_learner.serving import LinearPredictor


@pytest.fixture
def binary() -> LinearPredictor:
    """sigmoid(a - b)."""
    return LinearPredictor(model("binary_classifier", "logistic", [[1], [-1]], [0]))


def transformed(sagemock: Any) -> dict[str, Any]:
    """Run a transform job of the model `m` on one object, and describe it."""
    s3, client = sagemock.client("s3"), sagemock.client("sagemaker")
    s3.create_bucket(Bucket="data")
    s3.put_object(Bucket="data", Key="in/rows", Body=b"1")
    client.create_transform_job(
        TransformJobName="t",
        ModelName="m",
        TransformInput={
            "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://data/in/"}}
        },
        TransformOutput={"S3OutputPath": "s3://data/out"},
        TransformResources={"InstanceType": "ml.m5.large", "InstanceCount": 1},
    )
    described: dict[str, Any] = client.describe_transform_job(TransformJobName="t")
    return described
