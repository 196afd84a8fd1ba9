"""Processes of jobs call the mock that started them, with the role of their job."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from moto.sts.models import sts_backends

from sagemock import mock_sagemaker
from sagemock.algorithms.base import Stopped
from sagemock.containers import registry
from sagemock.containers.base import AwsAccess, TrainingInput, TrainingOutput
from sagemock.containers.registry import Container
from sagemock.jobs.engine import Progression
from sagemock.moto_adapter.backend import worlds
from sagemock.moto_adapter.loopback import loopback

ROLE = "arn:aws:iam::123456789012:role/service-role/Trainer"
MINE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/mine:1"
THEIRS = "123456789012.dkr.ecr.us-east-1.amazonaws.com/theirs:1"

SCRIPT = """
import json, os, sys
import boto3

sts = boto3.client("sts").get_caller_identity()
sagemaker = boto3.client("sagemaker")
me = sagemaker.describe_training_job(TrainingJobName="outer")
boto3.client("s3").put_object(Bucket="studio", Key="from-the-job", Body=b"hello")
request = json.loads(sys.argv[1])
sagemaker.create_training_job(**request)
sagemaker.get_waiter("training_job_completed_or_stopped").wait(
    TrainingJobName=request["TrainingJobName"], WaiterConfig={"Delay": 0.1, "MaxAttempts": 100}
)
print(json.dumps({"arn": sts["Arn"], "status": me["TrainingJobStatus"]}))
"""


def environment(aws: AwsAccess) -> dict[str, str]:
    assert aws.endpoint_url is not None
    return {
        "AWS_ENDPOINT_URL": aws.endpoint_url,
        "AWS_ACCESS_KEY_ID": aws.access_key_id,
        "AWS_SECRET_ACCESS_KEY": aws.secret_access_key,
        "AWS_SESSION_TOKEN": aws.session_token,
        "AWS_DEFAULT_REGION": aws.region,
        "PATH": "/usr/bin:/bin",
    }


WAITING_SCRIPT = """
import boto3

