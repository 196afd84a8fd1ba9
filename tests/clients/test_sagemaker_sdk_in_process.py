"""The SageMaker Python SDK 2.x inside a mock: nothing sleeps."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

from sagemock import control, mock_sagemaker

pytest.importorskip("sagemaker.deserializers", reason="the SageMaker SDK 2.x is not installed")

import sagemaker as sdk

pytestmark = pytest.mark.usefixtures("no_sleep")
ROLE = "arn:aws:iam::123456789012:role/SageMaker"


def estimator() -> tuple[Any, dict[str, Any]]:
    session = sdk.Session(boto3.Session(region_name="us-east-1"))
    bucket = session.default_bucket()
    rows = "".join(f"{x > 50:d},{x},{100 - x}\n" for x in range(100))
    boto3.client("s3").put_object(Bucket=bucket, Key="train/rows.csv", Body=rows)
    linear_learner = sdk.estimator.Estimator(
        sdk.image_uris.retrieve("linear-learner", "us-east-1"),
        ROLE,
        instance_count=1,
        instance_type="ml.c4.xlarge",
        output_path=f"s3://{bucket}/output",
        sagemaker_session=session,
    )
    linear_learner.set_hyperparameters(predictor_type="binary_classifier", mini_batch_size=10)
    channel = sdk.inputs.TrainingInput(f"s3://{bucket}/train/", content_type="text/csv")
    return linear_learner, {"train": channel}


@pytest.mark.parametrize("training", ["inline", "background"])
def test_fit_deploy_predict_delete(training: Any) -> None:
    from sagemaker.deserializers import JSONDeserializer
    from sagemaker.serializers import CSVSerializer

    with mock_sagemaker(training=training):
        job, channels = estimator()
        job.fit(channels)
        predictor = job.deploy(
            initial_instance_count=1,
            instance_type="ml.m5.large",
            serializer=CSVSerializer(),
            deserializer=JSONDeserializer(),
        )
        assert predictor.predict([[90, 10]])["predictions"][0]["predicted_label"] == 1
        predictor.delete_endpoint()


def test_a_failure_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    with mock_sagemaker():
        job, channels = estimator()
        control.fail_training_job("AlgorithmError: boom")
        with pytest.raises(sdk.exceptions.UnexpectedStatusException, match="AlgorithmError: boom"):
            job.fit(channels)


def test_a_job_that_hangs_does_not_hang_the_test() -> None:
    with mock_sagemaker():
        job, channels = estimator()
        control.hold_training_job()
        with pytest.raises(RuntimeError, match=r"is Training \(held\)"):
            job.fit(channels, logs=False)


def test_stopping_a_job_that_is_not_waited_for() -> None:
    with mock_sagemaker():
        job, channels = estimator()
        control.hold_training_job()
        job.fit(channels, wait=False)
        name = job.latest_training_job.name
        sdk.Session(boto3.Session(region_name="us-east-1")).stop_training_job(name)
        assert job.latest_training_job.describe()["TrainingJobStatus"] == "Stopped"


def test_runs_of_an_experiment() -> None:
    """The SDK's experiments: what is logged, the job that runs within, and the table of both."""
    from sagemaker.analytics import ExperimentAnalytics
    from sagemaker.experiments.run import Run, list_runs

    with mock_sagemaker():
        job, channels = estimator()
        session = job.sagemaker_session
        of = {"experiment_name": "Mine", "sagemaker_session": session}
        with Run(run_name="first", **of) as run:
            run.log_parameter("depth", 3)
            for step in range(12):
                run.log_metric("loss", 1 / (step + 1), step=step)
        with Run(run_name="second", **of):
            job.fit(channels, logs=False)
        assert {run.run_name for run in list_runs(**of)} == {"first", "second"}
        # The SDK lowers the names that it creates, and not the one that it searches for.
        table = ExperimentAnalytics(experiment_name="mine", sagemaker_session=session).dataframe()
    (logged,) = table[table["DisplayName"] == "mine-first"].to_dict("records")
    assert (logged["depth"], logged["loss - Count"], logged["loss - Max"]) == (3.0, 12.0, 1.0)
    trained = table[table["SourceArn"].notna()].to_dict("records")
    assert [each["mini_batch_size"] for each in trained] == [10.0]
    assert trained[0]["train:objective_loss - Last"] < trained[0]["train:objective_loss - Max"]
