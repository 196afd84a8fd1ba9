"""A thousand mocks in one process leave no state, no threads and no memory."""

from __future__ import annotations

import gc
import threading
import weakref
from typing import Any

import boto3
import pytest
from tests.api.conftest import job

from sagemock import control, mock_sagemaker
from sagemock.moto_adapter import backend

MOTOS_MEMORY = 140
"""moto itself remembers the backends of the last 128 mocks, emptied."""

MOCKS = 860
TRAIN = 100
"""Every such mock trains."""

ENDLESS = {
    "predictor_type": "binary_classifier",
    "mini_batch_size": "10",
    "epochs": "1000000",
    "early_stopping_patience": "1000000",
}


def one(sagemaker: Any) -> weakref.ref[Any]:
    """A mock with a job that hangs and a ready-made one."""
    with mock_sagemaker():
        assert sagemaker.list_training_jobs()["TrainingJobSummaries"] == []
        assert control.rules() == {}
        control.add_training_job("ready")
        control.hold_training_job(name="held", at="Starting")
        control.deny("DeleteModel", times=None)
        sagemaker.create_training_job(**job("held"))
        return weakref.ref(next(iter(backend.worlds())))


def one_that_trains(make_studio: Any) -> weakref.ref[Any]:
    """A mock with a job that has trained, and one that trains when the mock ends."""
    with mock_sagemaker(training="background"):
        studio = make_studio(boto3.client)
        studio.create_job("done")
        studio.sagemaker.get_waiter("training_job_completed_or_stopped").wait(
            TrainingJobName="done"
        )
        assert studio.job("done")["TrainingJobStatus"] == "Completed"
        studio.create_job("trains", HyperParameters=ENDLESS)
        while studio.job("trains")["SecondaryStatus"] != "Training":
            assert studio.job("trains")["TrainingJobStatus"] == "InProgress"
        return weakref.ref(next(iter(backend.worlds())))


@pytest.fixture
def sagemaker() -> Any:
    """A client for all the mocks: most of what a small mock costs is a client of its own."""
    with mock_sagemaker():
        return boto3.client("sagemaker", "us-east-1")


@pytest.mark.full
def test_a_thousand_mocks(make_studio: Any, sagemaker: Any) -> None:
    def mocks(count: int) -> list[weakref.ref[Any]]:
        return [
            one(sagemaker) if number % TRAIN else one_that_trains(make_studio)
            for number in range(count)
        ]

    mocks(MOTOS_MEMORY)
    threads = threading.active_count()
    gc.collect()
    objects = len(gc.get_objects())
    worlds = mocks(MOCKS)
    gc.collect()
    assert (len(gc.get_objects()) - objects) / MOCKS < 3
    assert [world for world in worlds if world() is not None] == []
    assert list(backend.worlds()) == []
    assert threading.active_count() == threads
