"""A small model to deploy."""

from __future__ import annotations

from typing import Any

import pytest
from tests.containers.linear_learner.conftest import model
from tests.job_requests import transform_job

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
    client.create_transform_job(**transform_job(source="s3://data/in/", target="s3://data/out"))
    described: dict[str, Any] = client.describe_transform_job(TransformJobName="t")
    return described
