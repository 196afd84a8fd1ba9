"""Tuning jobs with the SageMaker Python SDK 3.x, in process and against the server."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("sagemaker.train", reason="the SageMaker SDK 3.x is not installed")

from sagemaker.core.parameter import ContinuousParameter, IntegerParameter
from sagemaker.core.resources import HyperParameterTuningJob, TrainingJob
from sagemaker.train.tuner import HyperparameterTuner
from tests.clients.sdk3 import (
    IMAGE,
    configs,
    mocked,
    mocked_background,
    served,
    trainer,
    world,
)

__all__ = ["mocked", "mocked_background", "served", "world"]

OBJECTIVE = "validation:objective_loss"


def tuner(**changes: Any) -> Any:
    model_trainer = trainer(IMAGE, {"predictor_type": "binary_classifier", "epochs": "2"})
    return HyperparameterTuner(
        model_trainer,
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
    """Of the data of the train channel; a tuner takes URIs only."""
    return [
        configs.InputData(channel_name=name, data_source="s3://sdk/train/", content_type="text/csv")
        for name in ("train", "validation")
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
