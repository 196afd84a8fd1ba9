"""Code of a job that waits for another job takes no worker from it, and does not wait in vain."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from tests.job_requests import transform_job
from tests.jobs.test_processing_runs import request as processing_request

from sagemock import containers, control, mock_sagemaker
from sagemock.moto_adapter import waiting

OWN = "123456789012.dkr.ecr.us-east-1.amazonaws.com/own:1"
SECONDS = 60


class Studio:
    """Jobs that are functions of the test, with one worker."""

    def __init__(self, studio: Any) -> None:
        self.studio = studio
        self.code: dict[str, Callable[[], None]] = {}
        containers.register("*own*", train=lambda job: self.code[job.name]())

    def create(self, name: str, code: Callable[[], None] = lambda: None) -> None:
        self.code[name] = code
        own = {"TrainingImage": OWN, "TrainingInputMode": "File"}
        self.studio.create_job(name, AlgorithmSpecification=own)

    def end(self, name: str) -> str:
        """Wait as users do, and give the status."""
        waiter = boto3.client("sagemaker").get_waiter("training_job_completed_or_stopped")
        waiter.wait(TrainingJobName=name)
        return self.status(name)

    def status(self, name: str) -> str:
        status: str = self.studio.job(name)["TrainingJobStatus"]
        return status

    def completes(self, name: str) -> None:
        assert self.end(name) == "Completed"


@pytest.fixture(params=["inline", "background"])
def one_worker(request: Any, make_studio: Any) -> Iterator[Studio]:
    with mock_sagemaker(training=request.param, max_workers=1):
        yield Studio(make_studio(boto3.client))


@pytest.fixture
def background(make_studio: Any) -> Iterator[Studio]:
    with mock_sagemaker(training="background", max_workers=1):
        yield Studio(make_studio(boto3.client))


def test_a_job_that_it_creates(one_worker: Studio) -> None:
    def code() -> None:
        one_worker.create("second")
        one_worker.completes("second")

    one_worker.create("first", code)
    one_worker.completes("first")


def test_a_processing_job_that_it_creates(one_worker: Studio) -> None:
    ran = []
    containers.register("*lines*", process=lambda _: ran.append("processing"))

    def code() -> None:
        sagemaker = boto3.client("sagemaker")
        sagemaker.create_processing_job(**processing_request(ProcessingInputs=[]))
        waiter = sagemaker.get_waiter("processing_job_completed_or_stopped")
        waiter.wait(ProcessingJobName="p")
        ran.append("training")

    one_worker.create("first", code)
    one_worker.completes("first")
    assert ran == ["processing", "training"]


def test_a_job_that_the_model_of_a_transform_job_creates(one_worker: Studio) -> None:
    def invoke(_: Any) -> str:
        one_worker.create("second")
        one_worker.completes("second")
        return "1"

    containers.register("model", serve=invoke)
    one_worker.studio.s3.put_object(Bucket="studio", Key="input/a", Body=b"0")
    sagemaker = one_worker.studio.sagemaker
    sagemaker.create_model(
        ModelName="m",
        ExecutionRoleArn="arn:aws:iam::123456789012:role/SageMaker",
        PrimaryContainer={"Image": "model:1"},
    )
    request = transform_job(source="s3://studio/input/", target="s3://studio/answers")
    sagemaker.create_transform_job(**request)
    waiter = sagemaker.get_waiter("transform_job_completed_or_stopped")
    waiter.wait(TransformJobName="t")
    answer = one_worker.studio.s3.get_object(Bucket="studio", Key="answers/a.out")
    assert answer["Body"].read() == b"1"


def test_a_job_that_is_created_after_it(background: Studio) -> None:
    is_created = threading.Event()

    def code() -> None:
        assert is_created.wait(SECONDS)
        background.completes("second")

    background.create("first", code)
    background.create("second")
    is_created.set()
    background.completes("first")


def test_a_job_that_others_precede_in_the_queue(background: Studio) -> None:
    """A loop that looks at no job shows that this thread waits as well."""
    is_created = threading.Event()
    second = threading.Event()

    def code() -> None:
        assert is_created.wait(SECONDS)
        while not second.is_set():
            waiting.poll_sleep(SECONDS)

    background.create("first", code)
    for number in range(3):
        background.create(f"before-{number}")
    background.create("second", second.set)
    is_created.set()
    background.completes("first")


def test_a_job_that_a_test_holds(one_worker: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "PATIENCE", 0.0)
    control.hold_training_job(name="held")

    def code() -> None:
        one_worker.create("held")
        one_worker.end("held")

    one_worker.create("first", code)
    with pytest.raises(Exception, match="training job first is Failed"):
        one_worker.end("first")
    reason = one_worker.studio.job("first")["FailureReason"]
    assert "nothing will change by itself any more: training job held is" in reason


def test_jobs_that_wait_for_each_other(make_studio: Any) -> None:
    with mock_sagemaker(training="background", max_workers=2):
        studio = Studio(make_studio(boto3.client))
        begun = threading.Barrier(2)

        def wait_for(other: str) -> Callable[[], None]:
            def code() -> None:
                begun.wait(SECONDS)
                studio.end(other)

            return code

        studio.create("first", wait_for("second"))
        studio.create("second", wait_for("first"))
        for name in ("first", "second"):
            with pytest.raises(Exception, match="is Failed"):
                studio.end(name)
        reasons = [studio.studio.job(name)["FailureReason"] for name in ("first", "second")]
        assert any(re.search("training job (first|second) is InProgress", each) for each in reasons)
