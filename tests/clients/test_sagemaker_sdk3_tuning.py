"""Tuning jobs with the SageMaker Python SDK 3.x, in process and against the server."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

pytest.importorskip("sagemaker.train", reason="the SageMaker SDK 3.x is not installed")

from sagemaker.core import image_uris
from sagemaker.core.helper.session_helper import Session
from sagemaker.core.parameter import ContinuousParameter, IntegerParameter
from sagemaker.core.resources import HyperParameterTuningJob, TrainingJob
from sagemaker.core.training import configs
from sagemaker.train import ModelTrainer
from sagemaker.train.tuner import HyperparameterTuner
from tests.clients.test_sagemaker_sdk3 import (
    REGION,
    ROLE,
    mocked,
    mocked_background,
    served,
    world,
)

__all__ = ["mocked", "mocked_background", "served", "world"]

OBJECTIVE = "validation:objective_loss"


def tuner(**changes: Any) -> Any:
    session = Session(boto3.Session(region_name=REGION), default_bucket="sdk")
    trainer = ModelTrainer(
        training_image=image_uris.retrieve("linear-learner", REGION),
        role=ROLE,
        base_job_name="trainer",
        sagemaker_session=session,
        compute=configs.Compute(
            instance_type="ml.m5.large", instance_count=1, volume_size_in_gb=10
        ),
        hyperparameters={"predictor_type": "binary_classifier", "epochs": "2"},
        stopping_condition=configs.StoppingCondition(max_runtime_in_seconds=3600),
    )
    return HyperparameterTuner(
        trainer,
        OBJECTIVE,
        {
            "learning_rate": ContinuousParameter(1e-4, 1.0, scaling_type="Logarithmic"),
            "mini_batch_size": IntegerParameter(5, 20),
        },
        **{
            "objective_type": "Minimize",
            "strategy": "Random",
            "max_jobs": 3,
            "max_parallel_jobs": 2,
            **changes,
        },
    )


def channels() -> list[Any]:
    rows = "".join(f"{x > 50:d},{x},{100 - x}\n" for x in range(100))
    names = ("train", "validation")
    for name in names:
        boto3.client("s3", REGION).put_object(Bucket="sdk", Key=f"{name}/rows.csv", Body=rows)
    return [
        configs.InputData(
            channel_name=name, data_source=f"s3://sdk/{name}/", content_type="text/csv"
        )
        for name in names
    ]


def test_tune(world: None) -> None:
    search = tuner()
    search.tune(channels())
    described = HyperParameterTuningJob.get(
        search.latest_tuning_job.hyper_parameter_tuning_job_name
    )
    assert described.hyper_parameter_tuning_job_status == "Completed"
    assert described.training_job_status_counters.completed == 3
    best = search.best_training_job()
    frame = search.analytics().dataframe()
    assert len(frame) == 3
    assert best == frame.sort_values("FinalObjectiveValue").iloc[0]["TrainingJobName"]
    trained = TrainingJob.get(best)
    assert trained.tuning_job_arn == described.hyper_parameter_tuning_job_arn
    assert set(described.best_training_job.tuned_hyper_parameters) == {
        "learning_rate",
        "mini_batch_size",
    }
