"""The demo, step by step, with real AWS clients."""

from __future__ import annotations

import io
import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from importlib.resources import files
from typing import Any

import numpy as np

from sagemock.demo.digits import Digits
from sagemock.demo.screen import Screen
from sagemock.formats.recordio import encode
from sagemock.wire.sessions import new_session

REGION = "us-east-1"
BUCKET = "sagemock-demo"
IMAGE = "382416733822.dkr.ecr.us-east-1.amazonaws.com/linear-learner:1"
ROLE = "arn:aws:iam::123456789012:role/SageMaker"
TAG = {"Key": "Project", "Value": "Project_Binary_Classifier"}
ACCURACY = "train:binary_classification_accuracy"
BATCH_SIZES = (100, 200, 300)
PROGRESS = r"#progress_metric: host=\S+, completed (\S+) %"
GROUP = "/aws/sagemaker/TrainingJobs"


FIRST_TEST = files("sagemock.demo").joinpath("first_test.py")
"""The code that the demo prints at its end: a test that trains, which is also a script."""


def tell(digits: Digits, screen: Screen) -> str:
    """Run all steps. Returns what went wrong, or an empty string."""
    session = new_session(REGION)
    sagemaker = session.client("sagemaker")
    s3 = session.client("s3")

    screen.title(digits.title, *digits.train.shape)
    screen.chapter(1, "Upload the digits to S3 as RecordIO-protobuf")
    screen.uploaded(upload(s3, digits), f"s3://{BUCKET}/train/digits.pbr")

    screen.chapter(2, "Train three Linear Learner jobs, tagged with the project")
    jobs = [create_job(sagemaker, size, digits.train.shape[1]) for size in BATCH_SIZES]
    watch(sagemaker, session.client("logs"), jobs, screen)

    screen.chapter(3, "Search the jobs by tag, sorted by accuracy")
    best_first = leaderboard(sagemaker, TAG, ACCURACY)
    screen.leaderboard(best_first, ACCURACY)
    if len(best_first) != len(jobs):
        return "; ".join(unfinished(sagemaker, jobs))

    screen.chapter(4, "Deploy the best job's model and invoke it")
    deploy(sagemaker, best_first[0])
    runtime = session.client("sagemaker-runtime")
    wrong = []
    for row in example_rows(digits):
        answer = predict(runtime, digits.test[row])
        actual = int(digits.test_digits[row])
        screen.prediction(digits.test[row].reshape(digits.side, -1), actual, answer)
        if answer["predicted_label"] != (actual == 0):
            wrong.append(str(actual))

    screen.chapter(5, "Trace the endpoint back to the data it was trained on")
    screen.lineage(list(trace(sagemaker)))
    screen.farewell(FIRST_TEST.read_text())
    return f"the model was wrong about a {' and a '.join(wrong)}" if wrong else ""


def unfinished(sagemaker: Any, jobs: list[str]) -> Iterator[str]:
    """Yield the jobs that have not completed, with the reasons."""
    for name in jobs:
        job = sagemaker.describe_training_job(TrainingJobName=name)
        if job["TrainingJobStatus"] != "Completed":
            yield f"{name} is {job['TrainingJobStatus']}: {job.get('FailureReason', 'no reason')}"


def upload(s3: Any, digits: Digits) -> int:
    """Upload the training data (label 1 for a zero, else 0) to S3. Returns its size in bytes."""
    labels = (digits.train_digits == 0).astype(np.float32)
    body = encode(digits.train, labels)
    s3.create_bucket(Bucket=BUCKET)
    s3.upload_fileobj(io.BytesIO(body), BUCKET, "train/digits.pbr")
    return len(body)


def create_job(sagemaker: Any, batch_size: int, columns: int) -> str:
    """Create a training job. Returns its name."""
    name = f"linear-learner-batch-{batch_size}"
    sagemaker.create_training_job(
        TrainingJobName=name,
        AlgorithmSpecification={"TrainingImage": IMAGE, "TrainingInputMode": "File"},
        RoleArn=ROLE,
        HyperParameters={
            "feature_dim": str(columns),
            "predictor_type": "binary_classifier",
            "mini_batch_size": str(batch_size),
        },
        InputDataConfig=[
            {
                "ChannelName": "train",
                "DataSource": {
                    "S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{BUCKET}/train/"}
                },
            }
        ],
        OutputDataConfig={"S3OutputPath": f"s3://{BUCKET}/output-{batch_size}"},
        ResourceConfig={
            "InstanceType": "ml.c4.2xlarge",
            "InstanceCount": 1,
            "VolumeSizeInGB": 10,
        },
        StoppingCondition={"MaxRuntimeInSeconds": 3600},
        Tags=[TAG],
    )
    return name


