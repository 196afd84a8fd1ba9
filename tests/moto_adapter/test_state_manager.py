"""moto's state manager speaks for training jobs as it does for moto's own resources."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from freezegun import freeze_time
from moto.moto_api import state_manager

from sagemock import mock_sagemaker

KIND = "sagemaker::training-job"


@pytest.fixture(autouse=True)
def _unset() -> Iterator[None]:
    yield
    state_manager.unset_transition(KIND)


def test_immediate_is_the_default(studio: Any) -> None:
    assert state_manager.get_transition(KIND) == {"progression": "immediate"}
    studio.create_job("j")
    assert studio.job("j")["TrainingJobStatus"] == "Completed"


def test_manual_advances_as_it_is_described(studio: Any) -> None:
    state_manager.set_transition(KIND, {"progression": "manual", "times": 2})
    studio.create_job("j")
    seen = [studio.job("j")["SecondaryStatus"] for _ in range(9)]
    assert seen == [
        *("Starting", "Downloading", "Downloading", "Training", "Training"),
        *("Uploading", "Uploading", "Completed", "Completed"),
    ]
    assert len(studio.job("j")["FinalMetricDataList"]) > 3


def test_listing_and_searching_do_not_advance(studio: Any) -> None:
    state_manager.set_transition(KIND, {"progression": "manual", "times": 1})
    studio.create_job("j")
    for _ in range(3):
        (listed,) = studio.sagemaker.list_training_jobs()["TrainingJobSummaries"]
        (result,) = studio.sagemaker.search(Resource="TrainingJob")["Results"]
    assert listed["TrainingJobStatus"] == "InProgress"
    assert result["TrainingJob"]["SecondaryStatus"] == "Starting"


def test_stopping_passes_through_its_status(studio: Any) -> None:
    state_manager.set_transition(KIND, {"progression": "manual", "times": 2})
    studio.create_job("j")
    studio.sagemaker.stop_training_job(TrainingJobName="j")
    assert studio.job("j")["TrainingJobStatus"] == "Stopping"
    # A second stop is none.
    studio.sagemaker.stop_training_job(TrainingJobName="j")
    job = studio.job("j")
    assert job["TrainingJobStatus"] == "Stopped"
    # It was stopped before it started.
    assert "TrainingStartTime" not in job
    assert "TrainingTimeInSeconds" not in job


def test_a_stop_at_the_last_moment_is_kept(studio: Any) -> None:
    state_manager.set_transition(KIND, {"progression": "manual", "times": 1})
    studio.create_job("j")
    assert [studio.job("j")["SecondaryStatus"] for _ in range(3)][-1] == "Uploading"
    studio.sagemaker.stop_training_job(TrainingJobName="j")
    assert studio.job("j")["TrainingJobStatus"] == "Stopped"
    assert studio.statuses("j")[-3:] == ["Uploading", "Stopping", "Stopped"]


def test_time_advances_by_the_clock(studio: Any) -> None:
    state_manager.set_transition(KIND, {"progression": "time", "seconds": 60})
    start = datetime.now(UTC)
    studio.create_job("j")
    seen = []
    for minutes in range(6):
        with freeze_time(start + timedelta(minutes=minutes, seconds=minutes + 1)):
            seen.append(studio.job("j")["SecondaryStatus"])
    assert seen == ["Starting", "Downloading", "Training", "Uploading", "Completed", "Completed"]


def test_deleting_takes_its_time(studio: Any) -> None:
    studio.create_job("j")
    state_manager.set_transition(KIND, {"progression": "manual", "times": 2})
    studio.sagemaker.delete_training_job(TrainingJobName="j")
    assert studio.job("j")["TrainingJobStatus"] == "Deleting"
    with pytest.raises(studio.sagemaker.exceptions.ClientError, match="not found"):
        studio.job("j")


def test_over_http_in_process(studio: Any) -> None:
    body = {"model_name": KIND, "transition": {"progression": "manual", "times": 1}}
    url = "http://motoapi.amazonaws.com/moto-api/state-manager/set-transition"
    assert requests.post(url, json=body, timeout=5).status_code == 201
    studio.create_job("j")
    assert studio.job("j")["SecondaryStatus"] == "Downloading"


def test_over_http_in_the_server(sagemock_server: Any, make_studio: Any) -> None:
    body = {"model_name": KIND, "transition": {"progression": "manual", "times": 1}}
    url = f"{sagemock_server.url}/moto-api/state-manager/set-transition"
    assert requests.post(url, json=body, timeout=5).status_code == 201
    studio = make_studio(sagemock_server.client)
    studio.create_job("j")
    (listed,) = studio.sagemaker.list_training_jobs()["TrainingJobSummaries"]
    assert listed["TrainingJobStatus"] == "InProgress"
    assert studio.job("j")["SecondaryStatus"] == "Downloading"


def test_in_the_background_work_goes_on_between_two_looks(make_studio: Any) -> None:
    import boto3

    state_manager.set_transition(KIND, {"progression": "manual", "times": 1})
    with mock_sagemaker(training="background"):
        studio = make_studio(boto3.client)
        studio.create_job("j")
        for _ in range(100_000):
            if studio.job("j")["TrainingJobStatus"] == "Completed":
                break
        assert studio.statuses("j")[-1] == "Completed"
