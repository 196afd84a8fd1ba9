"""The story with the AWS CLI, as a person would type it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

IMAGE = "382416733822.dkr.ecr.us-east-1.amazonaws.com/linear-learner:1"
ROLE = "arn:aws:iam::123456789012:role/SageMaker"
ACCURACY = "train:binary_classification_accuracy"


def csv(digits: Any) -> str:
    rows = np.column_stack([digits.zero, digits.images])
    return "\n".join(",".join(f"{value:g}" for value in row) for row in rows)


def create_job(aws: Any, batch_size: int) -> None:
    channel = {
        "ChannelName": "train",
        "ContentType": "text/csv",
        "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://cli/train/"}},
    }
    hyperparameters = (
        f"feature_dim=784,predictor_type=binary_classifier,mini_batch_size={batch_size}"
    )
    resources = "InstanceType=ml.m5.large,InstanceCount=1,VolumeSizeInGB=10"
    options = {
        "--training-job-name": f"cli-{batch_size}",
        "--algorithm-specification": f"TrainingImage={IMAGE},TrainingInputMode=File",
        "--role-arn": ROLE,
        "--hyper-parameters": hyperparameters,
        "--input-data-config": json.dumps([channel]),
        "--output-data-config": "S3OutputPath=s3://cli/output",
        "--resource-config": resources,
        "--stopping-condition": "MaxRuntimeInSeconds=3600",
        "--tags": "Key=Project,Value=Project_Binary_Classifier",
    }
    aws(
        "sagemaker",
        "create-training-job",
        *(part for option in options.items() for part in option),
    )


def wait(aws: Any, name: str) -> str:
    # Not the CLI's own waiter: it sleeps two minutes between its looks.
    while True:
        job = json.loads(aws("sagemaker", "describe-training-job", "--training-job-name", name))
        if job["TrainingJobStatus"] != "InProgress":
            return str(job["TrainingJobStatus"])


def test_the_story(aws: Any, digits: Any, tmp_path: Path) -> None:
    data = tmp_path / "digits.csv"
    data.write_text(csv(digits))
    aws("s3", "mb", "s3://cli")
    aws("s3", "cp", str(data), "s3://cli/train/digits.csv")
    for batch_size in (100, 200):
        create_job(aws, batch_size)
        assert wait(aws, f"cli-{batch_size}") == "Completed"

    expression = {"Filters": [{"Name": "Tags.Project", "Value": "Project_Binary_Classifier"}]}
    response = json.loads(
        aws(
            *("sagemaker", "search", "--resource", "TrainingJob"),
            *("--search-expression", json.dumps(expression)),
            *("--sort-by", f"Metrics.{ACCURACY}", "--sort-order", "Descending"),
        )
    )
    assert len(response["Results"]) == 2
    best = response["Results"][0]["TrainingJob"]
    artifact = best["ModelArtifacts"]["S3ModelArtifacts"]

    container = f"Image={IMAGE},ModelDataUrl={artifact}"
    aws(
        *("sagemaker", "create-model", "--model-name", "m"),
        *("--primary-container", container, "--execution-role-arn", ROLE),
    )
    variant = "VariantName=v,ModelName=m,InitialInstanceCount=1,InstanceType=ml.m5.large"
    aws(
        *("sagemaker", "create-endpoint-config", "--endpoint-config-name", "c"),
        *("--production-variants", variant),
    )
    aws(
        *("sagemaker", "create-endpoint", "--endpoint-name", "e"),
        *("--endpoint-config-name", "c"),
    )
    aws("sagemaker", "wait", "endpoint-in-service", "--endpoint-name", "e")

    row = tmp_path / "row.csv"
    image = digits.images[np.flatnonzero(digits.digits == 0)[0]]
    row.write_text(",".join(f"{value:g}" for value in image))
    answer = tmp_path / "answer.json"
    aws(
        *("sagemaker-runtime", "invoke-endpoint", "--endpoint-name", "e"),
        *("--content-type", "text/csv", "--body", f"fileb://{row}", str(answer)),
    )
    assert json.loads(answer.read_text())["predictions"][0]["predicted_label"] == 1


def test_an_empty_file(aws: Any, tmp_path: Path) -> None:
    marker = tmp_path / "_SUCCESS"
    marker.touch()
    aws("s3", "mb", "s3://cli")
    aws("s3", "cp", str(marker), "s3://cli/_SUCCESS")
    key = ("--bucket", "cli", "--key")
    aws("s3api", "put-object", *key, "folder/")
    aws("s3api", "put-object", *key, "copy", "--body", str(marker))
    for each in ("_SUCCESS", "folder/", "copy"):
        assert json.loads(aws("s3api", "head-object", *key, each))["ContentLength"] == 0
