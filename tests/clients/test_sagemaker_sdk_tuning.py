"""Tuning jobs with the SageMaker Python SDK 2.x, in process and against the server."""

from __future__ import annotations

from typing import Any

import boto3
import numpy as np
import pytest

from sagemock import control

pytest.importorskip("sagemaker.deserializers", reason="the SageMaker SDK 2.x is not installed")

import sagemaker as sdk
from sagemaker.deserializers import JSONDeserializer
from sagemaker.parameter import CategoricalParameter, ContinuousParameter, IntegerParameter
from sagemaker.serializers import CSVSerializer
from sagemaker.tuner import (
    HyperparameterTuner,
    create_identical_dataset_and_algorithm_tuner,
    create_transfer_learning_tuner,
)
from tests.clients.sdk2 import session

__all__ = ["session"]

ROLE = "arn:aws:iam::123456789012:role/SageMaker"
OBJECTIVE = "validation:objective_loss"
RANGES = {
    "learning_rate": ContinuousParameter(1e-4, 1.0, scaling_type="Logarithmic"),
    "mini_batch_size": IntegerParameter(5, 20),
    "use_bias": CategoricalParameter(["true", "false"]),
}


def channels(session: Any) -> dict[str, Any]:
    rows = "".join(f"{x > 50:d},{x},{100 - x}\n" for x in range(100))
    bucket = session.default_bucket()
    names = ("train", "validation")
    for name in names:
        session.boto_session.client("s3").put_object(
            Bucket=bucket, Key=f"{name}/rows.csv", Body=rows
        )
    return {
        name: sdk.inputs.TrainingInput(f"s3://{bucket}/{name}/", content_type="text/csv")
        for name in names
    }


def estimator(session: Any) -> Any:
    linear_learner = sdk.estimator.Estimator(
        sdk.image_uris.retrieve("linear-learner", "us-east-1"),
        ROLE,
        instance_count=1,
        instance_type="ml.c4.xlarge",
        output_path=f"s3://{session.default_bucket()}/output",
        sagemaker_session=session,
    )
    linear_learner.set_hyperparameters(predictor_type="binary_classifier", epochs=2)
    return linear_learner


def tuner(session: Any, **changes: Any) -> Any:
    options = {
        "objective_type": "Minimize",
        "strategy": "Random",
        "max_jobs": 4,
        "max_parallel_jobs": 2,
        **changes,
    }
    return HyperparameterTuner(estimator(session), OBJECTIVE, RANGES, **options)


def test_fit_and_use_the_best(session: Any) -> None:
    search = tuner(session, tags=[{"Key": "Project", "Value": "p"}])
    search.fit(channels(session))
    described = search.describe()
    assert described["HyperParameterTuningJobStatus"] == "Completed"
    frame = search.analytics().dataframe()
    assert len(frame) == 4
    assert set(RANGES) <= set(frame.columns)
    assert set(frame["TrainingJobStatus"]) == {"Completed"}
    best = frame.sort_values("FinalObjectiveValue").iloc[0]
    assert search.best_training_job() == best["TrainingJobName"]
    winner = search.best_estimator()
    assert winner.latest_training_job.name == best["TrainingJobName"]
    assert float(winner.hyperparameters()["learning_rate"]) == pytest.approx(best["learning_rate"])
    assert winner.hyperparameters()["_tuning_objective_metric"] == OBJECTIVE
    predictor = search.deploy(
        1, "ml.m5.large", serializer=CSVSerializer(), deserializer=JSONDeserializer()
    )
    assert "score" in predictor.predict([[90, 10]])["predictions"][0]
    predictor.delete_endpoint()