boto3.client("sagemaker").get_waiter("training_job_completed_or_stopped").wait(
    TrainingJobName="later", WaiterConfig={"Delay": 0.1, "MaxAttempts": 100}
)
"""


class Nesting:
    """Runs a process that starts another job and waits for it."""

    def __init__(self) -> None:
        self.answers: list[dict[str, str]] = []
        self.access: list[AwsAccess] = []

    def train(self, input: TrainingInput, **_: Any) -> TrainingOutput:
        assert input.aws is not None
        self.access.append(input.aws)
        command = [sys.executable, "-c", SCRIPT, json.dumps(request("inner", THEIRS))]
        done = subprocess.run(
            command, env=environment(input.aws), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        self.answers.append(json.loads(done.stdout))
        return TrainingOutput({"model": b"1"})


class Waiting:
    """Runs a process that waits for a job which the test creates later."""

    def __init__(self) -> None:
        self.is_created = threading.Event()

    def train(self, input: TrainingInput, **_: Any) -> TrainingOutput:
        assert input.aws is not None
        assert self.is_created.wait(60)
        command = [sys.executable, "-c", WAITING_SCRIPT]
        done = subprocess.run(
            command, env=environment(input.aws), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return TrainingOutput({"model": b"1"})


class Trivial:
    """Leaves a model."""

    def train(self, input: TrainingInput, **_: Any) -> TrainingOutput:
        return TrainingOutput({"model": b"1"})


def request(name: str, image: str) -> dict[str, Any]:
    return {
        "TrainingJobName": name,
        "RoleArn": ROLE,
        "AlgorithmSpecification": {"TrainingImage": image, "TrainingInputMode": "File"},
        "OutputDataConfig": {"S3OutputPath": "s3://studio/output"},
        "ResourceConfig": {
            "InstanceType": "ml.m5.large",
            "InstanceCount": 1,
            "VolumeSizeInGB": 1,
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": 60},
    }


@pytest.fixture
def nesting() -> Iterator[Nesting]:
    container = Nesting()
    rows = [
        Container("mine", frozenset({"mine"}), training=container, calls_aws=True),  # type: ignore[arg-type]
        Container("theirs", frozenset({"theirs"}), training=Trivial()),  # type: ignore[arg-type]
    ]
    for row in rows:
        registry.register(row)
    yield container
    for row in rows:
        registry.unregister(row)


@pytest.mark.parametrize("training", ["inline", "background"])
def test_a_process_describes_its_job_and_waits_for_another(
    training: Any, nesting: Nesting, monkeypatch: pytest.MonkeyPatch
) -> None:
    import boto3

    waited_for: set[str] = set()
    next_step_in = Progression.next_step_in

    def noted(progression: Progression[Any]) -> float | None:
        waited_for.add(progression.workflow.name)
        return next_step_in(progression)

    monkeypatch.setattr(Progression, "next_step_in", noted)
    with mock_sagemaker(training=training, max_workers=1):
        sagemaker = boto3.client("sagemaker", "us-east-1")
        s3 = boto3.client("s3", "us-east-1")
        s3.create_bucket(Bucket="studio")
        sagemaker.create_training_job(**request("outer", MINE))
        waiter = sagemaker.get_waiter("training_job_completed_or_stopped")
        waiter.wait(TrainingJobName="outer")
        job = sagemaker.describe_training_job(TrainingJobName="outer")
        assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
        assert s3.get_object(Bucket="studio", Key="from-the-job")["Body"].read() == b"hello"
        inner = sagemaker.describe_training_job(TrainingJobName="inner")
        assert inner["TrainingJobStatus"] == "Completed"
        # The session that was given to the job is over, as a client sees it.
        access = nesting.access[0]
        identity = boto3.client(
            "sts",
            "us-east-1",
            aws_access_key_id=access.access_key_id,
            aws_secret_access_key=access.secret_access_key,
            aws_session_token=access.session_token,
        ).get_caller_identity()
        assert "assumed-role/Trainer" not in identity["Arn"]
    arn = "arn:aws:sts::123456789012:assumed-role/Trainer/outer"
    assert nesting.answers == [{"arn": arn, "status": "InProgress"}]
    assert "outer" not in waited_for, "which cannot end meanwhile"
    # The credentials end with the job, the server with the mock.
    address = urlsplit(str(nesting.access[0].endpoint_url))
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((str(address.hostname), int(address.port or 0)), timeout=5)
    assert not [each for each in threading.enumerate() if each.name == "sagemock-loopback"]


@pytest.fixture
def waiting() -> Iterator[Waiting]:
    container = Waiting()
    rows = [
        Container("mine", frozenset({"mine"}), training=container, calls_aws=True),  # type: ignore[arg-type]
        Container("theirs", frozenset({"theirs"}), training=Trivial()),  # type: ignore[arg-type]
    ]
    for row in rows:
        registry.register(row)
    yield container
    for row in rows:
        registry.unregister(row)


def test_a_process_waits_for_a_job_that_its_worker_is_for(waiting: Waiting) -> None:
    import boto3

    with mock_sagemaker(training="background", max_workers=1):
        sagemaker = boto3.client("sagemaker", "us-east-1")
        boto3.client("s3", "us-east-1").create_bucket(Bucket="studio")
        sagemaker.create_training_job(**request("first", MINE))
        sagemaker.create_training_job(**request("later", THEIRS))
        waiting.is_created.set()
        waiter = sagemaker.get_waiter("training_job_completed_or_stopped")
        waiter.wait(TrainingJobName="first")
        for name in ("first", "later"):
            job = sagemaker.describe_training_job(TrainingJobName=name)
            assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")


def test_a_job_that_outlives_its_world_gets_no_access() -> None:
    """What is written into moto by then would be found by the next mock."""
    import boto3

    with mock_sagemaker() as mock:
        boto3.client("sagemaker", "us-east-1").list_models()
        (world,) = worlds()
        mock.reset()
        with pytest.raises(Stopped):
            world.services.access.grant(ROLE, "job", in_process=False)
        assert sts_backends["123456789012"]["aws"].assumed_roles == []


@pytest.mark.parametrize("options", [{}, {"containers": "local"}], ids=["", "running code"])
@pytest.mark.parametrize(
    "headers",
    [{"Origin": "http://site.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Host": "site.example"}],
    ids=lambda headers: next(iter(headers)),
)
def test_pages_of_other_sites_are_refused(options: Any, headers: dict[str, str]) -> None:
    with mock_sagemaker(**options):
        url = f"{loopback.url()}/sagemock/health"
        assert requests.get(url, timeout=60).status_code == 200
        assert requests.get(url, headers=headers, timeout=60).status_code == 403
