"""Waiting without sleeping: every clock of these tests stands still for nobody but us."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import boto3
import botocore.endpoint
import botocore.waiter
import pytest
from botocore.exceptions import ClientError, WaiterError
from moto.moto_api import state_manager

from sagemock import containers, control, mock_sagemaker
from sagemock.moto_adapter import waiting
from sagemock.run.injected.sitecustomize import NeverComes

KIND = "sagemaker::training-job"
SDK_SOURCE = '''
import time
from time import sleep

def poll(describe, done):
    """A loop as the SDK has them."""
    while not done(describe()):
        time.sleep(30)

def poll_with_from(describe, done):
    while not done(describe()):
        sleep(30)
'''


@pytest.fixture(autouse=True)
def _no_real_sleep(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whoever sleeps for long has not been led to us."""
    real = time.sleep

    def sleep(seconds: float) -> None:
        assert seconds <= waiting.RETRY_PAUSE, f"somebody sleeps {seconds} seconds"
        real(seconds)

    monkeypatch.setattr(time, "sleep", sleep)
    yield
    state_manager.unset_transition(KIND)


@pytest.fixture
def sdk(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A module of the SDK's name; imported in the middle of a mock."""
    module = ModuleType("sagemaker.polling_loops")
    exec(SDK_SOURCE, vars(module))
    monkeypatch.setitem(sys.modules, "sagemaker", ModuleType("sagemaker"))
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return module


def wait(studio: Any, name: str, **config: int) -> None:
    waiter = studio.sagemaker.get_waiter("training_job_completed_or_stopped")
    waiter.wait(TrainingJobName=name, WaiterConfig=config)


def ended(job: Any) -> bool:
    return job["TrainingJobStatus"] not in ("InProgress", "Stopping")


def test_a_waiter_awaits_a_job_in_the_background(make_studio: Any) -> None:
    with mock_sagemaker(training="background"):
        studio = make_studio(boto3.client)
        studio.create_job("j")
        wait(studio, "j")
        assert studio.job("j")["TrainingJobStatus"] == "Completed"


@pytest.mark.parametrize(
    "pace", [{"progression": "manual", "times": 3}, {"progression": "time", "seconds": 100}]
)
def test_a_waiter_does_not_sleep_for_moto_s_state_manager(studio: Any, pace: Any) -> None:
    state_manager.set_transition(KIND, pace)
    studio.create_job("j")
    wait(studio, "j")
    assert studio.job("j")["TrainingJobStatus"] == "Completed"


@pytest.mark.slow
def test_a_waiter_for_what_never_comes_says_what_the_status_is(studio: Any) -> None:
    control.hold_training_job()
    studio.create_job("j")
    with pytest.raises(WaiterError, match=r"training job j is Training \(held\)") as caught:
        wait(studio, "j")
    assert caught.value.last_response["TrainingJobStatus"] == "InProgress"


def test_a_waiter_that_gives_up_says_what_the_status_is(studio: Any) -> None:
    state_manager.set_transition(KIND, {"progression": "manual", "times": 100})
    studio.create_job("j")
    with pytest.raises(
        WaiterError, match=r"Max attempts exceeded; training job j is InProgress \(Starting\)"
    ):
        wait(studio, "j", MaxAttempts=3)


def test_a_waiter_tells_why_a_job_failed(studio: Any) -> None:
    control.fail_training_job("AlgorithmError: boom")
    studio.create_job("j")
    with pytest.raises(WaiterError, match="training job j is Failed: AlgorithmError: boom"):
        wait(studio, "j")


def test_a_waiter_shows_the_log_that_a_reason_refers_to(studio: Any) -> None:
    def clean(job: containers.ProcessingFunctionJob) -> None:
        raise ValueError("no rows")

    instances = {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1}
    with containers.register("cleaner", process=clean):
        studio.sagemaker.create_processing_job(
            ProcessingJobName="p",
            RoleArn="arn:aws:iam::123456789012:role/SageMaker",
            AppSpecification={"ImageUri": "cleaner:1"},
            ProcessingResources={"ClusterConfig": instances},
        )
    waiter = studio.sagemaker.get_waiter("processing_job_completed_or_stopped")
    with pytest.raises(WaiterError) as caught:
        waiter.wait(ProcessingJobName="p")
    first, *log = str(caught.value).splitlines()
    assert first.endswith(
        "processing job p is Failed: AlgorithmError: See job logs for more information"
    )
    assert log[-1] == "  ValueError: no rows"


def test_endpoint_waiters(studio: Any) -> None:
    studio.create_config("c")
    studio.sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
    studio.sagemaker.get_waiter("endpoint_in_service").wait(EndpointName="e")
    studio.sagemaker.delete_endpoint(EndpointName="e")
    studio.sagemaker.get_waiter("endpoint_deleted").wait(EndpointName="e")
    control.fail_endpoint("No capacity.")
    studio.sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
    with pytest.raises(WaiterError, match=r"endpoint e is Failed: No capacity\."):
        studio.sagemaker.get_waiter("endpoint_in_service").wait(EndpointName="e")


def test_waiters_of_other_services_do_not_sleep_either(studio: Any) -> None:
    waiter = studio.s3.get_waiter("object_exists")
    with pytest.raises(WaiterError, match="Max attempts exceeded"):
        waiter.wait(Bucket="studio", Key="absent")


def test_another_thread_may_release_what_is_held(studio: Any) -> None:
    control.hold_training_job()
    studio.create_job("j")
    looked = threading.Event()
    studio.sagemaker.meta.events.register(
        "provide-client-params.sagemaker.DescribeTrainingJob", lambda **_: looked.set()
    )
    thread = threading.Thread(target=lambda: (looked.wait(), control.release()))
    thread.start()
    wait(studio, "j")
    thread.join()
    assert studio.job("j")["TrainingJobStatus"] == "Completed"


def test_a_throttled_client_tries_again_at_once(studio: Any) -> None:
    control.throttle("ListModels", times=2)
    assert studio.sagemaker.list_models()["Models"] == []
    control.throttle("ListModels", times=None)
    with pytest.raises(ClientError, match=r"ThrottlingException.*Rate exceeded"):
        studio.sagemaker.list_models()


@pytest.mark.parametrize("loop", ["poll", "poll_with_from"])
def test_loops_of_the_sdk(studio: Any, sdk: Any, loop: str) -> None:
    state_manager.set_transition(KIND, {"progression": "manual", "times": 2})
    studio.create_job("j")
    getattr(sdk, loop)(lambda: studio.job("j"), ended)
    assert studio.job("j")["TrainingJobStatus"] == "Completed"


@pytest.mark.full
def test_a_loop_without_end_is_ended(studio: Any, sdk: Any) -> None:
    control.hold_training_job(at="Downloading")
    studio.create_job("j")
    with pytest.raises(NeverComes, match=r"training job j is Downloading \(held\)"):
        sdk.poll(lambda: studio.job("j"), ended)
    control.release()
    with pytest.raises(NeverComes, match="1000 polls in a row found no change"):
        sdk.poll(lambda: studio.job("j"), lambda _: False)


def test_everything_is_put_back(sdk: Any) -> None:
    with mock_sagemaker():
        boto3.client("sagemaker").list_models()
        assert sdk.time is not time
        assert botocore.waiter.time is not time
        assert botocore.endpoint.time is not time
        assert sdk.time.strftime is time.strftime
        before = sdk.time.time()
        sdk.time.sleep(1000)
        assert 1000 <= sdk.time.time() - before < 1100
    assert sdk.time is botocore.waiter.time is botocore.endpoint.time is time
    assert sdk.sleep is time.sleep


def test_it_can_be_switched_off(make_studio: Any) -> None:
    with mock_sagemaker(waiting="real"):
        studio = make_studio(boto3.client)
        control.hold_training_job()
        studio.create_job("j")
        with pytest.raises(AssertionError, match="somebody sleeps 120 seconds"):
            wait(studio, "j")


def test_nobody_else_s_sleep_is_touched(studio: Any) -> None:
    with pytest.raises(AssertionError, match="somebody sleeps 1 seconds"):
        time.sleep(1)
