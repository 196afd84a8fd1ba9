"""A Describe on the server waits for the end of what is under way."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto.moto_api import state_manager
from tests.job_requests import transform_job

from sagemock import Config, control
from sagemock.jobs import server_wait
from sagemock.jobs.activity import activity
from sagemock.server import SageMockServer

ROLE = "arn:aws:iam::123456789012:role/SageMaker"
KIND = "sagemaker::training-job"
LIMIT = 20.0
"""Seconds that the server of these tests lets a request wait: far more than any job needs."""


@pytest.fixture
def server() -> Iterator[SageMockServer]:
    with SageMockServer(config=Config(training="background", wait=LIMIT)) as server:
        yield server
        state_manager.unset_transition(KIND)


@pytest.fixture
def client(server: SageMockServer) -> Any:
    return boto3.client("sagemaker", "us-east-1", endpoint_url=server.url)


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds for which requests have waited for a change, at most, one after another."""
    asked: list[float] = []
    wait = activity.wait

    def noted(since: int, seconds: float) -> bool:
        asked.append(seconds)
        return wait(since, seconds)

    monkeypatch.setattr(activity, "wait", noted)
    return asked


def create_job(client: Any, name: str = "job") -> None:
    client.create_training_job(
        TrainingJobName=name,
        RoleArn=ROLE,
        AlgorithmSpecification={
            "TrainingImage": "123456789012.dkr.ecr.us-east-1.amazonaws.com/mine:1",
            "TrainingInputMode": "File",
        },
        OutputDataConfig={"S3OutputPath": "s3://data/output"},
        ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10},
        StoppingCondition={"MaxRuntimeInSeconds": 3600},
    )


def status(client: Any, name: str = "job") -> str:
    job = client.describe_training_job(TrainingJobName=name)
    job_status: str = job["TrainingJobStatus"]
    return job_status


def test_one_look_sees_the_end(client: Any) -> None:
    state_manager.set_transition(KIND, {"progression": "time", "seconds": 0.05})
    create_job(client)
    assert status(client) == "Completed"


def test_endpoints_too(server: SageMockServer, client: Any) -> None:
    state_manager.set_transition("sagemaker::endpoint", {"progression": "time", "seconds": 0.05})
    try:
        image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/mine:1"
        client.create_model(ModelName="m", ExecutionRoleArn=ROLE, PrimaryContainer={"Image": image})
        variant = {
            "VariantName": "v",
            "ModelName": "m",
            "InitialInstanceCount": 1,
            "InstanceType": "ml.m5.large",
        }
        client.create_endpoint_config(EndpointConfigName="c", ProductionVariants=[variant])
        client.create_endpoint(EndpointName="e", EndpointConfigName="c")
        assert client.describe_endpoint(EndpointName="e")["EndpointStatus"] == "InService"
    finally:
        state_manager.unset_transition("sagemaker::endpoint")


def test_processing_jobs_too(client: Any) -> None:
    kind = "sagemaker::processing-job"
    state_manager.set_transition(kind, {"progression": "time", "seconds": 0.05})
    try:
        cluster = {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10}
        client.create_processing_job(
            ProcessingJobName="p",
            RoleArn=ROLE,
            AppSpecification={"ImageUri": "mine:1"},
            ProcessingResources={"ClusterConfig": cluster},
        )
        job = client.describe_processing_job(ProcessingJobName="p")
        assert job["ProcessingJobStatus"] == "Completed"
    finally:
        state_manager.unset_transition(kind)


def test_transform_jobs_too(client: Any) -> None:
    kind = "sagemaker::transform-job"
    state_manager.set_transition(kind, {"progression": "time", "seconds": 0.05})
    try:
        client.create_model(ModelName="m", ExecutionRoleArn=ROLE)
        client.create_transform_job(**transform_job())
        job = client.describe_transform_job(TransformJobName="t")
        assert job["TransformJobStatus"] == "Completed"
    finally:
        state_manager.unset_transition(kind)


def test_feature_groups_too(client: Any) -> None:
    kind = "sagemaker::feature-group"
    state_manager.set_transition(kind, {"progression": "time", "seconds": 0.05})
    try:
        client.create_feature_group(
            FeatureGroupName="f",
            RecordIdentifierFeatureName="id",
            EventTimeFeatureName="at",
            FeatureDefinitions=[
                {"FeatureName": name, "FeatureType": "String"} for name in ("id", "at")
            ],
            OnlineStoreConfig={"EnableOnlineStore": True},
        )
        group = client.describe_feature_group(FeatureGroupName="f")
        assert group["FeatureGroupStatus"] == "Created"
    finally:
        state_manager.unset_transition(kind)


