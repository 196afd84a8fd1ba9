"""A user's own scripts and functions, by the SageMaker Python SDK 2.x as it is."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import boto3
import pytest

pytest.importorskip("sagemaker.deserializers", reason="the SageMaker SDK 2.x is not installed")

from sagemaker.processing import FrameworkProcessor, ProcessingInput, ProcessingOutput
from sagemaker.remote_function import remote
from sagemaker.sklearn import SKLearn
from sagemaker.sklearn.processing import SKLearnProcessor
from tests.clients.sdk2 import ROLE, ROWS, local_session

__all__ = ["local_session"]

INSTANCE = "ml.m5.large"
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/python:3"

TRAIN = """
import argparse, json, os
import numpy as np
from sklearn.linear_model import LogisticRegression

parser = argparse.ArgumentParser()
parser.add_argument("--penalty", type=float)
parser.add_argument("--model-dir", default=os.environ["SM_MODEL_DIR"])
arguments = parser.parse_args()
rows = np.loadtxt("/opt/ml/input/data/train/rows.csv", delimiter=",")
model = LogisticRegression(C=arguments.penalty).fit(rows[:, 1:], rows[:, 0])
print("accuracy:", model.score(rows[:, 1:], rows[:, 0]))
with open(os.path.join(arguments.model_dir, "model.json"), "w") as file:
    json.dump(model.coef_.tolist(), file)
"""

PREPARE = """
import sys
rows = open("/opt/ml/processing/input/rows.csv").read().splitlines()
with open("/opt/ml/processing/output/first.csv", "w") as file:
    file.write("\\n".join(rows[: int(sys.argv[1])]))
"""


def read(key: str) -> bytes:
    s3 = boto3.client("s3", "us-east-1")
    body: bytes = s3.get_object(Bucket="studio", Key=key)["Body"].read()
    return body


def frozen() -> str:
    from importlib.metadata import distributions

    return json.dumps(sorted(f"{each.name} {each.version}" for each in distributions()))


def test_a_script_trains_a_model_of_scikit_learn(session: Any, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(TRAIN)
    estimator = SKLearn(
        entry_point="train.py",
        role=ROLE,
        instance_type=INSTANCE,
        framework_version="1.2-1",
        hyperparameters={"penalty": 2.0},
        metric_definitions=[{"Name": "accuracy", "Regex": "accuracy: ([0-9.]+)"}],
        sagemaker_session=session,
    )
    estimator.fit({"train": "s3://studio/train"})
    [metric] = estimator.latest_training_job.describe()["FinalMetricDataList"]
    assert (metric["MetricName"], metric["Value"] > 0.9) == ("accuracy", True)
    archive = io.BytesIO(read(estimator.model_data.removeprefix("s3://studio/")))
    with tarfile.open(fileobj=archive) as members:
        assert members.getnames() == ["model.json"]
    found = session.sagemaker_client.search(
        Resource="TrainingJob",
        SearchExpression={
            "Filters": [{"Name": "Metrics.accuracy", "Operator": "GreaterThan", "Value": "0.9"}]
        },
    )
    name = found["Results"][0]["TrainingJob"]["TrainingJobName"]
    assert name == estimator.latest_training_job.name


@pytest.mark.parametrize("kind", ["script", "folder with requirements"])
def test_a_script_processes(session: Any, tmp_path: Path, kind: str) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "prepare.py").write_text(PREPARE)
    (source / "requirements.txt").write_text("six==1.12.0\n")
    common = {
        "framework_version": "1.2-1",
        "role": ROLE,
        "instance_type": INSTANCE,
        "instance_count": 1,
        "sagemaker_session": session,
    }
    if kind == "script":
        processor: Any = SKLearnProcessor(**common)
        code = {"code": str(source / "prepare.py")}
    else:
        processor = FrameworkProcessor(SKLearn, **common)
        code = {"code": "prepare.py", "source_dir": str(source)}
    before = frozen()
    processor.run(
        inputs=[ProcessingInput("s3://studio/train", "/opt/ml/processing/input")],
        outputs=[ProcessingOutput("/opt/ml/processing/output", "s3://studio/prepared")],
        arguments=["2"],
        **code,
    )
    assert processor.latest_job.describe()["ProcessingJobStatus"] == "Completed"
    assert read("prepared/first.csv").decode() == "\n".join(ROWS.splitlines()[:2])
    # What the job's pip was asked for is not installed.
    assert frozen() == before


def test_the_code_that_the_demo_of_a_script_ends_with(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from sagemock.demo import script_story
    from sagemock.demo.digits import load_small

    monkeypatch.chdir(tmp_path)
    digits = load_small()
    Path("digits.csv").write_bytes(script_story.csv(digits.train_digits, digits.train))
    Path("train.py").write_bytes(script_story.SCRIPT.read_bytes())
    namespace: dict[str, Any] = {"__name__": "test"}
    exec(compile(script_story.FIRST_TEST.read_text(), "test_script.py", "exec"), namespace)
    namespace["test_script"]()
    assert capsys.readouterr().out.splitlines()[-1].startswith("Completed s3://data/")


def test_a_function_elsewhere_returns_and_raises(session: Any) -> None:
    @remote(
        sagemaker_session=session,
        role=ROLE,
        instance_type=INSTANCE,
        image_uri=IMAGE,
        s3_root_uri="s3://studio/remote",
    )
    def divide(a: int, b: int) -> float:
        return a / b

    assert divide(6, 3) == 2
    with pytest.raises(ZeroDivisionError):
        divide(1, 0)
