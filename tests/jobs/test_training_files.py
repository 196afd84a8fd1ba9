"""What a training container gets besides its channels, and what it leaves besides its model."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sagemock.algorithms.base import AlgorithmError
from sagemock.containers import registry
from sagemock.containers.base import TrainingInput, TrainingOutput
from sagemock.containers.registry import Container

IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/mine:1"
CHECKPOINTS = {"S3Uri": "s3://studio/checkpoints", "LocalPath": "/opt/ml/checkpoints"}
REQUEST = {
    "TrainingJobName": "job",
    "RoleArn": "arn:aws:iam::123456789012:role/SageMaker",
    "AlgorithmSpecification": {"TrainingImage": IMAGE, "TrainingInputMode": "File"},
    "OutputDataConfig": {"S3OutputPath": "s3://studio/output"},
    "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
    "StoppingCondition": {"MaxRuntimeInSeconds": 60},
}
Train = Callable[[TrainingInput], TrainingOutput]


class Training:
    """A training container that a test makes of a function."""

    def __init__(self, function: Train) -> None:
        self.function = function

    def train(self, input: TrainingInput, **_: Any) -> TrainingOutput:
        return self.function(input)


@pytest.fixture
def run(studio: Any) -> Iterator[Callable[..., dict[str, Any]]]:
    """Run a job with a function as its container, and return the job's description."""
    registered = []

    def run(function: Train, row: dict[str, Any], **members: Any) -> dict[str, Any]:
        container = Container("mine", frozenset({"mine"}), training=Training(function), **row)  # type: ignore[arg-type]
        registry.register(container)
        registered.append(container)
        studio.sagemaker.create_training_job(**REQUEST, **members)
        answer: dict[str, Any] = studio.job("job")
        return answer

    yield run
    for each in registered:
        registry.unregister(each)


def read(studio: Any, key: str) -> bytes:
    body: bytes = studio.s3.get_object(Bucket="studio", Key=key)["Body"].read()
    return body


def keys(studio: Any, prefix: str) -> list[str]:
    listed = studio.s3.list_objects_v2(Bucket="studio", Prefix=prefix)
    return [each["Key"] for each in listed.get("Contents", [])]


def test_objects_that_it_asks_for(studio: Any, run: Any) -> None:
    studio.s3.put_object(Bucket="studio", Key="source.tar.gz", Body=b"source")
    seen: list[TrainingInput] = []

    def train(input: TrainingInput) -> TrainingOutput:
        seen.append(input)
        return TrainingOutput({"model": b"1"})

    def objects(document: Any) -> list[str]:
        return [document["HyperParameters"]["source"], "s3://studio/missing", "no URI"]

    job = run(train, {"objects": objects}, HyperParameters={"source": "s3://studio/source.tar.gz"})
    assert job["TrainingJobStatus"] == "Completed"
    assert seen[0].objects == {"s3://studio/source.tar.gz": b"source"}
    assert seen[0].aws is None


def test_checkpoints_both_ways(studio: Any, run: Any) -> None:
    studio.s3.put_object(Bucket="studio", Key="checkpoints/epoch-1", Body=b"1")
    studio.s3.put_object(Bucket="studio", Key="checkpoints-of-another/epoch-1", Body=b"x")

    def train(input: TrainingInput) -> TrainingOutput:
        assert input.checkpoints == {"epoch-1": b"1"}
        return TrainingOutput({}, checkpoints={**input.checkpoints, "later/epoch-2": b"2"})

    assert run(train, {}, CheckpointConfig=CHECKPOINTS)["TrainingJobStatus"] == "Completed"
    assert read(studio, "checkpoints/later/epoch-2") == b"2"


def test_no_checkpoints_without_a_configuration(studio: Any, run: Any) -> None:
    output = TrainingOutput({}, checkpoints={"epoch-1": b"1"})
    assert run(lambda _: output, {})["TrainingJobStatus"] == "Completed"
    assert keys(studio, "checkpoints") == []


def test_a_failure_leaves_output_and_checkpoints_but_no_model(studio: Any, run: Any) -> None:
    failure = AlgorithmError("it broke, exit code: 3")
    output = TrainingOutput(
        {"model": b"1"}, {"plot.txt": b"2"}, checkpoints={"epoch-1": b"1"}, failure=failure
    )
    job = run(lambda _: output, {}, CheckpointConfig=CHECKPOINTS)
    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"] == "AlgorithmError: it broke, exit code: 3"
    assert keys(studio, "checkpoints/") == ["checkpoints/epoch-1"]
    assert keys(studio, "output/") == ["output/job/output/output.tar.gz"]
    archive = io.BytesIO(read(studio, "output/job/output/output.tar.gz"))
    with tarfile.open(fileobj=archive) as members:
        assert members.getnames() == ["plot.txt"]


@pytest.mark.sagemock(validation="off")
@pytest.mark.parametrize(("needs_data", "trains"), [(True, 0), (False, 1)])
def test_a_job_without_channels(run: Any, needs_data: bool, trains: int) -> None:
    seen: list[TrainingInput] = []

    def train(input: TrainingInput) -> TrainingOutput:
        seen.append(input)
        return TrainingOutput({})

    job = run(train, {"needs_data": needs_data})
    assert (job["TrainingJobStatus"], len(seen)) == ("Completed", trains)
