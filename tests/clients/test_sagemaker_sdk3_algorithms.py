"""K-Means and PCA with the SageMaker Python SDK 3.x, in process and against the server."""

from __future__ import annotations

import json
from typing import Any

import boto3
import numpy as np
import pytest

pytest.importorskip("sagemaker.train", reason="the SageMaker SDK 3.x is not installed")

from sagemaker.core import image_uris
from sagemaker.core.helper.session_helper import Session
from sagemaker.core.training import configs
from sagemaker.train import ModelTrainer
from tests.clients.test_sagemaker_sdk3 import (
    REGION,
    ROLE,
    mocked,
    mocked_background,
    served,
    world,
)

__all__ = ["mocked", "mocked_background", "served", "world"]


def train(image: str, hyperparameters: dict[str, Any]) -> tuple[Any, Any]:
    """A session, and a job that has ended, on 200 rows around (0, 0) and (60, 80)."""
    rows = np.random.default_rng(0).normal(size=(200, 2)) + np.repeat([[0, 0], [60, 80]], 100, 0)
    body = "".join(f"{x},{y}\n" for x, y in rows.tolist())
    boto3.client("s3", REGION).put_object(Bucket="sdk", Key="points/rows.csv", Body=body)
    session = Session(boto3.Session(region_name=REGION), default_bucket="sdk")
    trainer = ModelTrainer(
        training_image=image,
        role=ROLE,
        base_job_name="trainer",
        sagemaker_session=session,
        compute=configs.Compute(
            instance_type="ml.m5.large", instance_count=1, volume_size_in_gb=10
        ),
        hyperparameters=hyperparameters,
        stopping_condition=configs.StoppingCondition(max_runtime_in_seconds=3600),
    )
    source = configs.S3DataSource(
        s3_data_type="S3Prefix",
        s3_uri="s3://sdk/points/",
        s3_data_distribution_type="FullyReplicated",
    )
    channel = configs.InputData(
        channel_name="train", data_source=source, content_type="text/csv;label_size=0"
    )
    trainer.train(input_data_config=[channel])
    return session, trainer._latest_training_job


def deployed(session: Any, job: Any, image: str) -> Any:
    """An endpoint with the model of a job."""
    # Importing it makes a client, which needs a region.
    from sagemaker.serve.model_builder import ModelBuilder

    builder = ModelBuilder(
        image_uri=image,
        s3_model_data_url=job.model_artifacts.s3_model_artifacts,
        role_arn=ROLE,
        instance_type="ml.m5.large",
        sagemaker_session=session,
    )
    builder.build(model_name="built")
    return builder.deploy(endpoint_name="e", initial_instance_count=1, instance_type="ml.m5.large")


def answer(session: Any, job: Any, image: str) -> list[dict[str, Any]]:
    """What an endpoint with the model says of (0, 0) and (60, 80)."""
    invoked = deployed(session, job, image).invoke(
        body="0,0\n60,80", content_type="text/csv", accept="application/jsonlines"
    )
    return [json.loads(line) for line in invoked.body.read().splitlines()]


def test_kmeans(world: None) -> None:
    image = image_uris.retrieve("kmeans", REGION)
    session, job = train(image, {"k": 2, "feature_dim": 2})
    metrics = {each.metric_name: each.value for each in job.final_metric_data_list}
    assert 0 < metrics["train:msd"] < 5
    one, two = answer(session, job, image)
    assert {one["closest_cluster"], two["closest_cluster"]} == {0.0, 1.0}
    assert max(one["distance_to_cluster"], two["distance_to_cluster"]) < 1


def test_pca(world: None) -> None:
    image = image_uris.retrieve("pca", REGION)
    hyperparameters = {"num_components": 1, "feature_dim": 2, "mini_batch_size": 50}
    session, job = train(image, hyperparameters)
    assert job.training_job_status == "Completed"
    one, two = answer(session, job, image)
    (before,), (after,) = one["projection"], two["projection"]
    assert abs(after - before) == pytest.approx(100, abs=0.5)
    assert abs(after + before) < 1
