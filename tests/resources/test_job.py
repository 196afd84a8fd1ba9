"""Documents of jobs that have one status."""

from __future__ import annotations

import pytest

from sagemock.resources import job, lifecycle
from sagemock.resources.arn import Arn
from sagemock.resources.types import PROCESSING_JOB, TRANSFORM_JOB
from sagemock.wire import service_model

ARN = Arn("aws", "us-east-1", "123456789012", "processing-job", "p")


def test_the_table_of_statuses_is_aws_s() -> None:
    known = set(lifecycle.JOB_NEXT).union(*lifecycle.JOB_NEXT.values())
    for kind in (PROCESSING_JOB, TRANSFORM_JOB):
        assert known == set(service_model.enum_values(kind.status_member))


def test_a_job_runs_to_its_end() -> None:
    document = job.begun(PROCESSING_JOB, {"ProcessingJobName": "p"}, ARN, 1.0)
    assert job.entered(PROCESSING_JOB, document, lifecycle.STARTING, 2.0) is document
    working = job.entered(PROCESSING_JOB, document, lifecycle.PROCESSING, 3.0)
    ended = job.ended(PROCESSING_JOB, working, lifecycle.FAILED, 4.0, "ClientError: x")
    assert ended == {
        "ProcessingJobName": "p",
        "ProcessingJobArn": str(ARN),
        "ProcessingJobStatus": "Failed",
        "FailureReason": "ClientError: x",
        "CreationTime": 1.0,
        "ProcessingStartTime": 3.0,
        "ProcessingEndTime": 4.0,
        "LastModifiedTime": 4.0,
        "Tags": [],
    }


def test_a_job_that_stops_ends_as_stopped_however_it_went() -> None:
    document = job.begun(TRANSFORM_JOB, {"TransformJobName": "t"}, ARN, 1.0)
    stopping = job.entered(TRANSFORM_JOB, document, lifecycle.STOPPING, 2.0)
    assert job.entered(TRANSFORM_JOB, stopping, lifecycle.TRANSFORMING, 3.0) is stopping
    ended = job.ended(TRANSFORM_JOB, stopping, lifecycle.FAILED, 4.0, "ClientError: x")
    assert (ended["TransformJobStatus"], ended.get("FailureReason")) == ("Stopped", None)
    assert "TransformStartTime" not in ended


def test_a_job_ends_once() -> None:
    document = job.begun(TRANSFORM_JOB, {"TransformJobName": "t"}, ARN, 1.0)
    ended = job.ended(TRANSFORM_JOB, document, lifecycle.COMPLETED, 2.0)
    with pytest.raises(lifecycle.IllegalTransition, match="Completed -> Stopping"):
        job.entered(TRANSFORM_JOB, ended, lifecycle.STOPPING, 3.0)
    with pytest.raises(lifecycle.IllegalTransition, match="Completed -> Failed"):
        job.ended(TRANSFORM_JOB, ended, lifecycle.FAILED, 3.0)
