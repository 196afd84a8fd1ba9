"""A defect of sagemock ends the job or endpoint that it meets, and says so in its document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import boto3
import pytest

from sagemock import control, mock_sagemaker
from sagemock.hosting import loading
from sagemock.jobs import training

JOB = (
    "InternalServerError: We encountered an internal error. Please try again. "
    "(caused by ZeroDivisionError)"
)
ENDPOINT = "Request to service failed. If failure persists after retry, contact customer support."


@pytest.mark.parametrize("mode", ["inline", "background"])
@pytest.mark.parametrize("last", ["Starting", "Downloading", "Training", "Interrupted"])
def test_steps_of_a_training_job(
    make_studio: Any, monkeypatch: pytest.MonkeyPatch, mode: Any, last: str
) -> None:
    statuses = ["Starting", "Downloading", "Training", "Interrupted"]

    def steps(*_: Any) -> Iterator[str]:
        yield from statuses[: statuses.index(last) + 1]
        raise ZeroDivisionError

    monkeypatch.setattr(training, "TRAINING", replace(training.TRAINING, steps=steps))
    with mock_sagemaker(training=mode):
        studio = make_studio(boto3.client)
        studio.create_job("j")
        while studio.job("j")["TrainingJobStatus"] == "InProgress":
            pass
        job = studio.job("j")
        assert (job["TrainingJobStatus"], job["FailureReason"]) == ("Failed", JOB)
        assert studio.statuses("j")[-2:] == [last, "Failed"]


def test_a_defect_of_a_job_that_stops(make_studio: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def steps(*_: Any) -> Iterator[str]:
        yield "Starting"
        try:
            yield "Downloading"
        finally:
            raise ZeroDivisionError

    monkeypatch.setattr(training, "TRAINING", replace(training.TRAINING, steps=steps))
    with mock_sagemaker():
        studio = make_studio(boto3.client)
        control.hold_training_job(at="Downloading")
        studio.create_job("j")
        studio.sagemaker.stop_training_job(TrainingJobName="j")
        assert studio.job("j")["TrainingJobStatus"] == "Stopped"


def test_the_first_deployment_of_an_endpoint(studio: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "deploy", lambda *_, **__: 1 / 0)
    studio.create_config()
    studio.sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
    endpoint = studio.endpoint()
    assert (endpoint["EndpointStatus"], endpoint["FailureReason"]) == ("Failed", ENDPOINT)
    studio.sagemaker.delete_endpoint(EndpointName="e")
    assert studio.sagemaker.list_endpoints()["Endpoints"] == []


def test_an_update_of_an_endpoint(studio: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    studio.create_config()
    studio.create_config("d")
    studio.sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
    monkeypatch.setattr(loading, "deploy", lambda *_, **__: 1 / 0)
    studio.sagemaker.update_endpoint(EndpointName="e", EndpointConfigName="d")
    endpoint = studio.endpoint()
    assert (endpoint["EndpointStatus"], endpoint["FailureReason"]) == ("Failed", ENDPOINT)
    assert "PendingDeploymentSummary" not in endpoint
