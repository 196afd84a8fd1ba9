"""Training jobs as they come out of a long hyperparameter hunt: about 40 properties each."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator
from typing import Any

METRICS = (
    "train:objective_loss",
    "train:objective_loss:final",
    "train:binary_classification_accuracy",
    "train:throughput",
    "validation:objective_loss",
    "validation:accuracy",
    "train:progress",
)
ACCURACY = "train:binary_classification_accuracy"
IMAGE = "382416733822.dkr.ecr.us-east-1.amazonaws.com/linear-learner:1"
PROJECTS = 50
STATUSES = ("Completed",) * 8 + ("Failed", "Stopped")
EPOCH = 1_500_000_000.0


def single(number: float) -> float:
    value: float = struct.unpack("f", struct.pack("f", number))[0]
    return value


def name_of(number: int) -> str:
    return f"linear-learner-{number:08d}"


def artifact_of(number: int) -> str:
    return f"s3://models/project-{number % PROJECTS}/{name_of(number)}/output/model.tar.gz"


def job(number: int, rng: random.Random) -> dict[str, Any]:
    """One ended job, in wire shape: 15 hyperparameters, 7 metrics, 3 tags."""
    created = EPOCH + number * 7.0
    ended = created + rng.randrange(60, 600)
    name = name_of(number)
    return {
        "TrainingJobName": name,
        "TrainingJobArn": f"arn:aws:sagemaker:us-east-1:123456789012:training-job/{name}",
        "ModelArtifacts": {"S3ModelArtifacts": artifact_of(number)},
        "TrainingJobStatus": rng.choice(STATUSES),
        "SecondaryStatus": "Completed",
        "SecondaryStatusTransitions": [],
        "HyperParameters": {
            "feature_dim": "784",
            "predictor_type": "binary_classifier",
            "mini_batch_size": str(rng.choice((100, 200, 300, 500, 1000))),
            "learning_rate": repr(round(rng.random() / 10, 6)),
            "wd": repr(round(rng.random() / 100, 6)),
            "epochs": str(rng.randrange(1, 30)),
            **{f"option_{each}": str(rng.randrange(10)) for each in range(9)},
        },
        "AlgorithmSpecification": {"TrainingImage": IMAGE, "TrainingInputMode": "File"},
        "RoleArn": "arn:aws:iam::123456789012:role/SageMaker",
        "InputDataConfig": [
            {
                "ChannelName": "train",
                "DataSource": {
                    "S3DataSource": {
                        "S3DataType": "S3Prefix",
                        "S3Uri": f"s3://data/set-{number % 200}/",
                        "S3DataDistributionType": "FullyReplicated",
                    }
                },
            }
        ],
        "OutputDataConfig": {"S3OutputPath": f"s3://models/project-{number % PROJECTS}/"},
        "ResourceConfig": {
            "InstanceType": rng.choice(("ml.m5.large", "ml.c4.2xlarge", "ml.p3.2xlarge")),
            "InstanceCount": 1,
            "VolumeSizeInGB": 10,
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
        "CreationTime": created,
        "TrainingStartTime": created + 30,
        "TrainingEndTime": ended,
        "LastModifiedTime": ended,
        "FinalMetricDataList": [
            {"MetricName": metric, "Value": single(rng.random()), "Timestamp": ended}
            for metric in METRICS
        ],
        "TrainingTimeInSeconds": int(ended - created),
        "BillableTimeInSeconds": int(ended - created),
        "Tags": [
            {"Key": "Project", "Value": f"project-{rng.randrange(PROJECTS)}"},
            {"Key": "Owner", "Value": f"user-{rng.randrange(20)}"},
            {"Key": "Stage", "Value": rng.choice(("dev", "prod"))},
        ],
    }


def jobs(count: int, seed: int = 0) -> Iterator[dict[str, Any]]:
    rng = random.Random(seed)
    return (job(number, rng) for number in range(count))
