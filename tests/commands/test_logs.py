"""`sagemock logs`, against a server."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.moto_api import state_manager
from tests.job_requests import transform_job
from tests.waiting import until

from sagemock import Config
from sagemock.cli import main
from sagemock.moto_adapter.control import control
from sagemock.server import SageMockServer

ENDLESS = {
    "predictor_type": "binary_classifier",
    "mini_batch_size": "10",
    "epochs": "1000000",
    "early_stopping_patience": "1000000",
}
GROUP = "/aws/sagemaker/TrainingJobs"


@pytest.fixture(scope="module")
def server() -> Iterator[SageMockServer]:
    with SageMockServer(config=Config(training="background", wait=0)) as server:
        yield server


@pytest.fixture
def url(server: SageMockServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
    yield server.url
    server.reset()


@pytest.fixture
def studio(url: str, make_studio: Any) -> Any:
    return make_studio(lambda service: boto3.client(service, endpoint_url=url))


def ended(studio: Any, name: str) -> None:
    until(lambda: studio.job(name)["TrainingJobStatus"] not in ("InProgress", "Stopping"))


def put(url: str, stream: str, *events: tuple[int, str], group: str = GROUP) -> None:
    """Log as a container would, at milliseconds since the epoch."""
    logs = boto3.client("logs", endpoint_url=url)
    with contextlib.suppress(logs.exceptions.ResourceAlreadyExistsException):
        logs.create_log_group(logGroupName=group)
    with contextlib.suppress(logs.exceptions.ResourceAlreadyExistsException):
        logs.create_log_stream(logGroupName=group, logStreamName=stream)
    logs.put_log_events(
        logGroupName=group,
        logStreamName=stream,
        logEvents=[{"timestamp": when, "message": text} for when, text in events],
    )


def logged(url: str, job: str) -> list[str]:
    """The lines of a job's log."""
    events = boto3.client("logs", endpoint_url=url).filter_log_events(
        logGroupName=GROUP, logStreamNamePrefix=f"{job}/"
    )["events"]
    assert len(events) > 10
    return [line for event in events for line in event["message"].rstrip("\n").split("\n")]


NOW = int(time.time() * 1000)


def test_a_job_that_has_ended(studio: Any, url: str, capsys: pytest.CaptureFixture[str]) -> None:
    studio.create_job("j")
    ended(studio, "j")
    assert main(["logs", "j"]) == 0
    shown = capsys.readouterr()
    assert shown.out.splitlines() == logged(url, "j")
    assert shown.err == ""