def test_attach_and_warm_start(session: Any) -> None:
    linear_learner = sdk.LinearLearner(
        ROLE, 1, "ml.c4.xlarge", predictor_type="binary_classifier", sagemaker_session=session
    )
    rows = np.stack([np.arange(100), np.arange(100)[::-1]], 1).astype(np.float32)
    labels = (rows[:, 0] > 50).astype(np.float32)
    data = [
        linear_learner.record_set(rows, labels, channel=channel)
        for channel in ("train", "validation")
    ]
    ranges = {**RANGES, "epochs": IntegerParameter(1, 2)}
    search = HyperparameterTuner(
        linear_learner, OBJECTIVE, ranges, objective_type="Minimize", max_jobs=4
    )
    search.fit(data)
    name = search.latest_tuning_job.name
    attached = HyperparameterTuner.attach(name, sagemaker_session=session)
    assert attached.objective_metric_name == OBJECTIVE
    assert attached.best_training_job() == search.best_training_job()
    assert set(attached.hyperparameter_ranges()) == {
        "CategoricalParameterRanges",
        "ContinuousParameterRanges",
        "IntegerParameterRanges",
    }
    identical = attached.identical_dataset_and_algorithm_tuner()
    transfer = search.transfer_learning_tuner()
    helpers = (
        create_identical_dataset_and_algorithm_tuner(name, sagemaker_session=session),
        create_transfer_learning_tuner(name, sagemaker_session=session),
    )
    for number, warm in enumerate((identical, transfer, *helpers)):
        # The names that the SDK gives by itself differ by minutes.
        warm.fit(data, job_name=f"warm-{number}")
        described = warm.describe()
        assert described["HyperParameterTuningJobStatus"] == "Completed"
        parents = described["WarmStartConfig"]["ParentHyperParameterTuningJobs"]
        assert parents == [{"HyperParameterTuningJobName": name}]
    overall = identical.describe()["OverallBestTrainingJob"]
    names = {attached.best_training_job(), identical.best_training_job()}
    assert overall["TrainingJobName"] in names


def test_several_algorithms(session: Any) -> None:
    names = ("one", "two")
    search = HyperparameterTuner.create(
        estimator_dict={name: estimator(session) for name in names},
        objective_metric_name_dict=dict.fromkeys(names, OBJECTIVE),
        hyperparameter_ranges_dict=dict.fromkeys(names, RANGES),
        objective_type="Minimize",
        strategy="Random",
        max_jobs=4,
    )
    data = channels(session)
    search.fit(dict.fromkeys(names, data), include_cls_metadata={})
    frames = search.analytics().dataframe()
    assert sorted(frames["TrainingJobDefinitionName"]) == ["one", "one", "two", "two"]
    attached = HyperparameterTuner.attach(search.latest_tuning_job.name, sagemaker_session=session)
    assert attached.best_estimator().latest_training_job.name == search.best_training_job()


def test_a_grid(session: Any) -> None:
    search = HyperparameterTuner(
        estimator(session),
        OBJECTIVE,
        {"mini_batch_size": CategoricalParameter(["5", "10", "20"])},
        objective_type="Minimize",
        strategy="Grid",
        max_jobs=3,
    )
    search.fit(channels(session))
    assert len(search.analytics().dataframe()) == 3


def test_a_failure_is_told(session: Any) -> None:
    control.fail_training_job("AlgorithmError: boom", times=None)
    search = tuner(session)
    with pytest.raises(sdk.exceptions.UnexpectedStatusException, match="All training jobs failed"):
        search.fit(channels(session))
    with pytest.raises(Exception, match="Best training job not available"):
        search.best_training_job()


def test_stop(session: Any) -> None:
    control.hold_training_job(times=None)
    search = tuner(session)
    search.fit(channels(session), wait=False)
    search.stop_tuning_job()
    # Once more, as a client may that does not know.
    search.stop_tuning_job()
    client = boto3.client("sagemaker", "us-east-1")
    for each in client.list_training_jobs()["TrainingJobSummaries"]:
        client.get_waiter("training_job_completed_or_stopped").wait(
            TrainingJobName=each["TrainingJobName"], WaiterConfig={"Delay": 1}
        )
    search.latest_tuning_job.wait()
    assert search.describe()["HyperParameterTuningJobStatus"] == "Stopped"
