"""Where jobs run: on threads, on processes, and what happens when a worker dies."""

from __future__ import annotations

import json
import logging
import os
import pickle
import re
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import boto3
import pytest
from tests.waiting import until
from werkzeug.test import Client

from sagemock import Config, mock_sagemaker
from sagemock.accounts import reports
from sagemock.algorithms.base import Stopped
from sagemock.algorithms.linear_learner.events import EpochEnded
from sagemock.containers.linear_learner.log import LinearLearnerHostLog
from sagemock.formats import content
from sagemock.formats.content import Workspace
from sagemock.jobs.executors import Lease
from sagemock.jobs.workers import THREAD_NAME
from sagemock.moto_adapter.backend import worlds
from sagemock.web import wsgi
from sagemock.web.console_route import application

ENDLESS = {
    "predictor_type": "binary_classifier",
    "mini_batch_size": "10",
    "epochs": "1000000",
    "early_stopping_patience": "1000000",
}


def processes(workers: int = 1) -> ProcessPoolExecutor:
    # Forking a process that has threads is not safe.
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"))


@pytest.fixture
def pool() -> Iterator[ProcessPoolExecutor]:
    with processes() as pool:
        yield pool


def wait(studio: Any, name: str) -> Any:
    until(lambda: studio.job(name)["TrainingJobStatus"] not in ("InProgress", "Stopping"))
    return studio.job(name)


def kill(pool: ProcessPoolExecutor) -> None:
    for pid in list(pool._processes):
        os.kill(pid, signal.SIGKILL)


def test_as_many_jobs_as_there_are_workers(make_studio: Any) -> None:
    with mock_sagemaker(training="background", max_workers=3):
        studio = make_studio(boto3.client)
        for number in range(4):
            studio.create_job(f"j-{number}", HyperParameters=ENDLESS)

        def statuses() -> list[str]:
            return [studio.job(f"j-{number}")["SecondaryStatus"] for number in range(4)]

        until(lambda: statuses() == ["Training"] * 3 + ["Starting"])
        studio.sagemaker.stop_training_job(TrainingJobName="j-1")
        until(lambda: statuses()[3] == "Training")
    assert not [each for each in threading.enumerate() if each.name.startswith(THREAD_NAME)]


MAX_WORKERS = "waits for a worker: max_workers is 1, and as many jobs are running"


def report() -> dict[str, str]:
    """The lines of the report of a failing test, by the name of the job."""
    lines = reports.resources(worlds()).splitlines()
    return {line.split()[2]: line for line in lines}


def page(name: str) -> str:
    """The page of a job in the console."""
    text: str = Client(application(over_http=True)).get(f"/sagemock/training-jobs/{name}").text
    return text.replace("<wbr>", "")


def test_a_job_says_that_it_waits_for_a_worker(
    make_studio: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "sagemock")
    with mock_sagemaker(training="background", max_workers=1):
        studio = make_studio(boto3.client)
        for name in ("first", "second"):
            studio.create_job(name, HyperParameters=ENDLESS)
        until(lambda: studio.job("first")["SecondaryStatus"] == "Training")
        assert "waits" not in report()["first"]
        assert report()["second"].endswith(f"passed through Starting; {MAX_WORKERS}")
        assert "aits for a worker" not in page("first")
        assert MAX_WORKERS[1:] in page("second")
        assert json.loads(wsgi.health().data)["under_way"] == {
            "waiting for a worker": 1,
            "working": 1,
        }
        assert f"training job second {MAX_WORKERS}" in caplog.messages
        assert not [text for text in caplog.messages if text.startswith("training job first")]
        studio.sagemaker.stop_training_job(TrainingJobName="first")
        until(lambda: studio.job("second")["SecondaryStatus"] == "Training")
        assert "waits" not in report()["second"]
        assert "training job second has a worker" in caplog.messages


def test_a_job_says_that_it_waits_for_its_executor(
    make_studio: Any, pool: ProcessPoolExecutor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "sagemock")
    with mock_sagemaker(training="background", executor=pool):
        studio = make_studio(boto3.client)
        studio.create_job("first", HyperParameters=ENDLESS)
        waits = "waits for a worker of its ProcessPoolExecutor"
        until(lambda: f"training job first {waits}" in caplog.messages)
        until(lambda: waits not in report()["first"])
        # A pool of processes calls one task more than it has workers running.
        studio.create_job("second", HyperParameters=ENDLESS)
        until(lambda: f"training job second {waits}" in caplog.messages)
        assert report()["second"].endswith(waits)
        assert waits[1:] in page("second")
        studio.sagemaker.stop_training_job(TrainingJobName="first")
        until(lambda: waits not in report()["second"])


class Remote(Executor):
    """Its workers are never seen, and its futures never seen to run, as dask's."""

    def submit(self, *_: Any, **__: Any) -> Future[Any]:
        return Future()


