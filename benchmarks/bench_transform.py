"""A transform job through Linear Learner against the same predictions by hand.

    python benchmarks/bench_transform.py [--rows 50000]

A CSV file in S3 of 784 columns is read, predicted and written as JSON Lines: by a transform job,
and by hand with the model's own `predict` on blocks of as many bytes. Both alternate in one
process; the minimum of several repetitions is taken. What is aimed at: a ratio of 1.3.
"""

from __future__ import annotations

import missing_packages  # noqa: F401 - before those that may be missing

# isort: split
import argparse
import time
from collections.abc import Callable
from typing import Any

import boto3
import numpy as np

from sagemock import mock_sagemaker
from sagemock.formats import csv, recordio
from sagemock.hosting import model_definition
from sagemock.hosting.model_server import serve
from sagemock.moto_adapter.backend import backends

REPETITIONS = 3
COLUMNS = 784
BLOCK = 6 << 20
IMAGE = "382416733822.dkr.ecr.us-east-1.amazonaws.com/linear-learner:1"
ROLE = "arn:aws:iam::123456789012:role/SageMaker"


def train(sagemaker: Any, s3: Any) -> None:
    """A model that has seen a few rows."""
    generator = np.random.default_rng(0)
    features = generator.random((1000, COLUMNS), np.float32)
    labels = (features[:, 0] > 0.5).astype(np.float32)
    s3.put_object(Bucket="bucket", Key="train/rows", Body=recordio.encode(features, labels))
    source = {"S3DataType": "S3Prefix", "S3Uri": "s3://bucket/train/"}
    sagemaker.create_training_job(
        TrainingJobName="j",
        AlgorithmSpecification={"TrainingImage": IMAGE, "TrainingInputMode": "File"},
        RoleArn=ROLE,
        HyperParameters={
            "predictor_type": "binary_classifier",
            "feature_dim": str(COLUMNS),
            "mini_batch_size": "100",
            "epochs": "1",
        },
        InputDataConfig=[{"ChannelName": "train", "DataSource": {"S3DataSource": source}}],
        OutputDataConfig={"S3OutputPath": "s3://bucket/models"},
        ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10},
        StoppingCondition={"MaxRuntimeInSeconds": 3600},
    )
    job = sagemaker.describe_training_job(TrainingJobName="j")
    sagemaker.create_model(
        ModelName="m",
        ExecutionRoleArn=ROLE,
        PrimaryContainer={
            "Image": IMAGE,
            "ModelDataUrl": job["ModelArtifacts"]["S3ModelArtifacts"],
        },
    )


def by_job(sagemaker: Any, name: str) -> None:
    source = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://bucket/in/rows.csv"}}
    sagemaker.create_transform_job(
        TransformJobName=name,
        ModelName="m",
        TransformInput={"DataSource": source, "ContentType": "text/csv", "SplitType": "Line"},
        TransformOutput={
            "S3OutputPath": "s3://bucket/by-job",
            "Accept": "application/jsonlines",
            "AssembleWith": "Line",
        },
        TransformResources={"InstanceType": "ml.m5.large", "InstanceCount": 1},
    )
    job = sagemaker.describe_transform_job(TransformJobName=name)
    assert job["TransformJobStatus"] == "Completed", job


def by_hand(world: Any) -> None:
    """Read, cut at lines, predict and write, with nothing in between."""
    from sagemock.containers.linear_learner.responses import RENDERERS

    storage = world.services.storage
    model = model_definition.of_model(world.models.get("m"), world.services.registry)
    server = serve(model, storage, lambda *_: None, world.config)
    predictor: Any = server
    while not hasattr(predictor, "model"):
        predictor = predictor._predictor
    content = storage.read("bucket", "in/rows.csv")
    answers, start = [], 0
    while start < len(content):
        end = content.rfind(b"\n", start, start + BLOCK) + 1
        rows = csv.decode(content[start:end])
        answers.append(RENDERERS["application/jsonlines"](predictor.model.predict(rows)))
        start = end
    storage.write("bucket", "by-hand/rows.csv.out", b"".join(answers))


def seconds(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=50_000)
    count = parser.parse_args().rows
    pixels = np.random.default_rng(1).integers(0, 256, (count, COLUMNS), np.uint8)
    line = ",".join(["%d"] * COLUMNS)
    body = "".join(f"{line % tuple(row)}\n" for row in pixels.tolist()).encode()
    with mock_sagemaker():
        sagemaker, s3 = boto3.client("sagemaker", "us-east-1"), boto3.client("s3", "us-east-1")
        s3.create_bucket(Bucket="bucket")
        s3.put_object(Bucket="bucket", Key="in/rows.csv", Body=body)
        train(sagemaker, s3)
        world = backends["123456789012"]["us-east-1"].world
        job_times, hand_times = [], []
        for number in range(REPETITIONS):
            hand_times.append(seconds(lambda: by_hand(world)))
            job_times.append(seconds(lambda name=f"t-{number}": by_job(sagemaker, name)))
        outputs = [
            s3.get_object(Bucket="bucket", Key=f"{folder}/rows.csv.out")["Body"].read()
            for folder in ("by-job", "by-hand")
        ]
        assert outputs[0] == outputs[1]
    ours, theirs = min(job_times), min(hand_times)
    print(f"{count:,} rows of {COLUMNS} columns, {len(body) / 1e6:.0f} MB of CSV")
    print(f"by hand        {theirs:6.2f} s")
    print(f"transform job  {ours:6.2f} s   ratio {ours / theirs:.2f}")


if __name__ == "__main__":
    main()
