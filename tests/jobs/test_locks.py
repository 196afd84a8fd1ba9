"""While anybody's work runs, no lock is held: everybody else goes on meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any

import boto3
import pytest
from tests.job_requests import transform_job
from tests.jobs.test_processing_runs import request

from sagemock import containers, control, forks, mock_sagemaker
from sagemock.containers import registry
from sagemock.containers.base import (
    InferenceRequest,
    InferenceResponse,
    ProcessingOutput,
    TrainingOutput,
)
from sagemock.moto_adapter import moto_locks
from sagemock.moto_adapter.backend import workers, worlds
from sagemock.moto_adapter.patch import moto_patch

SECONDS = 60


def held_locks(patience: float = 10.0) -> list[str]:
    """The locks of this package and of moto that another thread cannot take.

    patience: seconds for threads that hold one for a moment, and do not work meanwhile.
    """
    locks = forks.protected_locks()
    locks += [key.lock for key in moto_locks.stored_objects()]
    taken: list[str] = []

    def take() -> None:
        for lock in locks:
            if lock.acquire(timeout=patience):
                lock.release()
            else:
                taken.append(repr(lock))

    thread = threading.Thread(target=take)
    thread.start()
    thread.join(SECONDS)
    return taken


def test_a_held_lock_is_seen() -> None:
    with mock_sagemaker():
        boto3.client("sagemaker").list_training_jobs()
        world = next(iter(worlds()))
        for lock in (
            moto_patch._lock,
            workers._lock,
            world.progressions._lock,
            world.endpoints._lock,
        ):
            assert held_locks() == []
            with lock:
                assert len(held_locks(0.01)) == 1


class Probe:
    """A container that looks for locks wherever it is called, and meets with somebody."""

    def __init__(self) -> None:
        self.held: dict[str, list[str]] = {}
        self.begun = threading.Event()
        self.may_end = threading.Event()
        self.may_end.set()

    def look(self, where: str) -> None:
        self.held[where] = held_locks()

    def train(self, _: Any, **__: Any) -> TrainingOutput:
        self.look("train")
        self.begun.set()
        assert self.may_end.wait(SECONDS)
        self.look("train to the end")
        return TrainingOutput({"model": b"a model"})

    def process(self, _: Any, **__: Any) -> ProcessingOutput:
        self.look("process")
        return ProcessingOutput()

    def load(self, *_: Any, **__: Any) -> Probe:
        self.look("load")
        return self

    def invoke(self, _: InferenceRequest) -> InferenceResponse:
        self.look("invoke")
        return InferenceResponse(b"an answer", "text/plain")

    def ping(self) -> None:
        self.look("ping")

    def execution_parameters(self) -> None:
        self.look("execution parameters")

    def close(self) -> None:
        return


class HereAndNow(Executor):
    """Works within `submit`."""

    def submit(self, function: Any, *arguments: Any, **more: Any) -> Future[Any]:  # type: ignore[override]
        future: Future[Any] = Future()
        future.set_result(function(*arguments, **more))
        return future


@pytest.fixture
def probe() -> Iterator[Probe]:
    probe = Probe()
    container = registry.Container(
        "probe",
        repositories=frozenset({"probe"}),
        training=probe,  # type: ignore[arg-type]
        serving=probe,  # type: ignore[arg-type]
        processing=probe,  # type: ignore[arg-type]
        calls_aws=True,
    )
    registry.register(container)
    yield probe
    registry.unregister(container)


def create(studio: Any, name: str = "j") -> None:
    studio.create_job(
        name,
        AlgorithmSpecification={"TrainingImage": "probe:1", "TrainingInputMode": "File"},
    )


@pytest.mark.parametrize(
    "options",
    [
        {"training": "inline"},
        {"training": "background", "max_workers": 1},
        {"training": "inline", "executor": HereAndNow},
        {"training": "background", "executor": lambda: ThreadPoolExecutor(1)},
    ],
    ids=["inline", "background", "within an executor", "beside an executor"],
)
def test_while_a_container_trains(make_studio: Any, probe: Probe, options: Any) -> None:
    with mock_sagemaker(**options):
        studio = make_studio(boto3.client)
        create(studio)
        studio.sagemaker.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName="j")
        assert studio.job("j")["TrainingJobStatus"] == "Completed"
    assert probe.held == {"train": [], "train to the end": []}


def test_while_a_job_that_was_held_trains(make_studio: Any, probe: Probe) -> None:
    """In the thread that lets it go on."""
    with mock_sagemaker():
        studio = make_studio(boto3.client)
        control.hold_training_job(at="Downloading")
        create(studio)
        assert probe.held == {}
        control.release()
        assert studio.job("j")["TrainingJobStatus"] == "Completed"
    assert probe.held == {"train": [], "train to the end": []}


@pytest.mark.parametrize("end", ["mock", "reset"])
def test_while_what_a_job_works_in_ends(make_studio: Any, probe: Probe, end: str) -> None:
    """The end of a mock waits for its jobs, and a reset gives them up."""
    probe.may_end.clear()
    with mock_sagemaker(training="background") as mock:
        studio = make_studio(boto3.client)
        create(studio)
        assert probe.begun.wait(SECONDS)
        progression = next(iter(worlds())).progressions.get("training-job", "j")
        ends = mock.stop if end == "mock" else mock.reset
        thread = threading.Thread(target=ends)
        thread.start()
        # By then whatever the end of it locks is locked.
        assert progression.done.exception(SECONDS) is not None
        if end == "reset":
            thread.join(SECONDS)
        probe.may_end.set()
        thread.join(SECONDS)
        assert not thread.is_alive()
        if end == "mock":
            mock.start()
    assert probe.held == {"train": [], "train to the end": []}


@pytest.mark.parametrize("training", ["inline", "background"])
def test_while_a_container_processes(probe: Probe, training: Any) -> None:
    with mock_sagemaker(training=training):
        sagemaker = boto3.client("sagemaker")
        image = {"ImageUri": "probe:1"}
        sagemaker.create_processing_job(**request(ProcessingInputs=[], AppSpecification=image))
        sagemaker.get_waiter("processing_job_completed_or_stopped").wait(ProcessingJobName="p")
    assert probe.held == {"process": []}


@pytest.mark.parametrize("training", ["inline", "background"])
def test_while_a_model_transforms(make_studio: Any, probe: Probe, training: Any) -> None:
    with mock_sagemaker(training=training):
        studio = make_studio(boto3.client)
        studio.s3.put_object(Bucket="studio", Key="input/a", Body=b"0")
        sagemaker = studio.sagemaker
        sagemaker.create_model(
            ModelName="m",
            ExecutionRoleArn="arn:aws:iam::123456789012:role/SageMaker",
            PrimaryContainer={"Image": "probe:1"},
        )
        answers = transform_job(source="s3://studio/input/", target="s3://studio/answers")
        sagemaker.create_transform_job(**answers)
        waiter = sagemaker.get_waiter("transform_job_completed_or_stopped")
        waiter.wait(TransformJobName="t")
    assert probe.held.keys() >= {"load", "invoke"}
    assert not any(probe.held.values())


def test_while_functions_work(make_studio: Any) -> None:
    """And while one starts another, and waits for it."""
    held: dict[str, list[str]] = {}

    def train(job: Any) -> None:
        held[job.name] = held_locks()
        if job.name == "j":
            sagemaker = boto3.client("sagemaker")
            sagemaker.create_processing_job(**request(ProcessingInputs=[]))
            waiter = sagemaker.get_waiter("processing_job_completed_or_stopped")
            waiter.wait(ProcessingJobName="p")
            held["after it"] = held_locks()

    def process(job: Any) -> None:
        held[job.name] = held_locks()

    with mock_sagemaker():
        containers.register("probe", train=train)
        containers.register("*lines*", process=process)
        create(make_studio(boto3.client))
    assert held == {"j": [], "p": [], "after it": []}


def test_while_a_model_is_loaded_and_answers(make_studio: Any, probe: Probe) -> None:
    with mock_sagemaker():
        studio = make_studio(boto3.client)
        create(studio)
        role = "arn:aws:iam::123456789012:role/SageMaker"
        artifact = studio.job("j")["ModelArtifacts"]["S3ModelArtifacts"]
        container = {"Image": "probe:1", "ModelDataUrl": artifact}
        variant = {
            "VariantName": "v",
            "ModelName": "m",
            "InitialInstanceCount": 1,
            "InstanceType": "ml.m5.large",
        }
        sagemaker = studio.sagemaker
        sagemaker.create_model(ModelName="m", ExecutionRoleArn=role, PrimaryContainer=container)
        sagemaker.create_endpoint_config(EndpointConfigName="c", ProductionVariants=[variant])
        sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
        assert studio.endpoint()["EndpointStatus"] == "InService"
        answer = studio.runtime.invoke_endpoint(EndpointName="e", Body=b"1")
        assert answer["Body"].read() == b"an answer"
    assert probe.held.keys() >= {"train", "load", "invoke"}
    assert not any(probe.held.values())
