"""Jobs that wait for other jobs end, with one worker, in one thread, and when all is given up."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

import boto3
import pytest
from botocore.exceptions import WaiterError
from moto.moto_api import state_manager

from sagemock import control, mock_sagemaker
from sagemock.jobs import training
from sagemock.jobs.engine import Progression
from sagemock.jobs.state import Awaited, Phase
from sagemock.jobs.training_run import Outcome
from sagemock.jobs.workers import THREAD_NAME
from sagemock.jobs.workflow import GivenUp
from sagemock.moto_adapter.backend import worlds

MODES = ["inline", "background"]
train = training.TRAINING.steps


class Waiting:
    """A studio whose jobs named `waits-...` do nothing but wait for what they are told to."""

    def __init__(self, studio: Any) -> None:
        self.studio = studio
        self.waits_for: dict[str, list[Future[Any]]] = {}

    @property
    def world(self) -> Any:
        return next(iter(worlds()))

    def progression(self, name: str) -> Progression[Any]:
        progression: Progression[Any] = self.world.progressions.get("training-job", name)
        return progression

    def create(self, name: str, *waits_for: Future[Any]) -> None:
        self.waits_for[name] = list(waits_for)
        self.studio.create_job(name)

    def end(self, name: str) -> str:
        """Wait as users do, and give the status."""
        waiter = self.studio.sagemaker.get_waiter("training_job_completed_or_stopped")
        waiter.wait(TrainingJobName=name)
        status: str = self.studio.job(name)["TrainingJobStatus"]
        return status

    def steps(self, world: Any, job: Any, stop: Any) -> Generator[Any, None, Outcome]:
        if not job["TrainingJobName"].startswith("waits"):
            return (yield from train(world, job, stop))
        yield "Starting"
        for future in self.waits_for[job["TrainingJobName"]]:
            yield Awaited(future, lambda: "another job")
            future.result()
        yield from ("Downloading", "Training", "Uploading")
        return Outcome()


@pytest.fixture
def waiting(make_studio: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Waiting]:
    def make() -> Waiting:
        waiting = Waiting(make_studio(boto3.client))
        definition = replace(training.TRAINING, steps=waiting.steps)
        monkeypatch.setattr(training, "TRAINING", definition)
        return waiting

    return make


@pytest.fixture(params=MODES)
def one_worker(request: Any, waiting: Callable[[], Waiting]) -> Iterator[Waiting]:
    with mock_sagemaker(training=request.param, max_workers=1):
        yield waiting()
    assert not [each for each in threading.enumerate() if each.name.startswith(THREAD_NAME)]


def test_a_job_that_was_created_before(one_worker: Waiting) -> None:
    control.hold_training_job(name="first")
    one_worker.create("first")
    one_worker.create("waits", one_worker.progression("first").done)
    assert one_worker.studio.job("waits")["SecondaryStatus"] == "Starting"
    while not control.release("first"):
        pass
    assert one_worker.end("waits") == "Completed"
    assert one_worker.studio.job("first")["TrainingJobStatus"] == "Completed"


def test_a_job_that_is_created_after(one_worker: Waiting) -> None:
    created: Future[None] = Future()
    waits: list[Future[Any]] = [created]
    one_worker.waits_for["waits"] = waits
    one_worker.studio.create_job("waits")
    control.hold_training_job(name="second")
    one_worker.create("second")
    waits.append(one_worker.progression("second").done)
    created.set_result(None)
    # It takes no worker, so that the other one gets there.
    while not control.release("second"):
        pass
    assert one_worker.end("waits") == "Completed"


def test_jobs_that_wait_in_a_row(one_worker: Waiting) -> None:
    control.hold_training_job(name="first")
    one_worker.create("first")
    previous = "first"
    for number in range(10):
        one_worker.create(f"waits-{number}", one_worker.progression(previous).done)
        previous = f"waits-{number}"
    while not control.release("first"):
        pass
    assert [one_worker.end(f"waits-{number}") for number in range(10)] == ["Completed"] * 10


def test_a_job_that_creates_what_it_waits_for(
    one_worker: Waiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a tuning job does, with more children than there are workers."""
    children = [f"child-{number}" for number in range(3)]

    def steps(world: Any, job: Any, stop: Any) -> Generator[Any, None, Outcome]:
        if job["TrainingJobName"] != "parent":
            return (yield from train(world, job, stop))
        yield "Starting"
        for child in children:
            one_worker.studio.create_job(child)
            progression = world.progressions.get("training-job", child)
            if progression is not None:
                yield Awaited(progression.done)
        yield from ("Downloading", "Training", "Uploading")
        return Outcome()

    monkeypatch.setattr(training, "TRAINING", replace(training.TRAINING, steps=steps))
    one_worker.studio.create_job("parent")
    assert one_worker.end("parent") == "Completed"
    assert [one_worker.studio.job(child)["TrainingJobStatus"] for child in children] == [
        "Completed"
    ] * 3


def test_a_job_whose_pace_is_not_due(one_worker: Waiting) -> None:
    state_manager.set_transition("sagemaker::training-job", {"progression": "manual", "times": 2})
    try:
        one_worker.create("first")
        one_worker.create("waits", one_worker.progression("first").done)
        assert one_worker.end("first") == "Completed"
        assert one_worker.end("waits") == "Completed"
    finally:
        state_manager.unset_transition("sagemaker::training-job")


def test_what_waits_for_a_job_that_is_held_says_so(one_worker: Waiting) -> None:
    control.hold_training_job(name="first")
    one_worker.create("first")
    one_worker.create("waits", one_worker.progression("first").done)
    with pytest.raises(WaiterError) as raised:
        one_worker.end("waits")
    text = str(raised.value)
    assert "training job first is Training (held): held by rule" in text
    assert "training job waits is Starting (waiting for another job): waits for another job" in text


def test_a_job_that_is_stopped_waits_no_longer(one_worker: Waiting) -> None:
    control.hold_training_job(name="first")
    one_worker.create("first")
    one_worker.create("waits", one_worker.progression("first").done)
    one_worker.studio.sagemaker.stop_training_job(TrainingJobName="waits")
    # Its steps have no answer to that, which is a defect; it has stopped all the same.
    assert one_worker.end("waits") == "Stopped"


@pytest.mark.parametrize("training_mode", MODES)
def test_whoever_waits_for_a_job_is_told_when_its_world_ends(
    training_mode: Any, waiting: Callable[[], Waiting]
) -> None:
    with mock_sagemaker(training=training_mode, max_workers=1) as mock:
        studio = waiting()
        control.hold_training_job(name="first")
        studio.create("first")
        first = studio.progression("first")
        studio.create("waits", first.done)
        waits = studio.progression("waits")
        mock.reset()
        for progression in (first, waits):
            with pytest.raises(GivenUp):
                progression.done.result(timeout=60)
            assert progression.phase is Phase.ENDED
