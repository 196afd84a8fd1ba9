"""Commands that are registered for images, as the processes of jobs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from sagemock.containers import register

ROLE = "arn:aws:iam::123456789012:role/SageMaker"
CODE = """
import sys
print("python", sys.executable)
print("accuracy=0.5")
with open("/opt/ml/model/weights", "w") as file:
    file.write(sys.argv[1])
"""


def create(sagemock: Any, name: str = "j") -> Any:
    sagemock.client("s3").create_bucket(Bucket="bucket")
    sagemock.client("sagemaker").create_training_job(
        TrainingJobName=name,
        RoleArn=ROLE,
        AlgorithmSpecification={
            "TrainingImage": "123456789012.dkr.ecr.us-east-1.amazonaws.com/mine:1",
            "TrainingInputMode": "File",
            "MetricDefinitions": [{"Name": "accuracy", "Regex": "accuracy=(.*)"}],
        },
        OutputDataConfig={"S3OutputPath": "s3://bucket/out"},
        ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
        StoppingCondition={"MaxRuntimeInSeconds": 60},
    )
    return sagemock.training_job(name)


@pytest.fixture
def python(tmp_path: Path) -> str:
    """An interpreter by another name."""
    path = tmp_path / "another-python"
    path.write_text(f'#!/bin/sh\necho "by another name"\nexec {sys.executable} "$@"\n')
    path.chmod(0o755)
    return str(path)


@pytest.mark.sagemock(containers="local")
def test_a_command_is_the_process_of_a_job(sagemock: Any) -> None:
    register("mine", train=["python", "-c", CODE, "0.1"])
    job = create(sagemock)
    assert (job["TrainingJobStatus"], job.get("FailureReason")) == ("Completed", None)
    assert job["FinalMetricDataList"][0]["Value"] == 0.5
    assert f"python {sys.executable}" in sagemock.log("j")


@pytest.mark.sagemock(containers="local")
def test_a_command_with_an_interpreter_of_its_own(sagemock: Any, python: str) -> None:
    register("m*", python=python)
    register("mine", train=["python", "-c", CODE, "0.1"])
    assert create(sagemock)["TrainingJobStatus"] == "Completed"
    assert "by another name" in sagemock.log("j")


def test_a_command_does_not_run_unless_allowed(
    sagemock: Any, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Each process warns of an image once.
    monkeypatch.setattr("sagemock.containers.not_run._warned", set())
    register("mine", train=["python", "-c", CODE, "0.1"])
    job = create(sagemock)
    assert job["TrainingJobStatus"] == "Completed"
    assert "FinalMetricDataList" not in job
    assert "the registered command, python -c" in caplog.text
    assert 'runs only with the option containers="local"' in caplog.text
