"""Processing jobs whose container runs: inputs, outputs, log, message and failure."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sagemock import control
from sagemock.algorithms.base import AlgorithmError
from sagemock.containers import registry
from sagemock.containers.base import LogLine, ProcessingInput, ProcessingOutput
from sagemock.containers.registry import Container

ROLE = "arn:aws:iam::123456789012:role/SageMaker"
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/lines:1"
Process = Callable[..., ProcessingOutput]


class Processing:
    """A processing container that a test makes of a function."""

    def __init__(self, function: Process) -> None:
        self.function = function

    def process(self, input: ProcessingInput, **functions: Any) -> ProcessingOutput:
        return self.function(input, **functions)


@pytest.fixture
def run(sagemock: Any) -> Iterator[Callable[..., dict[str, Any]]]:
    """Run a job with a function as its container, and return the job's description."""
    sagemaker, s3 = sagemock.client("sagemaker"), sagemock.client("s3")
    s3.create_bucket(Bucket="studio")
    s3.put_object(Bucket="studio", Key="raw/a.txt", Body=b"one\ntwo\n")
    s3.put_object(Bucket="studio", Key="raw/more/b.txt", Body=b"three\n")
    registered = []

    def run(function: Process, **members: Any) -> dict[str, Any]:
        row = Container("lines", frozenset({"lines"}), processing=Processing(function))
        registry.register(row)
        registered.append(row)
        sagemaker.create_processing_job(**request(**members))
        answer: dict[str, Any] = sagemaker.describe_processing_job(ProcessingJobName="p")
        return answer

    yield run
    for row in registered:
        registry.unregister(row)


def request(hosts: int = 1, mode: str = "EndOfJob", **members: Any) -> dict[str, Any]:
    source = {"S3Uri": "s3://studio/raw", "S3DataType": "S3Prefix", "S3InputMode": "File"}
    target = {"S3Uri": "s3://studio/clean/", "S3UploadMode": mode}
    return {
        "ProcessingJobName": "p",
        "RoleArn": ROLE,
        "AppSpecification": {
            "ImageUri": IMAGE,
            "ContainerEntrypoint": ["count"],
            "ContainerArguments": ["--all"],
        },
        "ProcessingResources": {
            "ClusterConfig": {
                "InstanceCount": hosts,
                "InstanceType": "ml.m5.large",
                "VolumeSizeInGB": 1,
            }
        },
        "ProcessingInputs": [
            {
                "InputName": "raw",
                "S3Input": {**source, "LocalPath": "/opt/ml/processing/input"},
            }
        ],
        "ProcessingOutputConfig": {
            "Outputs": [
                {
                    "OutputName": "clean",
                    "S3Output": {**target, "LocalPath": "/opt/ml/processing/output"},
                }
            ]
        },
        "Environment": {"STAGE": "test"},
        **members,
    }


def objects(sagemock: Any) -> dict[str, bytes]:
    s3 = sagemock.client("s3")
    listed = s3.list_objects_v2(Bucket="studio", Prefix="clean/").get("Contents", [])
    return {
        each["Key"]: s3.get_object(Bucket="studio", Key=each["Key"])["Body"].read()
        for each in listed
    }


def test_a_container_gets_its_inputs_and_leaves_its_outputs(sagemock: Any, run: Any) -> None:
    seen: list[ProcessingInput] = []

    def count(input: ProcessingInput, *, report: Any, **_: Any) -> Any:
        seen.append(input)
        parts = input.inputs["raw"].parts(0)
        lines = sum(len(part.open().read().splitlines()) for part in parts)
        report([LogLine("algo-1", int(time.time() * 1000), f"{lines} lines")])
        return ProcessingOutput({"clean": {"a/count.json": json.dumps(lines).encode()}}, "done")

    job = run(count)
    assert (job["ProcessingJobStatus"], job["ExitMessage"]) == ("Completed", "done")
    assert objects(sagemock) == {"clean/a/count.json": b"3"}
    [input] = seen
    assert [part.path for part in input.inputs["raw"].parts(0)] == [
        "/opt/ml/processing/input/a.txt",
        "/opt/ml/processing/input/more/b.txt",
    ]
    assert input.outputs == {"clean": "/opt/ml/processing/output"}
    assert (input.entrypoint, input.arguments) == (["count"], ["--all"])
    assert input.environment == {"STAGE": "test"}
    logs = sagemock.client("logs")
    [stream] = logs.describe_log_streams(logGroupName="/aws/sagemaker/ProcessingJobs")["logStreams"]
    name = stream["logStreamName"]
    assert name.startswith("p/algo-1-")
    events = logs.get_log_events(
        logGroupName="/aws/sagemaker/ProcessingJobs", logStreamName=name, startFromHead=True
    )["events"]
    assert [event["message"] for event in events] == ["3 lines"]


