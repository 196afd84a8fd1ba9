"""KNN and the random cut forest with the SageMaker Python SDK 3.x, in process and on the server."""

from __future__ import annotations

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
from tests.clients.test_sagemaker_sdk3_algorithms import answer

__all__ = ["mocked", "mocked_background", "served", "world"]


def train(
    image: str, hyperparameters: dict[str, Any], channels: dict[str, tuple[str | bytes, str, str]]
) -> tuple[Any, Any]:
    """A session, and a job that has ended; channels have rows, content type and distribution."""
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
    inputs = []
    for name, (body, content_type, distribution) in channels.items():
        key = f"points/{name}/rows"
        boto3.client("s3", REGION).put_object(Bucket="sdk", Key=key, Body=body)
        source = configs.S3DataSource(
            s3_data_type="S3Prefix",
            s3_uri=f"s3://sdk/points/{name}/",
            s3_data_distribution_type=distribution,
        )
        inputs.append(
            configs.InputData(channel_name=name, data_source=source, content_type=content_type)
        )
    trainer.train(input_data_config=inputs)
    return session, trainer._latest_training_job


def metrics(job: Any) -> dict[str, float]:
    return {each.metric_name: each.value for each in job.final_metric_data_list}


def points() -> np.ndarray:
    """200 rows around (0, 0) and (60, 80)."""
    return np.random.default_rng(0).normal(size=(200, 2)) + np.repeat([[0, 0], [60, 80]], 100, 0)


def test_knn(world: None) -> None:
    body = "".join(f"{number // 100},{x},{y}\n" for number, (x, y) in enumerate(points().tolist()))
    channel = (body, "text/csv", "FullyReplicated")
    image = image_uris.retrieve("knn", REGION)
    hyperparameters = {"k": 3, "predictor_type": "classifier", "sample_size": 200}
    session, job = train(image, hyperparameters, {"train": channel, "test": channel})
    assert metrics(job)["test:accuracy"] == 1
    assert answer(session, job, image) == [{"predicted_label": 0.0}, {"predicted_label": 1.0}]


def test_random_cut_forest(world: None) -> None:
    near = points()[:100]
    rows = "".join(f"{x},{y}\n" for x, y in near.tolist())
    labelled = "".join(f"0,{x},{y}\n" for x, y in near.tolist()) + "1,60,80\n"
    image = image_uris.retrieve("randomcutforest", REGION)
    session, job = train(
        image,
        {"feature_dim": 2, "num_trees": 50, "num_samples_per_tree": 20},
        {
            "train": (rows, "text/csv;label_size=0", "ShardedByS3Key"),
            "test": (labelled, "text/csv;label_size=1", "FullyReplicated"),
        },
    )
    assert metrics(job)["test:f1"] == 1
    one, two = answer(session, job, image)
    assert one["score"] < two["score"]