def test_the_console_waits_for_nothing(
    server: SageMockServer, client: Any, waits: list[float]
) -> None:
    state_manager.set_transition(KIND, {"progression": "time", "seconds": LIMIT / 2})
    create_job(client)
    waits.clear()
    for page in ("", "/training-jobs", "/training-jobs/job", "/training-jobs/job.json"):
        with urllib.request.urlopen(f"{server.url}/sagemock{page}") as answer:
            assert answer.status == 200
    assert waits == []


def test_what_is_held_is_described_at_once(client: Any, waits: list[float]) -> None:
    control.hold_training_job(at="Downloading")
    create_job(client)
    while client.describe_training_job(TrainingJobName="job")["SecondaryStatus"] == "Starting":
        pass
    waits.clear()
    assert status(client) == "InProgress"
    assert waits == []


def test_a_pace_of_looks_counts_one_for_each(client: Any) -> None:
    state_manager.set_transition(KIND, {"progression": "manual", "times": 2})
    create_job(client)
    seen = [
        client.describe_training_job(TrainingJobName="job")["SecondaryStatus"] for _ in range(4)
    ]
    assert seen == ["Starting", "Downloading", "Downloading", "Training"]


def test_a_pace_beyond_the_limit_is_not_waited_for(client: Any, waits: list[float]) -> None:
    state_manager.set_transition(KIND, {"progression": "time", "seconds": LIMIT * 2})
    create_job(client)
    assert status(client) == "InProgress"
    assert waits == []


@pytest.mark.parametrize("asked", ["0", "-1", "0.0"])
def test_a_client_may_ask_for_no_wait(client: Any, waits: list[float], asked: str) -> None:
    state_manager.set_transition(KIND, {"progression": "time", "seconds": 1})
    create_job(client)
    client.meta.events.register(
        "before-call",
        lambda params, **_: params["headers"].update({server_wait.HEADER: asked}),
    )
    assert status(client) == "InProgress"
    assert waits == []


@pytest.mark.parametrize(
    ("text", "seconds"),
    [(None, 5.0), ("2", 2.0), ("1e9", 20.0), ("inf", 20.0), ("nan", 5.0), ("soon", 5.0), ("", 5.0)],
)
def test_how_long_a_request_may_wait(text: str | None, seconds: float) -> None:
    headers = {} if text is None else {server_wait.HEADER: text}
    with server_wait.patient(headers, 5.0):
        assert server_wait._patience.get() == seconds


def test_a_server_that_never_waits(waits: list[float]) -> None:
    with SageMockServer(config=Config(training="background", wait=0)) as server:
        client = boto3.client("sagemaker", "us-east-1", endpoint_url=server.url)
        state_manager.set_transition(KIND, {"progression": "time", "seconds": 1})
        create_job(client)
        assert status(client) == "InProgress"
        state_manager.unset_transition(KIND)
    assert waits == []


@pytest.mark.full
def test_further_requests_are_answered_when_half_of_the_threads_wait(client: Any) -> None:
    state_manager.set_transition(KIND, {"progression": "time", "seconds": LIMIT - 1})
    create_job(client)
    looking = [threading.Thread(target=status, args=(client,)) for _ in range(server_wait.SLOTS)]
    for thread in looking:
        thread.start()
    while server_wait._slots._value:
        pass
    assert status(client) == "InProgress"
    client.stop_training_job(TrainingJobName="job")
    for thread in looking:
        thread.join()
    assert status(client) == "Stopped"


def test_in_process_nobody_waits(sagemock: Any, waits: list[float]) -> None:
    state_manager.set_transition(KIND, {"progression": "time", "seconds": 1})
    client = sagemock.client("sagemaker")
    create_job(client)
    assert status(client) == "InProgress"
    state_manager.unset_transition(KIND)
    assert waits == []


def test_the_command_line_takes_seconds(serving: Any) -> None:
    with serving("--wait", "0") as (_, url, _):
        urllib.request.urlopen(
            f"{url}/moto-api/state-manager/set-transition",
            json.dumps(
                {"model_name": KIND, "transition": {"progression": "time", "seconds": 2}}
            ).encode(),
        ).close()
        client = boto3.client("sagemaker", "us-east-1", endpoint_url=url)
        create_job(client)
        assert status(client) == "InProgress"
        client.close()


@pytest.mark.parametrize("seconds", ["20.5", "-1", "soon"])
def test_the_command_line_refuses_other_waits(seconds: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sagemock", "serve", "--wait", seconds],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert "seconds" in done.stderr
    assert "Traceback" not in done.stderr
