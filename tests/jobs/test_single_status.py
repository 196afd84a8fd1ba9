"""What the definitions of processing and transform jobs make of what their steps do."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any

import boto3
import pytest

from sagemock import mock_sagemaker
from sagemock.accounts.world import World
from sagemock.api import processing_jobs
from sagemock.documents import Document
from sagemock.jobs.definition import Stop
from sagemock.jobs.single_status import definition
from sagemock.resources import lifecycle
from sagemock.resources.types import PROCESSING_JOB

ROLE = "arn:aws:iam::123456789012:role/SageMaker"


@pytest.fixture
def client() -> Iterator[Any]:
    with mock_sagemaker():
        yield boto3.client("sagemaker", "us-east-1")


def ended(client: Any) -> dict[str, Any]:
    """A job, as it is described when it has ended."""
    cluster = {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1}
    client.create_processing_job(
        ProcessingJobName="p",
        RoleArn=ROLE,
        AppSpecification={"ImageUri": "mine:1"},
        ProcessingResources={"ClusterConfig": cluster},
    )
    job: dict[str, Any] = client.describe_processing_job(ProcessingJobName="p")
    return job


def test_steps_see_their_job(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def steps(world: World, job: Document, _stop: Stop) -> Generator[str, None, None]:
        yield lifecycle.STARTING
        seen.append((world.region, job["ProcessingJobName"]))
        yield lifecycle.PROCESSING

    monkeypatch.setattr(processing_jobs, "PROCESSING", definition(PROCESSING_JOB, steps))
    assert ended(client)["ProcessingJobStatus"] == "Completed"
    assert seen == [("us-east-1", "p")]


def test_a_defect_fails_the_job(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def steps(_world: World, _job: Document, _stop: Stop) -> Generator[str, None, None]:
        yield lifecycle.STARTING
        raise LookupError("nobody expects it")

    monkeypatch.setattr(processing_jobs, "PROCESSING", definition(PROCESSING_JOB, steps))
    job = ended(client)
    assert job["ProcessingJobStatus"] == "Failed"
    assert job["FailureReason"] == (
        "InternalServerError: We encountered an internal error. Please try again. "
        "(caused by LookupError)"
    )
    (component,) = client.list_trial_components()["TrialComponentSummaries"]
    assert component["Status"]["PrimaryStatus"] == "Failed"
