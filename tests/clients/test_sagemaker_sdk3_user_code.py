"""A user's own scripts and functions, by the SageMaker Python SDK 3.x as it is."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path
from typing import Any

import boto3
import pytest

pytest.importorskip("sagemaker.train", reason="the SageMaker SDK 3.x is not installed")

from sagemaker.core.shapes import shapes
from sagemaker.core.training import configs
from sagemaker.core.utils.exceptions import FailedStatusError
from sagemaker.train import ModelTrainer
from tests.clients.sdk3 import REGION, ROLE, ROWS, QuickTime, local_session

# The SDK leaves its temporary folders to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore:Implicitly cleaning up:ResourceWarning")

__all__ = ["local_session"]

INSTANCE = "ml.m5.large"
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/python:3"
TRAIN = """
import argparse, json, os
import numpy as np
from sklearn.linear_model import LogisticRegression
from names import LABEL

parser = argparse.ArgumentParser()
parser.add_argument("--penalty", type=float)
parser.add_argument("--note")
arguments = parser.parse_args()
assert arguments.note == "two [words]", arguments.note
assert os.environ["SM_CHANNEL_TRAIN"] == "/opt/ml/input/data/train"
rows = np.loadtxt(open("/opt/ml/input/data/train/rows.csv"), delimiter=",")
model = LogisticRegression(C=arguments.penalty).fit(rows[:, 1:], rows[:, LABEL])
print("accuracy:", model.score(rows[:, 1:], rows[:, LABEL]))
with open(os.path.join(os.environ["SM_MODEL_DIR"], "model.json"), "w") as file:
    json.dump(model.coef_.tolist(), file)
with open("/opt/ml/output/data/report.txt", "w") as file:
    file.write("done")
"""

PREPARE = """
import sys
rows = open("/opt/ml/processing/input/rows.csv").read().splitlines()
with open("/opt/ml/processing/output/first.csv", "w") as file:
    file.write("\\n".join(rows[: int(sys.argv[1])]))
