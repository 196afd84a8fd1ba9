"""Which container runs behind an image, and what jobs and endpoints do with it."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import requests

from sagemock.config import Config
from sagemock.containers import registry, selection
from sagemock.containers.base import (
    InferenceError,
    InferenceRequest,
    InferenceResponse,
    Log,
    Predictor,
    TrainingInput,
    TrainingOutput,
)
from sagemock.containers.registry import Container

HOST = "382416733822.dkr.ecr.us-east-1.amazonaws.com"


@pytest.fixture
def register() -> Iterator[Callable[[Container], Container]]:
    registered: list[Container] = []

    def add(container: Container) -> Container:
        registry.register(container)
        registered.append(container)
        return container

    yield add
    for each in registered:
        registry.unregister(each)


@pytest.mark.parametrize(
    "image",
    [f"{HOST}/kmeans:1", f"{HOST}/kmeans", f"{HOST}/kmeans@sha256:0", "localhost:5000/a/kmeans:x"],
)
def test_the_repository_counts(image: str) -> None:
    container = registry.find(image)
    assert container is not None
    assert container.name == "kmeans"


@pytest.mark.parametrize("image", [f"{HOST}/my-kmeans:1", f"{HOST}/kmeans/other:1", ""])
def test_an_image_that_is_not_known(image: str) -> None:
    assert registry.find(image) is None
    assert selection.serving({"Image": image}, Config()).container is None
    assert registry.metrics(image) == ()


def test_what_is_registered_last_counts_first(register: Callable[[Container], Container]) -> None:
    first = register(Container("first", patterns=("km*",)))
    assert registry.find(f"{HOST}/kmeans:1") is first
    second = register(Container("second", patterns=(f"{HOST}/*",)))
    assert registry.find(f"{HOST}/kmeans:1") is second
    assert registry.find("elsewhere/kmeans:1") is first


def test_what_only_trains_leaves_serving_to_others(
    register: Callable[[Container], Container],
) -> None:
    trainer: Any = Mine()
    register(Container("trainer", patterns=("kmeans",), training=trainer))
    container = selection.serving({"Image": "kmeans:1"}, Config()).container
    assert container is not None
    assert container.name == "kmeans"


def test_what_is_taken_back_is_gone() -> None:
    container = Container("mine", repositories=frozenset({"mine"}))
    registry.register(container)
    registry.unregister(container)
    assert registry.find("mine:1") is None
    with pytest.raises(KeyError, match="mine"):
        registry.unregister(container)


PLUGIN = """
from sagemock.containers.registry import Container
mine = Container("theirs", repositories=frozenset({"theirs"}))
several = [Container("one", repositories=frozenset({"one"})), mine]
wrong = 1
"""
POINTS = """
[sagemock.containers]
several = plugin:several
wrong = plugin:wrong
missing = plugin:missing
"""


def test_other_packages_bring_containers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """One that cannot be loaded is left out, and said to be."""
    (tmp_path / "plugin.py").write_text(PLUGIN)
    metadata = tmp_path / "theirs-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: theirs\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(POINTS)
    monkeypatch.syspath_prepend(tmp_path)
    registry.plugins.cache_clear()
    try:
        for name in ("theirs", "one"):
            container = registry.find(f"{HOST}/{name}:1")
            assert container is not None
            assert container.name == name
    finally:
        registry.plugins.cache_clear()
    for name, kind in (("wrong", "TypeError"), ("missing", "AttributeError")):
        assert f"the container '{name}' of theirs is not used: plugin:{name} ({kind}" in caplog.text


class Echo(Predictor):
    """Answers with what it was loaded with, and with the request."""

    def __init__(self, mine: Mine, model: bytes, environment: Mapping[str, str]) -> None:
        self.mine, self.model, self.environment = mine, model, environment

    def ping(self) -> None:
        if self.mine.broken:
            raise InferenceError(500, "I am not well")

    def invoke(self, request: InferenceRequest) -> InferenceResponse:
        if request.body == b"bad":
            raise InferenceError(400, "that is bad")
        self.mine.log("I am asked")
        body = b"|".join([self.model, self.environment["GREETING"].encode(), request.body])
        return InferenceResponse(body, request.accept, request.headers)

    def close(self) -> None:
        self.mine.closed.append(self.model)


class Mine:
    """A container of a test's, which no executor could get."""

    def __init__(self) -> None:
        self.broken = False
        self.closed: list[bytes] = []
        self.cannot_be_pickled = lambda: None

    def train(self, input: TrainingInput, **_: Any) -> TrainingOutput:
        rows = b"".join(
            part.open().read() for part in input.channels["train"].parts(0)
        ).splitlines()
        return TrainingOutput(
            {"weights": str(len(rows)).encode()}, output={"plots/loss.svg": b"<svg/>"}
        )

    def load(self, model: Any, *, environment: Mapping[str, str], log: Log, **_: Any) -> Predictor:
        log("I have a model")
        self.log = log
        return Echo(self, model.read("weights"), environment)


