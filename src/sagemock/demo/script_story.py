"""The demo with a script of a user, step by step, with real AWS clients."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

import numpy as np

from sagemock.demo.digits import Digits
from sagemock.demo.screen import Screen
from sagemock.demo.story import BUCKET, REGION, ROLE, leaderboard, unfinished, watch
from sagemock.wire.sessions import new_session

IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3"
TAG = {"Key": "Project", "Value": "Forests"}
ACCURACY = "accuracy"
CHANNELS = ("train", "test")
CODE = f"s3://{BUCKET}/source/sourcedir.tar.gz"
COLUMNS = ("training job", "trees", "depth", "accuracy")
SETTINGS = ({"trees": 5, "depth": 4}, {"trees": 20, "depth": 8}, {"trees": 100, "depth": 12})
"""The hyperparameters of the three jobs."""

SCRIPT = files("sagemock.demo").joinpath("printed", "train.py")
"""The script."""

FIRST_TEST = files("sagemock.demo").joinpath("printed", "first_test.py")
"""The code that the demo prints at its end."""


def tell(digits: Digits, screen: Screen) -> str:
    """Run all steps. Returns what went wrong, or an empty string."""
    session = new_session(REGION)
    sagemaker, s3 = session.client("sagemaker"), session.client("s3")

    rows, columns = digits.train.shape
    screen.title(digits.title, rows, columns, how="runs a script of yours on")
    screen.chapter(1, "Your script, train.py, as it runs on SageMaker")
    screen.code(SCRIPT.read_text())

    screen.chapter(2, "Upload the digits and the script to S3")
    screen.uploaded(upload(s3, digits), f"s3://{BUCKET}/")

    screen.chapter(3, "Train with three settings, in a process on this machine each")
    jobs = [create_job(sagemaker, settings) for settings in SETTINGS]
    watch(sagemaker, session.client("logs"), jobs, screen, r"trees=(\d+) ", _percent)

    screen.chapter(4, "Search the jobs by tag, sorted by the accuracy that the script printed")
    best_first = leaderboard(sagemaker, TAG, ACCURACY)
    screen.results(COLUMNS, [_row(job) for job in best_first])
    if len(best_first) != len(jobs):
        return "; ".join(unfinished(sagemaker, jobs))

    screen.chapter(5, "Look into its output.tar.gz: what the best model misreads")
    answers = np.array(json.loads(member(s3, best_first[0], "output", "answers.json")))
    wrong = np.flatnonzero(answers != digits.test_digits)
    screen.misread(len(wrong), len(answers))
    for row in wrong[:2]:
        image = digits.test[row].reshape(digits.side, -1)
        screen.mistake(image, int(digits.test_digits[row]), int(answers[row]))

    screen.chapter(6, "Trace its model back to the script and the data")
    sagemaker.create_model(
        ModelName="forest",
        PrimaryContainer={"Image": IMAGE, "ModelDataUrl": _artifact(best_first[0])},
        ExecutionRoleArn=ROLE,
    )
    screen.lineage(list(trace(sagemaker)), leaves=len(CHANNELS))
    screen.farewell(FIRST_TEST.read_text(), "--containers local")
    return ""


def _percent(job: str, trees: str) -> float:
    total = next(each["trees"] for each in SETTINGS if _name(each) == job)
    return 100 * float(trees) / total


def _name(settings: Mapping[str, int]) -> str:
    return f"forest-of-{settings['trees']}"


def _artifact(job: Mapping[str, Any]) -> str:
    uri: str = job["ModelArtifacts"]["S3ModelArtifacts"]
    return uri


def _row(job: Mapping[str, Any]) -> tuple[str, ...]:
    metrics = {datum["MetricName"]: datum["Value"] for datum in job["FinalMetricDataList"]}
    settings = job["HyperParameters"]
    return (
        job["TrainingJobName"],
        settings["trees"],
        settings["depth"],
        f"{metrics[ACCURACY]:.4f}",
    )


def upload(s3: Any, digits: Digits) -> int:
    """Upload the digits as CSV, and the script as an archive. Returns their size in bytes."""
    s3.create_bucket(Bucket=BUCKET)
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        code = SCRIPT.read_bytes()
        info = tarfile.TarInfo("train.py")
        info.size = len(code)
        tar.addfile(info, io.BytesIO(code))
    bodies = {
        "source/sourcedir.tar.gz": archive.getvalue(),
        "train/digits.csv": csv(digits.train_digits, digits.train),
        "test/digits.csv": csv(digits.test_digits, digits.test),
    }
    for key, body in bodies.items():
        s3.put_object(Bucket=BUCKET, Key=key, Body=body)
    return sum(map(len, bodies.values()))


def csv(labels: Any, images: Any) -> bytes:
    """Return rows of CSV, the digit in the first column."""
    buffer = io.BytesIO()
    np.savetxt(buffer, np.column_stack([labels, images]), fmt="%g", delimiter=",")
    return buffer.getvalue()


def create_job(sagemaker: Any, settings: Mapping[str, int]) -> str:
    """Create a training job in script mode, as the SageMaker SDK does. Returns its name."""
    name = _name(settings)
    hyperparameters = {
        **settings,
        "sagemaker_program": "train.py",
        "sagemaker_submit_directory": CODE,
    }
    sources = {
        channel: {"S3DataType": "S3Prefix", "S3Uri": f"s3://{BUCKET}/{channel}/"}
        for channel in CHANNELS
    }
    sagemaker.create_training_job(
        TrainingJobName=name,
        AlgorithmSpecification={
            "TrainingImage": IMAGE,
            "TrainingInputMode": "File",
            "MetricDefinitions": [{"Name": ACCURACY, "Regex": "accuracy=([0-9.]+)"}],
        },
        RoleArn=ROLE,
        HyperParameters={key: json.dumps(value) for key, value in hyperparameters.items()},
        InputDataConfig=[
            {"ChannelName": channel, "DataSource": {"S3DataSource": source}}
            for channel, source in sources.items()
        ],
        OutputDataConfig={"S3OutputPath": f"s3://{BUCKET}/output"},
        ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10},
        StoppingCondition={"MaxRuntimeInSeconds": 3600},
        Tags=[TAG],
    )
    return name


def member(s3: Any, job: Mapping[str, Any], archive: str, name: str) -> bytes:
    """Read a file of an archive that a job has left."""
    key = f"output/{job['TrainingJobName']}/output/{archive}.tar.gz"
    body = s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
    with tarfile.open(fileobj=io.BytesIO(body)) as tar:
        file = tar.extractfile(name)
        assert file is not None
        return file.read()


def trace(sagemaker: Any) -> Iterator[tuple[str, str]]:
    """Trace the model back: yields what each step is, and its name."""
    model = sagemaker.describe_model(ModelName="forest")
    yield "model", model["ModelName"]
    artifact = model["PrimaryContainer"]["ModelDataUrl"]
    yield "artifact", artifact
    job = sagemaker.search(
        Resource="TrainingJob",
        SearchExpression={
            "Filters": [{"Name": "ModelArtifacts.S3ModelArtifacts", "Value": artifact}]
        },
    )["Results"][0]["TrainingJob"]
    yield "training job", job["TrainingJobName"]
    program, directory = (
        json.loads(job["HyperParameters"][f"sagemaker_{name}"])
        for name in ("program", "submit_directory")
    )
    yield f"script {program} in", directory
    for channel in job["InputDataConfig"]:
        source = channel["DataSource"]["S3DataSource"]["S3Uri"]
        yield f"data set ({channel['ChannelName']})", source