"""


def read(uri: str) -> bytes:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    body: bytes = boto3.client("s3", REGION).get_object(Bucket=bucket, Key=key)["Body"].read()
    return body


def members(uri: str) -> list[str]:
    with tarfile.open(fileobj=io.BytesIO(read(uri))) as archive:
        return archive.getnames()


def installed() -> list[str]:
    from importlib.metadata import distributions

    return sorted(f"{each.name} {each.version}" for each in distributions())


def trainer(session: Any, source: Path, **changes: Any) -> ModelTrainer:
    changes = {"entry_script": "train.py"} | changes
    return ModelTrainer(
        training_image=IMAGE,
        role=ROLE,
        base_job_name="trainer",
        sagemaker_session=session,
        source_code=configs.SourceCode(source_dir=str(source), **changes),
        compute=configs.Compute(instance_type=INSTANCE, instance_count=1, volume_size_in_gb=10),
        stopping_condition=configs.StoppingCondition(max_runtime_in_seconds=3600),
        hyperparameters={"penalty": 2.0, "note": "two [words]"},
    )


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "train.py").write_text(TRAIN)
    (folder / "names.py").write_text("LABEL = 0\n")
    (folder / "requirements.txt").write_text("six==1.12.0\n")
    return folder


def test_a_trainer_with_a_source_directory(session: Any, source: Path) -> None:
    before = installed()
    model_trainer = trainer(session, source, requirements="requirements.txt")
    model_trainer.with_metric_definitions(
        [configs.MetricDefinition(name="accuracy", regex="accuracy: ([0-9.]+)")]
    )
    channel = configs.InputData(channel_name="train", data_source="s3://sdk/train/")
    model_trainer.train(input_data_config=[channel])
    job = model_trainer._latest_training_job
    assert job.training_job_status == "Completed"
    [metric] = job.final_metric_data_list
    assert (metric.metric_name, metric.value > 0.9) == ("accuracy", True)
    assert members(job.model_artifacts.s3_model_artifacts) == ["model.json"]
    assert members(model_trainer.output_data) == ["report.txt"]
    # What the job's pip was asked for is not installed.
    assert installed() == before


def test_a_trainer_whose_script_fails(session: Any, source: Path) -> None:
    (source / "train.py").write_text("raise ValueError('no rows')\n")
    model_trainer = trainer(session, source)
    with pytest.raises(FailedStatusError, match="exit code: 1") as error:
        model_trainer.train()
    assert "AlgorithmError: Traceback (most recent call last):" in str(error.value)
    logs = boto3.client("logs", REGION)
    group = "/aws/sagemaker/TrainingJobs"
    events = logs.filter_log_events(logGroupName=group)["events"]
    assert "ValueError: no rows" in [each["message"] for each in events]


def test_a_trainer_with_a_command(session: Any, source: Path) -> None:
    code = "import os, sys; open(os.environ['SM_MODEL_DIR'] + '/a', 'w').write(sys.argv[1])"
    (source / "write.py").write_text(code)
    model_trainer = trainer(
        session, source, entry_script=None, command="python write.py", args=["$HOME 1"]
    )
    model_trainer.train()
    artifacts = model_trainer._latest_training_job.model_artifacts
    with tarfile.open(fileobj=io.BytesIO(read(artifacts.s3_model_artifacts))) as archive:
        file = archive.extractfile("a")
        assert file is not None
        assert file.read() == b"$HOME 1"


@pytest.mark.parametrize("kind", ["script", "folder with requirements"])
def test_a_script_processes(session: Any, source: Path, kind: str) -> None:
    from sagemaker.core.processing import FrameworkProcessor, ScriptProcessor

    (source / "prepare.py").write_text(PREPARE)
    common = {
        "image_uri": IMAGE,
        "command": ["python3"],
        "role": ROLE,
        "instance_type": INSTANCE,
        "instance_count": 1,
        "sagemaker_session": session,
    }
    if kind == "script":
        processor: Any = ScriptProcessor(**common)
        code = {"code": str(source / "prepare.py")}
    else:
        processor = FrameworkProcessor(**common)
        code = {"code": "prepare.py", "source_dir": str(source)}
    before = installed()
    source_data = shapes.ProcessingS3Input(
        s3_uri="s3://sdk/train/",
        local_path="/opt/ml/processing/input",
        s3_data_type="S3Prefix",
        s3_input_mode="File",
    )
    target = shapes.ProcessingS3Output(
        s3_uri="s3://sdk/prepared",
        local_path="/opt/ml/processing/output",
        s3_upload_mode="EndOfJob",
    )
    processor.run(
        inputs=[shapes.ProcessingInput(input_name="rows", s3_input=source_data)],
        outputs=[shapes.ProcessingOutput(output_name="first", s3_output=target)],
        arguments=["2"],
        **code,
    )
    assert processor.latest_job.refresh().processing_job_status == "Completed"
    assert read("s3://sdk/prepared/first.csv").decode() == "\n".join(ROWS.splitlines()[:2])
    assert installed() == before


def settings(session: Any) -> dict[str, Any]:
    return {
        "sagemaker_session": session,
        "role": ROLE,
        "instance_type": INSTANCE,
        "image_uri": IMAGE,
        "s3_root_uri": "s3://sdk/remote",
    }


def division() -> Any:
    """A function that is pickled as a whole, as those of a notebook are."""

    def divide(a: int, b: int) -> float:
        return a / b

    return divide


# Each of these jobs imports the whole SDK, which takes seconds: few of them.
@pytest.mark.parametrize("session", ["in process"], indirect=True)
def test_a_function_elsewhere_returns_and_raises(session: Any) -> None:
    from sagemaker.core.remote_function import remote

    elsewhere = remote(**settings(session))(division())
    assert elsewhere(6, 3) == 2
    with pytest.raises(ZeroDivisionError):
        elsewhere(1, 0)


@pytest.mark.full
@pytest.mark.parametrize("session", ["on the server"], indirect=True)
def test_a_function_by_an_executor(session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from sagemaker.core import common_utils
    from sagemaker.core.remote_function import RemoteExecutor, client, job

    for module in (client, job, common_utils):
        monkeypatch.setattr(module, "time", QuickTime())
    with RemoteExecutor(max_parallel_jobs=2, **settings(session)) as executor:
        future = executor.submit(division(), 8, 2)
        assert future.result() == 4