def watch(
    sagemaker: Any,
    logs: Any,
    jobs: list[str],
    screen: Screen,
    pattern: str = PROGRESS,
    percent: Callable[[str, str], float] = lambda _, text: float(text),
) -> None:
    """Follow the jobs' logs until all have ended.

    Parameters
    ----------
    pattern
        What a line of a log looks like that says how far the job is, with a group.
    percent
        What it means, by the job's name and the text of the group.
    """
    with screen.progress(jobs) as show:
        running = set(jobs)
        while running:
            for job in sorted(running):
                status = sagemaker.describe_training_job(TrainingJobName=job)["TrainingJobStatus"]
                latest = progress(logs, job, pattern)
                show(job, percent(job, latest) if latest else 0.0, status)
                if status != "InProgress":
                    running.remove(job)
            time.sleep(0.05)


def progress(logs: Any, job: str, pattern: str) -> str:
    """Return the group of the last line in a job's log that looks like a pattern."""
    if not logs.describe_log_groups(logGroupNamePrefix=GROUP)["logGroups"]:
        return ""
    streams = logs.describe_log_streams(logGroupName=GROUP, logStreamNamePrefix=f"{job}/")
    latest = ""
    for stream in streams["logStreams"]:
        events = logs.get_log_events(logGroupName=GROUP, logStreamName=stream["logStreamName"])
        for event in events["events"]:
            if match := re.match(pattern, event["message"]):
                latest = match[1]
    return latest


def leaderboard(sagemaker: Any, tag: Mapping[str, str], metric: str) -> list[dict[str, Any]]:
    """Search the completed jobs with a tag, the highest value of a metric first."""
    answer = sagemaker.search(
        Resource="TrainingJob",
        SearchExpression={
            "Filters": [
                {"Name": f"Tags.{tag['Key']}", "Operator": "Equals", "Value": tag["Value"]},
                {"Name": "TrainingJobStatus", "Operator": "Equals", "Value": "Completed"},
            ]
        },
        SortBy=f"Metrics.{metric}",
        SortOrder="Descending",
    )
    return [result["TrainingJob"] for result in answer["Results"]]


def deploy(sagemaker: Any, job: Mapping[str, Any]) -> None:
    """Create a model, an endpoint configuration and an endpoint from a job's artifact."""
    container = {
        "Image": IMAGE,
        "ModelDataUrl": job["ModelArtifacts"]["S3ModelArtifacts"],
    }
    sagemaker.create_model(ModelName="digits", PrimaryContainer=container, ExecutionRoleArn=ROLE)
    sagemaker.create_endpoint_config(
        EndpointConfigName="digits",
        ProductionVariants=[
            {
                "VariantName": "AllTraffic",
                "ModelName": "digits",
                "InitialInstanceCount": 1,
                "InstanceType": "ml.m5.large",
            }
        ],
    )
    sagemaker.create_endpoint(EndpointName="digits", EndpointConfigName="digits")


def example_rows(digits: Digits) -> list[int]:
    """Return the rows of a zero and another digit in the test images."""
    return [int(np.flatnonzero(digits.test_digits == digit)[0]) for digit in (0, 7)]


def predict(runtime: Any, pixels: Any) -> dict[str, Any]:
    """Invoke the endpoint with one image, as a row of CSV."""
    answer = runtime.invoke_endpoint(
        EndpointName="digits",
        ContentType="text/csv",
        Body=",".join(f"{pixel:g}" for pixel in pixels),
    )
    prediction: dict[str, Any] = json.loads(answer["Body"].read())["predictions"][0]
    return prediction


def trace(sagemaker: Any) -> Iterator[tuple[str, str]]:
    """Trace the endpoint back to the data set: yields what each step is, and its name."""
    config = sagemaker.describe_endpoint(EndpointName="digits")["EndpointConfigName"]
    yield "endpoint", "digits"
    yield "endpoint configuration", config
    variants = sagemaker.describe_endpoint_config(EndpointConfigName=config)["ProductionVariants"]
    model = sagemaker.describe_model(ModelName=variants[0]["ModelName"])
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
    for channel in job["InputDataConfig"]:
        source = channel["DataSource"]["S3DataSource"]["S3Uri"]
        yield f"data set ({channel['ChannelName']})", source