@pytest.fixture
def mine(register: Callable[[Container], Container]) -> Mine:
    mine = Mine()
    register(
        Container(
            "mine",
            repositories=frozenset({"mine"}),
            training=mine,  # type: ignore[arg-type]
            serving=mine,  # type: ignore[arg-type]
            in_process=True,
        )
    )
    return mine


def deploy(studio: Any) -> None:
    algorithm = {"TrainingImage": "mine:1", "TrainingInputMode": "File"}
    studio.create_job("j", AlgorithmSpecification=algorithm, HyperParameters={})
    assert studio.job("j")["TrainingJobStatus"] == "Completed"
    studio.sagemaker.create_model(
        ModelName="m",
        ExecutionRoleArn=studio.job("j")["RoleArn"],
        PrimaryContainer={
            "Image": "mine:1",
            "ModelDataUrl": studio.job("j")["ModelArtifacts"]["S3ModelArtifacts"],
            "Environment": {"GREETING": "hello"},
        },
    )
    variant = {
        "VariantName": "v",
        "ModelName": "m",
        "InitialInstanceCount": 1,
        "InstanceType": "ml.m5.large",
    }
    studio.sagemaker.create_endpoint_config(EndpointConfigName="c", ProductionVariants=[variant])
    studio.sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")


def test_a_container_of_a_test_trains_and_serves(studio: Any, mine: Mine) -> None:
    deploy(studio)
    answer = studio.runtime.invoke_endpoint(
        EndpointName="e", Body=b"you", Accept="text/x-mine", CustomAttributes="trace=7"
    )
    assert answer["Body"].read() == b"100|hello|you"
    assert answer["ContentType"] == "text/x-mine"
    assert answer["CustomAttributes"] == "trace=7"
    with pytest.raises(studio.runtime.exceptions.ModelError, match="that is bad"):
        studio.runtime.invoke_endpoint(EndpointName="e", Body=b"bad")
    assert mine.closed == []
    studio.sagemaker.delete_endpoint(EndpointName="e")
    assert mine.closed == [b"100"]


def test_what_a_container_leaves_beside_the_model(sagemock: Any, studio: Any, mine: Mine) -> None:
    deploy(studio)
    model = studio.job("j")["ModelArtifacts"]["S3ModelArtifacts"]
    bucket, key = model.removeprefix("s3://").split("/", 1)
    s3 = sagemock.client("s3")
    output = s3.get_object(Bucket=bucket, Key=key.replace("model.tar.gz", "output.tar.gz"))
    with tarfile.open(fileobj=io.BytesIO(output["Body"].read())) as archive:
        (member,) = archive
        assert member.name == "plots/loss.svg"
        assert archive.extractfile(member).read() == b"<svg/>"  # type: ignore[union-attr]


def test_a_container_is_closed_when_another_takes_its_place(studio: Any, mine: Mine) -> None:
    deploy(studio)
    studio.sagemaker.update_endpoint(EndpointName="e", EndpointConfigName="c")
    assert studio.endpoint()["EndpointStatus"] == "InService"
    assert mine.closed == [b"100"]


def test_a_container_that_fails_its_health_check(studio: Any, mine: Mine) -> None:
    mine.broken = True
    deploy(studio)
    endpoint = studio.endpoint()
    assert endpoint["EndpointStatus"] == "Failed"
    assert "did not pass the ping health check" in endpoint["FailureReason"]
    assert mine.closed == [b"100"]


def messages(sagemock: Any) -> list[str]:
    logs = sagemock.client("logs")
    group = "/aws/sagemaker/Endpoints/e"
    (stream,) = logs.describe_log_streams(logGroupName=group)["logStreams"]
    events = logs.get_log_events(
        logGroupName=group, logStreamName=stream["logStreamName"], startFromHead=True
    )
    return [event["message"] for event in events["events"]]


def test_what_a_container_prints_is_in_the_log(sagemock: Any, studio: Any, mine: Mine) -> None:
    deploy(studio)
    studio.runtime.invoke_endpoint(EndpointName="e", Body=b"you")
    first, health, last = messages(sagemock)
    assert (first, last) == ("I have a model", "I am asked")
    assert "GET /ping" in health


def test_a_container_that_cannot_start_has_printed_too(
    sagemock: Any, studio: Any, mine: Mine
) -> None:
    mine.broken = True
    deploy(studio)
    first, error = messages(sagemock)
    assert first == "I have a model"
    assert error.endswith("I am not well")


def test_a_container_ends_with_its_world(studio: Any, mine: Mine) -> None:
    deploy(studio)
    requests.post("http://motoapi.amazonaws.com/moto-api/reset", timeout=10)
    assert mine.closed == [b"100"]
