"""Ctrl-C in the middle of a job ends pytest, and all that the job is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import boto3
import pytest
from tests.containers.local_process.test_training import running
from tests.waiting import until

from sagemock import mock_sagemaker
from sagemock.containers.local_process.folders import PREFIX
from sagemock.jobs import executors

PYTEST = """
import signal, sys, pytest
# In the background of a shell it is ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.exit(pytest.main(["-q", "-s", "-p", "no:cacheprovider", "-p", "no:randomly", "test_jobs.py"]))
"""

TESTS = """
import boto3, pytest

@pytest.mark.sagemock(containers="local", training={training!r}, isolation={isolation!r})
def test_a_job(sagemock):
    s3 = sagemock.client("s3")
    s3.create_bucket(Bucket="bucket")
    sagemaker = sagemock.client("sagemaker")
    sagemaker.create_training_job(
        TrainingJobName="j",
        RoleArn="arn:aws:iam::123456789012:role/SageMaker",
        AlgorithmSpecification={{
            "TrainingImage": "111122223333.dkr.ecr.us-east-1.amazonaws.com/mine:1",
            "TrainingInputMode": "File",
            "ContainerEntrypoint": ["sh", "-c", {command!r}],
        }},
        OutputDataConfig={{"S3OutputPath": "s3://bucket/out"}},
        ResourceConfig={{"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1}},
        StoppingCondition={{"MaxRuntimeInSeconds": 3600}},
    )
    sagemaker.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName="j")
"""


@pytest.mark.parametrize(("training", "isolation"), [("inline", "auto"), ("background", "folder")])
def test_an_interrupted_run_leaves_nothing(tmp_path: Path, training: str, isolation: str) -> None:
    pause = f"602.{os.getpid()}{threading.get_ident()}"
    begun, folder = tmp_path / "begun", tmp_path / "t"
    folder.mkdir()
    # The script would take all of stop_grace.
    command = f"trap '' TERM; (setsid sleep {pause} &); touch {begun}; sleep {pause}"
    code = TESTS.format(training=training, isolation=isolation, command=command)
    (tmp_path / "test_jobs.py").write_text(code)
    mounts = Path("/proc/mounts").read_text() if sys.platform == "linux" else ""
    process = subprocess.Popen(
        [sys.executable, "-c", PYTEST],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "TMPDIR": str(folder)},
        start_new_session=True,
    )
    try:
        until(lambda: begun.exists() or process.poll() is not None)
        assert begun.exists(), process.communicate()[0]
        # As Ctrl-C in a terminal does it.
        os.killpg(process.pid, signal.SIGINT)
        said, _ = process.communicate()
        assert process.returncode == pytest.ExitCode.INTERRUPTED, said
        assert "KeyboardInterrupt" in said
        assert pause not in running("sleep")
        assert [path.name for path in folder.glob(f"{PREFIX}*")] == []
        if mounts:
            assert Path("/proc/mounts").read_text() == mounts
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def job(command: str) -> dict[str, Any]:
    return {
        "TrainingJobName": "j",
        "RoleArn": "arn:aws:iam::123456789012:role/SageMaker",
        "AlgorithmSpecification": {
            "TrainingImage": "111122223333.dkr.ecr.us-east-1.amazonaws.com/mine:1",
            "TrainingInputMode": "File",
            "ContainerEntrypoint": ["sh", "-c", command],
        },
        "OutputDataConfig": {"S3OutputPath": "s3://bucket/out"},
        "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
        "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
    }


@pytest.mark.parametrize("elsewhere", [False, True])
def test_the_end_of_a_mock_waits_for_no_script(
    tmp_path: Path, elsewhere: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        # These files stay until this process ends.
        patched.setattr(tempfile, "tempdir", None)
        executors._leases(os.getpid())
    pause = f"603.{os.getpid()}{threading.get_ident()}"
    begun = tmp_path / "begun"
    command = f"trap '' TERM; touch {begun}; while true; do sleep {pause}; done"
    pool = ProcessPoolExecutor(1, mp_context=get_context("spawn")) if elsewhere else None
    with (
        pool or nullcontext(),
        mock_sagemaker(training="background", containers="local", stop_grace=3600, executor=pool),
    ):
        boto3.client("s3", "us-east-1").create_bucket(Bucket="bucket")
        boto3.client("sagemaker", "us-east-1").create_training_job(**job(command))
        until(begun.exists)
    assert pause not in running("sleep")