def test_a_failure_keeps_what_was_written(sagemock: Any, run: Any) -> None:
    failure = AlgorithmError("See job logs for more information")
    output = ProcessingOutput({"clean": {"partial": b"1"}}, "half done", failure=failure)
    job = run(lambda *_, **__: output)
    assert job["ProcessingJobStatus"] == "Failed"
    assert job["FailureReason"] == "AlgorithmError: See job logs for more information"
    assert job["ExitMessage"] == "half done"
    assert objects(sagemock) == {"clean/partial": b"1"}


def test_a_container_that_raises_its_failure(sagemock: Any, run: Any) -> None:
    def process(*_: Any, **__: Any) -> Any:
        raise AlgorithmError("no such option")

    job = run(process)
    assert job["FailureReason"] == "AlgorithmError: no such option"
    assert objects(sagemock) == {}


def test_a_stopped_container_keeps_its_outputs(sagemock: Any, run: Any) -> None:
    sagemaker = sagemock.client("sagemaker")

    def process(input: ProcessingInput, *, stop: Any, **_: Any) -> ProcessingOutput:
        assert not stop()
        sagemaker.stop_processing_job(ProcessingJobName="p")
        return ProcessingOutput({"clean": {"partial": b"1"}}, stopped=stop())

    job = run(process)
    assert job["ProcessingJobStatus"] == "Stopped"
    assert objects(sagemock) == {"clean/partial": b"1"}


def test_a_job_beyond_its_time_stops(run: Any) -> None:
    def process(input: ProcessingInput, *, stop: Any, **_: Any) -> ProcessingOutput:
        while not stop():
            pass
        return ProcessingOutput(stopped=True)

    job = run(process, StoppingCondition={"MaxRuntimeInSeconds": 1})
    assert job["ProcessingJobStatus"] == "Stopped"
    assert "FailureReason" not in job


@pytest.mark.parametrize(("mode", "seen"), [("Continuous", b"first"), ("EndOfJob", None)])
def test_continuous_outputs(sagemock: Any, run: Any, mode: str, seen: bytes | None) -> None:
    during: list[dict[str, bytes]] = []

    def process(input: ProcessingInput, *, publish: Any, **_: Any) -> ProcessingOutput:
        publish("clean", {"rows": b"first"})
        during.append(objects(sagemock))
        return ProcessingOutput({"clean": {"rows": b"last"}})

    run(process, mode=mode)
    assert during == [{} if seen is None else {"clean/rows": seen}]
    assert objects(sagemock) == {"clean/rows": b"last"}


def test_hosts_share_the_objects_by_key(run: Any) -> None:
    seen: list[list[int]] = []

    def process(input: ProcessingInput, **_: Any) -> ProcessingOutput:
        seen.append([len(input.inputs["raw"].parts(host)) for host in range(len(input.hosts))])
        return ProcessingOutput()

    inputs = request()["ProcessingInputs"]
    inputs[0]["S3Input"]["S3DataDistributionType"] = "ShardedByS3Key"
    assert run(process, hosts=2, ProcessingInputs=inputs)["ProcessingJobStatus"] == "Completed"
    assert seen == [[1, 1]]


def test_an_input_without_objects(run: Any) -> None:
    inputs = request()["ProcessingInputs"]
    inputs[0]["S3Input"]["S3Uri"] = "s3://studio/nothing"
    job = run(lambda *_, **__: ProcessingOutput(), ProcessingInputs=inputs)
    assert job["ProcessingJobStatus"] == "Failed"
    assert job["FailureReason"].startswith(
        'ClientError: No S3 objects found under S3 URL "s3://studio/nothing" given in input data'
    )


def test_an_output_without_a_bucket(run: Any) -> None:
    outputs = request()["ProcessingOutputConfig"]
    outputs["Outputs"][0]["S3Output"]["S3Uri"] = "s3://elsewhere/clean"
    output = ProcessingOutput({"clean": {"rows": b"1"}}, "done")
    job = run(lambda *_, **__: output, ProcessingOutputConfig=outputs)
    assert job["ProcessingJobStatus"] == "Failed"
    assert "NoSuchBucket" in job["FailureReason"]
    assert job["ExitMessage"] == "done"


def test_inputs_of_the_container_itself_are_not_read(run: Any) -> None:
    seen: list[ProcessingInput] = []

    def process(input: ProcessingInput, **_: Any) -> ProcessingOutput:
        seen.append(input)
        return ProcessingOutput()

    inputs = request()["ProcessingInputs"]
    inputs[0]["AppManaged"] = True
    assert run(process, ProcessingInputs=inputs)["ProcessingJobStatus"] == "Completed"
    assert seen[0].inputs == {}


def test_a_fault_comes_before_the_container(run: Any) -> None:
    control.fail_processing_job("AlgorithmError: on demand", at="Processing")
    job = run(lambda *_, **__: pytest.fail("it ran"))
    assert job["FailureReason"] == "AlgorithmError: on demand"


@pytest.mark.sagemock(training="off")
def test_nothing_runs_where_training_is_off(run: Any) -> None:
    job = run(lambda *_, **__: pytest.fail("it ran"))
    assert job["ProcessingJobStatus"] == "Completed"
