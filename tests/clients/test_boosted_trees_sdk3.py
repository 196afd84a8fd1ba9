"""XGBoost with the SageMaker Python SDK 3.x: ModelTrainer, ModelBuilder, and a failure."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest

pytest.importorskip("sagemaker.train", reason="the SageMaker SDK 3.x is not installed")
pytest.importorskip("xgboost", reason="the extra `xgboost` is not installed")

from sagemaker.core import image_uris
from sagemaker.core.helper.session_helper import Session
from sagemaker.core.training import configs
from sagemaker.core.utils.exceptions import FailedStatusError
from sagemaker.train import ModelTrainer
from tests.clients.test_sagemaker_sdk3 import (
    REGION,
    ROLE,
    in_process,
    mocked,
    mocked_background,
    served,
    world,
)

__all__ = ["in_process", "mocked", "mocked_background", "served", "world"]

IMAGE = image_uris.retrieve("xgboost", REGION, "3.0-5")


def trained(**hyperparameters: str) -> Any:
    """The job of a trainer."""
    trainer = ModelTrainer(
        training_image=IMAGE,
        role=ROLE,
        base_job_name="trees",
        sagemaker_session=Session(boto3.Session(region_name=REGION), default_bucket="sdk"),
        compute=configs.Compute(
            instance_type="ml.m5.large", instance_count=1, volume_size_in_gb=10
        ),
        hyperparameters={"objective": "binary:logistic", "num_round": "10", **hyperparameters},
        stopping_condition=configs.StoppingCondition(max_runtime_in_seconds=3600),
    )
    source = configs.S3DataSource(
        s3_data_type="S3Prefix",
        s3_uri="s3://sdk/train/",
        s3_data_distribution_type="FullyReplicated",
    )
    channel = configs.InputData(channel_name="train", data_source=source, content_type="text/csv")
    trainer.train(input_data_config=[channel])
    return trainer._latest_training_job


def test_model_trainer_and_model_builder(world: None) -> None:
    # Importing it makes a client, which needs a region.
    from sagemaker.serve.model_builder import ModelBuilder

    job = trained(eval_metric="logloss")
    assert job.training_job_status == "Completed"
    metrics = {each.metric_name: each.value for each in job.final_metric_data_list}
    assert metrics["train:logloss"] < 0.2
    builder = ModelBuilder(
        image_uri=IMAGE,
        s3_model_data_url=job.model_artifacts.s3_model_artifacts,
        role_arn=ROLE,
        instance_type="ml.m5.large",
        sagemaker_session=Session(boto3.Session(region_name=REGION), default_bucket="sdk"),
    )
    builder.build(model_name="built")
    endpoint = builder.deploy(
        endpoint_name="e", initial_instance_count=1, instance_type="ml.m5.large"
    )
    answer = endpoint.invoke(
        body="90,10\n10,90", content_type="text/csv", accept="application/json"
    )
    high, low = json.loads(answer.body.read())["predictions"]
    assert high["score"] > 0.5 > low["score"]
    endpoint.delete()


def test_a_failure_is_told(in_process: None) -> None:
    with pytest.raises(FailedStatusError, match="AlgorithmError: framework error"):
        trained(eta="2")