def test_the_url_may_be_given_and_end_in_a_slash(
    studio: Any, url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    studio.create_job("j")
    ended(studio, "j")
    assert main(["logs", "j", "--url", f"{url}/"]) == 0
    assert capsys.readouterr().out.splitlines() == logged(url, "j")


def test_hosts_are_shown_in_order_of_time(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    control.add_training_job("j")
    put(url, "j/algo-1-1", (NOW, "first"), (NOW + 2, "third"))
    put(url, "j/algo-2-1", (NOW + 1, "second\n"), (NOW + 3, "fourth"))
    put(url, "jj/algo-1-1", (NOW, "of another job"))
    assert main(["logs", "j"]) == 0
    assert capsys.readouterr().out == "first\nsecond\nthird\nfourth\n"


def test_another_region(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    control.add_training_job("j", region="eu-west-1")
    assert main(["logs", "j"]) == 2
    assert main(["logs", "j", "--region", "eu-west-1"]) == 0
    assert capsys.readouterr().err == (
        f"sagemock: no training job 'j' in us-east-1 at {url}; there are: none\n"
        "sagemock: training job j has logged nothing; its status is Completed\n"
    )


def test_a_job_that_is_not_there(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    control.add_training_job("other")
    control.add_training_job("digits")
    for name in ("digit", "no/name", "x" * 2000):
        for options in ([], ["--follow"]):
            assert main(["logs", name, *options]) == 2
            shown = capsys.readouterr()
            assert shown.out == ""
            assert shown.err.startswith("sagemock: ")
            assert "Traceback" not in shown.err
    assert main(["logs", "digit"]) == 2
    assert capsys.readouterr().err == (
        f"sagemock: no training job 'digit' in us-east-1 at {url}; there are: digits, other\n"
    )


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("http://127.0.0.1:9", "nothing answers at http://127.0.0.1:9: "),
        (
            "127.0.0.1:5000",
            "127.0.0.1:5000 is not the URL of a server, such as http://127.0.0.1:5000",
        ),
    ],
)
def test_a_server_that_is_not_there(
    url: str, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["logs", "j", "--url", url]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith(f"sagemock: {text}")
    assert shown.err.count("\n") == 1


def test_a_refusal_is_said(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    control.deny("Search")
    assert main(["logs", "j"]) == 2
    assert "AccessDeniedException" in capsys.readouterr().err


def test_the_configuration_of_aws_is_not_read(
    url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    control.add_training_job("j")
    put(url, "j/algo-1-1", (NOW, "line"))
    path = tmp_path / "config"
    path.write_text("[nonsense")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(path))
    monkeypatch.setenv("AWS_PROFILE", "no-such-profile")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    assert main(["logs", "j"]) == 0
    assert capsys.readouterr().out == "line\n"
    assert os.environ["AWS_PROFILE"] == "no-such-profile"


def test_the_address_of_the_console_is_taken_too(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    control.add_training_job("j")
    put(url, "j/algo-1-1", (NOW, "line"))
    assert main(["logs", "j", "--url", f"{url}/sagemock/"]) == 0
    assert capsys.readouterr().out == "line\n"


def test_an_endpoint(studio: Any, url: str, capsys: pytest.CaptureFixture[str]) -> None:
    studio.create_config()
    studio.sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
    group = "/aws/sagemaker/Endpoints/e"
    put(url, "v/i-1", (NOW, "from the container"), group=group)
    assert main(["logs", "--endpoint", "e"]) == 0
    assert "from the container\n" in capsys.readouterr().out
    assert main(["logs", "e"]) == 2
    assert "no training job 'e'" in capsys.readouterr().err


def test_a_processing_job(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    sagemaker = boto3.client("sagemaker", endpoint_url=url)
    cluster = {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1}
    for name in ("clean", "clean-up", *(f"other-{number}" for number in range(3))):
        sagemaker.create_processing_job(
            ProcessingJobName=name,
            RoleArn="arn:aws:iam::123456789012:role/SageMaker",
            AppSpecification={"ImageUri": "mine:1"},
            ProcessingResources={"ClusterConfig": cluster},
        )
    waiter = sagemaker.get_waiter("processing_job_completed_or_stopped")
    waiter.wait(ProcessingJobName="clean-up")
    assert main(["logs", "--processing-job", "clean-up"]) == 0
    printed, said = capsys.readouterr()
    assert printed.startswith("sagemock: this container does not run, and the job has no output;")
    assert said == ""
    put(url, "clean-up/algo-1-1", (NOW, "done"), group="/aws/sagemaker/ProcessingJobs")
    assert main(["logs", "--processing-job", "clean-up", "--follow"]) == 0
    assert capsys.readouterr() == (
        f"done\n{printed}",
        "sagemock: processing job clean-up is Completed\n",
    )
    assert main(["logs", "--processing-job", "clean-u"]) == 2
    said = capsys.readouterr().err
    assert f"no processing job 'clean-u' in us-east-1 at {url}; there are: clean-up" in said
    assert main(["logs", "clean-up"]) == 2
    assert "no training job 'clean-up'" in capsys.readouterr().err


def test_a_transform_job(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    sagemaker = boto3.client("sagemaker", endpoint_url=url)
    role = "arn:aws:iam::123456789012:role/SageMaker"
    sagemaker.create_model(ModelName="m", ExecutionRoleArn=role)
    sagemaker.create_transform_job(**transform_job("score"))
    put(url, "score/i-0123-0456/data-log", (NOW, "bad row"), group="/aws/sagemaker/TransformJobs")
    assert main(["logs", "--transform-job", "score", "--follow"]) == 0
    captured = capsys.readouterr()
    assert "bad row" in captured.out
    assert captured.err == "sagemock: transform job score is Completed\n"


def test_the_pace_of_a_job_does_not_count_it_as_a_look(
    studio: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    state_manager.set_transition("sagemaker::training-job", {"progression": "manual", "times": 1})
    try:
        studio.create_job("j")
        for _ in range(3):
            assert main(["logs", "j"]) == 0
    finally:
        state_manager.unset_transition("sagemaker::training-job")
    assert (
        capsys.readouterr().err.splitlines()
        == ["sagemock: training job j has logged nothing; its status is InProgress"] * 3
    )


class Following:
    """A command that follows a log, and what it has said so far."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "sagemock", "logs", "--follow", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().rstrip("\n")

    def end(self) -> tuple[int, str, str]:
        """Its exit status, and what is left of its output."""
        out, err = self.process.communicate(timeout=60)
        return self.process.returncode, out, err


@pytest.fixture
def follow(url: str) -> Iterator[Callable[..., Following]]:
    started: list[Following] = []

    def start(*arguments: str) -> Following:
        started.append(Following(*arguments))
        return started[-1]

    yield start
    for each in started:
        each.process.kill()
        each.process.communicate()


def test_a_job_is_followed_to_its_end(studio: Any, url: str, follow: Any) -> None:
    control.hold_training_job(name="j", at="Uploading")
    studio.create_job("j")
    following = follow("j")
    first = following.line()
    assert first
    # Two writes at one time, which must not be taken for one another.
    put(url, "j/algo-2-1", (NOW, "same"))
    put(url, "j/algo-2-1", (NOW, "same"))
    shown = [first]
    while shown.count("same") < 2:
        shown.append(following.line())
    control.release("j")
    status, rest, message = following.end()
    assert (status, message) == (0, "sagemock: training job j is Completed\n")
    shown += rest.splitlines()
    assert sorted(shown) == sorted(logged(url, "j"))


def test_a_failed_job_says_why(studio: Any, follow: Any) -> None:
    studio.create_job("j", HyperParameters={"predictor_type": "none"})
    status, _, message = follow("j").end()
    assert status == 0
    assert re.fullmatch(
        r"sagemock: training job j is Failed: ClientError: .*\n", message, re.DOTALL
    )


def test_a_job_that_is_gone(studio: Any, server: SageMockServer, follow: Any) -> None:
    studio.create_job("j", HyperParameters=ENDLESS)
    following = follow("j")
    assert following.line()
    server.reset()
    status, _, message = following.end()
    assert (status, message) == (0, "sagemock: training job j has been deleted\n")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_ctrl_c_ends_it(studio: Any, follow: Any) -> None:
    studio.create_job("j", HyperParameters=ENDLESS)
    following = follow("j")
    assert following.line()
    following.process.send_signal(signal.SIGINT)
    status, _, message = following.end()
    assert (status, message) == (130, "\nsagemock: interrupted\n")


@pytest.mark.skipif(sys.platform == "win32", reason="pipes break otherwise there")
def test_a_pipe_that_nothing_reads_any_more(studio: Any, follow: Any) -> None:
    studio.create_job("j", HyperParameters=ENDLESS)
    following = follow("j")
    assert following.line()
    following.process.stdout.close()
    assert following.process.wait(timeout=60) == 1
    assert following.process.stderr.read() == ""


def test_a_log_that_the_terminal_cannot_write(url: str) -> None:
    control.add_training_job("j")
    put(url, "j/algo-1-1", (NOW, "caf\u00e9 \u2603"))
    done = subprocess.run(
        [sys.executable, "-m", "sagemock", "logs", "j"],
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (0, "caf\\xe9 \\u2603\n")