def test_where_a_worker_cannot_be_seen_a_job_says_so(make_studio: Any) -> None:
    with mock_sagemaker(training="background", executor=Remote()):
        studio = make_studio(boto3.client)
        studio.create_job("j")
        until(lambda: studio.job("j")["SecondaryStatus"] == "Training")
        until(lambda: "waits for its Remote, or trains where that" in report()["j"])


@pytest.mark.parametrize("training", ["inline", "background"])
def test_processes(make_studio: Any, pool: ProcessPoolExecutor, training: Any) -> None:
    with mock_sagemaker(training="inline"):
        studio = make_studio(boto3.client)
        studio.create_job("here")
        here = studio.job("here")["FinalMetricDataList"]
    with mock_sagemaker(training=training, executor=pool):
        studio = make_studio(boto3.client)
        studio.create_job("there")
        job = wait(studio, "there")
        assert job["TrainingJobStatus"] == "Completed"
        values = {metric["MetricName"]: metric["Value"] for metric in job["FinalMetricDataList"]}
        assert values.keys() == {metric["MetricName"] for metric in here}
        objective = "train:objective_loss:final"
        assert [values[objective]] == [
            metric["Value"] for metric in here if metric["MetricName"] == objective
        ]


def test_processes_read_large_objects_from_files(
    make_studio: Any,
    pool: ProcessPoolExecutor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(content, "MAX_IN_MEMORY", 0)
    files = []
    new_file = Workspace.new_file

    def noted(workspace: Workspace) -> Path:
        files.append(new_file(workspace))
        return files[-1]

    monkeypatch.setattr(Workspace, "new_file", noted)
    with mock_sagemaker(training="inline", executor=pool):
        studio = make_studio(boto3.client)
        studio.create_job("j")
        assert studio.job("j")["TrainingJobStatus"] == "Completed"
    # The files have gone with the job.
    assert files
    assert not any(file.parent.exists() for file in files)


class Far(Executor):
    """Works here, with what it would get on another machine."""

    def submit(self, function: Any, /, *arguments: Any, **_: Any) -> Future[Any]:  # type: ignore[override]
        self.sent = pickle.dumps(arguments)
        future: Future[Any] = Future()
        future.set_result(function(*pickle.loads(self.sent)))
        return future


def test_another_machine_gets_no_files_of_this_one(
    make_studio: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(content, "MAX_IN_MEMORY", 0)
    far = Far()
    with mock_sagemaker(training="inline", executor=far):
        studio = make_studio(boto3.client)
        studio.create_job("j")
        assert studio.job("j")["TrainingJobStatus"] == "Completed"
    _, training_input, *_ = pickle.loads(far.sent)
    (part,) = training_input.channels["train"].parts(0)
    assert isinstance(part.content, bytes)


BAD = {
    "hyperparameters": {"predictor_type": "none"},
    "data": {"predictor_type": "binary_classifier", "feature_dim": "7"},
    "divergence": {
        "predictor_type": "regressor",
        "mini_batch_size": "10",
        "optimizer": "sgd",
        "learning_rate": "1e30",
        "wd": "0",
    },
}


def last_words(name: str) -> str:
    """The end of a job's log, without the time and the process."""
    events = boto3.client("logs").filter_log_events(
        logGroupName="/aws/sagemaker/TrainingJobs", logStreamNamePrefix=f"{name}/"
    )["events"]
    text: str = events[-1]["message"]
    return re.sub(r"^\[.* ERROR \d+\] ", "", text)


def test_a_bad_job_fails_as_it_does_here(make_studio: Any, pool: ProcessPoolExecutor) -> None:
    """With the same reason, and the same end of the log."""

    def failures(**options: Any) -> dict[str, tuple[str, str]]:
        with mock_sagemaker(**options):
            studio = make_studio(boto3.client)
            for name, settings in BAD.items():
                studio.create_job(name, HyperParameters=settings)
            return {name: (studio.job(name)["FailureReason"], last_words(name)) for name in BAD}

    there = failures(executor=pool)
    assert there == failures()
    assert all("\n\nCaused by: " in words for _, words in there.values())


def test_stopping_frees_the_worker(make_studio: Any, pool: ProcessPoolExecutor) -> None:
    with mock_sagemaker(training="background", executor=pool):
        studio = make_studio(boto3.client)
        studio.create_job("j", HyperParameters=ENDLESS)
        until(lambda: studio.job("j")["SecondaryStatus"] == "Training")
        studio.sagemaker.stop_training_job(TrainingJobName="j")
        assert wait(studio, "j")["TrainingJobStatus"] == "Stopped"
        assert pool.submit(os.getpid).result(timeout=60) != os.getpid()


def test_a_stopped_worker_sends_its_model(
    make_studio: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained = threading.Event()
    observe = LinearLearnerHostLog.observe

    def watch(self: LinearLearnerHostLog, event: Any) -> None:
        observe(self, event)
        if isinstance(event, EpochEnded):
            trained.set()

    # Threads are workers that can be watched from here.
    monkeypatch.setattr(LinearLearnerHostLog, "observe", watch)
    with ThreadPoolExecutor(1) as pool, mock_sagemaker(training="background", executor=pool):
        studio = make_studio(boto3.client)
        studio.create_job("j", HyperParameters=ENDLESS)
        assert trained.wait(60)
        studio.sagemaker.stop_training_job(TrainingJobName="j")
        assert wait(studio, "j")["TrainingJobStatus"] == "Stopped"
        assert studio.statuses("j")[-3:] == ["Stopping", "Uploading", "Stopped"]
        listed = studio.s3.list_objects_v2(Bucket="studio", Prefix="output/j/")
        assert [each["Key"] for each in listed["Contents"]] == ["output/j/output/model.tar.gz"]


def test_a_worker_elsewhere_is_not_waited_for(tmp_path: Path) -> None:
    """As one that does not see the folder of the leases."""
    lease = Lease(str(tmp_path / "elsewhere" / "lease"))
    assert not lease.take()
    here = Lease.begin()
    assert not here.taken
    assert here.take()
    assert here.taken
    assert not here.stopping()
    here.stop()
    assert here.taken
    assert here.stopping()
    here.end()
    with pytest.raises(Stopped):
        here.stopping()
    # One that comes too late sees that it has ended.
    assert here.take()


def test_the_end_of_a_mock_frees_the_worker(make_studio: Any, pool: ProcessPoolExecutor) -> None:
    with mock_sagemaker(training="background", executor=pool):
        studio = make_studio(boto3.client)
        studio.create_job("j", HyperParameters=ENDLESS)
        until(lambda: studio.job("j")["SecondaryStatus"] == "Training")
    assert pool.submit(os.getpid).result(timeout=60) != os.getpid()


def test_max_runtime_is_honoured_there(make_studio: Any, pool: ProcessPoolExecutor) -> None:
    with mock_sagemaker(executor=pool):
        studio = make_studio(boto3.client)
        limit = {"MaxRuntimeInSeconds": 1}
        studio.create_job("j", HyperParameters=ENDLESS, StoppingCondition=limit)
        assert studio.job("j")["SecondaryStatus"] == "MaxRuntimeExceeded"
        assert studio.statuses("j")[-3:] == ["Stopping", "Uploading", "MaxRuntimeExceeded"]


def test_a_killed_worker_fails_the_job(make_studio: Any, pool: ProcessPoolExecutor) -> None:
    with mock_sagemaker(training="background", executor=pool):
        studio = make_studio(boto3.client)
        studio.create_job("j", HyperParameters=ENDLESS)
        until(lambda: studio.job("j")["SecondaryStatus"] == "Training" and bool(pool._processes))
        kill(pool)
        assert wait(studio, "j")["FailureReason"].startswith(
            "InternalServerError: The worker of the training job was lost (BrokenProcessPool"
        )


def test_a_killed_worker_is_replaced_and_the_job_run_again(make_studio: Any) -> None:
    pools: list[ProcessPoolExecutor] = []

    def make() -> ProcessPoolExecutor:
        pools.append(processes())
        return pools[-1]

    with mock_sagemaker(training="background", executor=make):
        studio = make_studio(boto3.client)
        retries = {"MaximumRetryAttempts": 1}
        studio.create_job("j", HyperParameters=ENDLESS, RetryStrategy=retries)
        until(lambda: bool(pools) and bool(pools[0]._processes))
        kill(pools[0])
        until(lambda: len(pools) == 2)
        assert studio.statuses("j").count("Starting") == 2
        studio.sagemaker.stop_training_job(TrainingJobName="j")
        assert wait(studio, "j")["TrainingJobStatus"] == "Stopped"
    with pytest.raises(RuntimeError):
        pools[1].submit(os.getpid)


class Broken(ThreadPoolExecutor):
    """Takes no work any more."""

    def submit(self, *_: Any, **__: Any) -> Future[Any]:
        raise BrokenProcessPool("gone")


def test_an_executor_that_takes_no_work_fails_the_job(make_studio: Any) -> None:
    with mock_sagemaker(executor=Broken(1)):
        studio = make_studio(boto3.client)
        studio.create_job("j")
        assert "BrokenProcessPool: gone" in studio.job("j")["FailureReason"]


def test_bad_options_are_refused() -> None:
    with pytest.raises(ValueError, match="'inline', 'background' or 'off', not 'later'"):
        Config(training="later")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="waiting must be 'instant' or 'real'"):
        Config(waiting="never")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="max_workers must be at least 1"):
        Config(max_workers=0)
    with pytest.raises(TypeError, match="executor must be"):
        Config(executor=3)  # type: ignore[arg-type]
