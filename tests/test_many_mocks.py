"""Hundreds of mocks in one process leave no state, no threads and no memory."""

from __future__ import annotations

import gc
import threading
import weakref
from typing import Any

import boto3

from sagemock import control, mock_sagemaker
from sagemock.gateway import backend

MOTOS_MEMORY = 140
"""moto itself remembers the backends of the last 128 mocks, emptied."""

MOCKS = 160


def one(make_studio: Any, number: int) -> weakref.ref[Any]:
    """A mock with a job that hangs, a ready-made one, and now and then one that trains."""
    trains = number % 20 == 0
    with mock_sagemaker(training="background" if trains else "inline"):
        studio = make_studio(boto3.client)
        assert studio.sagemaker.list_training_jobs()["TrainingJobSummaries"] == []
        assert control.rules() == {}
        control.add_training_job("ready")
        control.hold_training_job(name="held")
        control.deny("DeleteModel", times=None)
        studio.create_job("held")
        if trains:
            studio.create_job("trains")
        return weakref.ref(next(iter(backend.worlds())))


def test_hundreds_of_mocks(make_studio: Any) -> None:
    for number in range(MOTOS_MEMORY):
        one(make_studio, number)
    threads = threading.active_count()
    gc.collect()
    objects = len(gc.get_objects())
    worlds = [one(make_studio, number) for number in range(MOCKS)]
    gc.collect()
    assert (len(gc.get_objects()) - objects) / MOCKS < 3
    assert [world for world in worlds if world() is not None] == []
    assert list(backend.worlds()) == []
    assert threading.active_count() == threads
