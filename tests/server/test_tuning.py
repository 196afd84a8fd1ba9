"""Tuning jobs on the server, as a client sees them that polls."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.conftest import IMAGE, tuning_job
from tests.api.test_tuning_jobs import described, epochs, listed

from sagemock import containers
from sagemock.testing import SageMock


@pytest.fixture
def sagemaker(sagemock_server: SageMock) -> Any:
    containers.register(IMAGE, train=epochs)
    sagemock_server.client("s3").create_bucket(Bucket="bucket")
    return sagemock_server.client("sagemaker")


def test_describe_answers_when_the_tuning_job_has_ended(sagemaker: Any) -> None:
    sagemaker.create_hyper_parameter_tuning_job(**tuning_job(jobs=8, parallel=3))
    # The first Describe waits, as that of a training job does.
    assert described(sagemaker)["HyperParameterTuningJobStatus"] == "Completed"
    assert len(listed(sagemaker, StatusEquals="Completed")) == 8


def test_describe_does_not_wait_for_what_is_held(sagemaker: Any, sagemock_server: SageMock) -> None:
    sagemock_server.control.hold_training_job(name="hunt-001-*")
    sagemaker.create_hyper_parameter_tuning_job(**tuning_job(jobs=3, parallel=1))
    assert described(sagemaker)["HyperParameterTuningJobStatus"] == "InProgress"
    sagemaker.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName="hunt")
    assert described(sagemaker)["HyperParameterTuningJobStatus"] == "Stopped"
