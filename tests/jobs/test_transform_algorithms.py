"""Batch answers of Amazon's algorithms, which their sheets document, beside those of endpoints."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import numpy as np
import pytest

from sagemock import mock_sagemaker
from sagemock.formats import recordio

ROLE = "arn:aws:iam::123456789012:role/SageMaker"
CSV, JSON_LINES = "text/csv", "application/jsonlines"
RECORDIO = "application/x-recordio-protobuf"

RNG = np.random.default_rng(0)
LABELS = np.repeat(np.float32([0, 1]), 60)
ROWS = (RNG.normal(size=(120, 2)) + 5 * LABELS[:, None]).astype(np.float32)
ASKED = ROWS[::20]


@dataclass(frozen=True)
class Algorithm:
    """How to train one, and what its predictions are called."""

    repository: str
    hyperparameters: dict[str, str]
    members: tuple[str, ...]
    csv: bool = True
    labels: bool = False

    @property
    def image(self) -> str:
        return f"382416733822.dkr.ecr.us-east-1.amazonaws.com/{self.repository}"


ALGORITHMS = {
    each.repository.partition(":")[0]: each
    for each in (
        Algorithm(
            "linear-learner:1",
            {"predictor_type": "binary_classifier", "mini_batch_size": "20", "epochs": "2"},
            ("predicted_label", "score"),
            labels=True,
        ),
        Algorithm(
            "kmeans:1",
            {"k": "2", "feature_dim": "2", "mini_batch_size": "60"},
            ("closest_cluster", "distance_to_cluster"),
        ),
        Algorithm(
            "pca:1",
            {"num_components": "1", "feature_dim": "2", "mini_batch_size": "60"},
            ("projection",),
        ),
        Algorithm(
            "knn:1",
            {"k": "3", "predictor_type": "classifier", "sample_size": "100", "feature_dim": "2"},
            ("predicted_label",),
            labels=True,
        ),
        Algorithm(
            "randomcutforest:1",
            {"feature_dim": "2", "num_trees": "50", "num_samples_per_tree": "2"},
            ("score",),
        ),
        Algorithm(
            "factorization-machines:1",
            {
                "predictor_type": "binary_classifier",
                "feature_dim": "2",
                "num_factors": "2",
                "mini_batch_size": "60",
            },
            ("predicted_label", "score"),
            csv=False,
            labels=True,
        ),
    )
}


def csv_of(rows: np.ndarray) -> bytes:
    return "".join(f"{a!r},{b!r}\n" for a, b in rows.astype(float).tolist()).encode()


def json_lines_of(rows: np.ndarray) -> bytes:
    return "".join(
        f"{json.dumps({'id': number, 'features': row})}\n"
        for number, row in enumerate(rows.astype(float).tolist())
    ).encode()


class Clients:
    def __init__(self) -> None:
        self.sagemaker = boto3.client("sagemaker", "us-east-1")
        self.runtime = boto3.client("sagemaker-runtime", "us-east-1")
        self.s3 = boto3.client("s3", "us-east-1")
        self.s3.create_bucket(Bucket="bucket")

    def train(self, algorithm: Algorithm) -> None:
        """A trained model, with an endpoint beside it."""
        body = recordio.encode(ROWS, LABELS if algorithm.labels else None)
        self.s3.put_object(Bucket="bucket", Key="train/rows", Body=body)
        source = {"S3DataType": "S3Prefix", "S3Uri": "s3://bucket/train/"}
        if algorithm.repository.startswith("randomcutforest"):
            source["S3DataDistributionType"] = "ShardedByS3Key"
        self.sagemaker.create_training_job(
            TrainingJobName="j",
            AlgorithmSpecification={"TrainingImage": algorithm.image, "TrainingInputMode": "File"},
            RoleArn=ROLE,
            HyperParameters=algorithm.hyperparameters,
            InputDataConfig=[
                {
                    "ChannelName": "train",
                    "ContentType": RECORDIO,
                    "DataSource": {"S3DataSource": source},
                }
            ],
            OutputDataConfig={"S3OutputPath": "s3://bucket/models"},
            ResourceConfig={
                "InstanceType": "ml.m5.large",
                "InstanceCount": 1,
                "VolumeSizeInGB": 10,
            },
            StoppingCondition={"MaxRuntimeInSeconds": 3600},
        )
        job = self.sagemaker.describe_training_job(TrainingJobName="j")
        assert job["TrainingJobStatus"] == "Completed", job
        data = job["ModelArtifacts"]["S3ModelArtifacts"]
        self.sagemaker.create_model(
            ModelName="m",
            ExecutionRoleArn=ROLE,
            PrimaryContainer={"Image": algorithm.image, "ModelDataUrl": data},
        )
        variant = {"VariantName": "v", "ModelName": "m", "InitialInstanceCount": 1}
        self.sagemaker.create_endpoint_config(
            EndpointConfigName="c",
            ProductionVariants=[{**variant, "InstanceType": "ml.m5.large"}],
        )
        self.sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")

    def invoke(self, body: bytes, content_type: str, accept: str) -> bytes:
        answer = self.runtime.invoke_endpoint(
            EndpointName="e", Body=body, ContentType=content_type, Accept=accept
        )
        content: bytes = answer["Body"].read()
        return content

    def transform(self, name: str, body: bytes, source: Any, target: Any, **more: Any) -> Any:
        """The job, and its output if it has one."""
        key = f"{name}/rows"
        self.s3.put_object(Bucket="bucket", Key=key, Body=body)
        at = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://bucket/{key}"}}
        self.sagemaker.create_transform_job(
            TransformJobName=name,
            ModelName="m",
            TransformInput={"DataSource": at, **source},
            TransformOutput={"S3OutputPath": f"s3://bucket/{name}/out", **target},
            TransformResources={"InstanceType": "ml.m5.large", "InstanceCount": 1},
            **more,
        )
        job = self.sagemaker.describe_transform_job(TransformJobName=name)
        if job["TransformJobStatus"] != "Completed":
            return job, None
        output = self.s3.get_object(Bucket="bucket", Key=f"{name}/out/rows.out")["Body"].read()
        return job, output


@pytest.fixture
def clients() -> Iterator[Clients]:
    with mock_sagemaker():
        yield Clients()


@pytest.mark.parametrize("name", ALGORITHMS)
def test_batch_answers(clients: Clients, name: str) -> None:
    algorithm = ALGORITHMS[name]
    clients.train(algorithm)

    lines = {"SplitType": "Line", "ContentType": JSON_LINES}
    body = json_lines_of(ASKED)
    expected = clients.invoke(body, JSON_LINES, JSON_LINES)
    target = {"Accept": JSON_LINES, "AssembleWith": "Line"}
    _, output = clients.transform("lines", body, lines, target)
    assert output == expected
    assert tuple(sorted(json.loads(output.splitlines()[0]))) == algorithm.members

    _, output = clients.transform(
        "single", body, lines, target, BatchStrategy="SingleRecord", MaxConcurrentTransforms=3
    )
    assert output == expected

    processing = {"JoinSource": "Input", "OutputFilter": "$['id','SageMakerOutput']"}
    _, output = clients.transform("joined", body, lines, target, DataProcessing=processing)
    joined = [json.loads(line) for line in output.splitlines()]
    assert [each["id"] for each in joined] == list(range(len(ASKED)))
    assert tuple(joined[0]["SageMakerOutput"]) == algorithm.members

    records = recordio.encode(ASKED)
    _, output = clients.transform(
        "records", records, {"SplitType": "RecordIO", "ContentType": RECORDIO}, {"Accept": RECORDIO}
    )
    assert output == clients.invoke(records, RECORDIO, RECORDIO)

    rows = {"SplitType": "Line", "ContentType": CSV}
    job, output = clients.transform("csv", csv_of(ASKED), rows, target)
    if algorithm.csv:
        assert output == expected
    else:
        assert job["FailureReason"] == "ClientError: See job logs for more information"


def test_linear_learner_writes_no_csv(clients: Clients) -> None:
    """The most frequent mistake, with the words in which the data log tells it."""
    clients.train(ALGORITHMS["linear-learner"])
    job, _ = clients.transform(
        "t",
        csv_of(ASKED),
        {"SplitType": "Line", "ContentType": CSV},
        {"Accept": CSV, "AssembleWith": "Line"},
        DataProcessing={"JoinSource": "Input"},
    )
    assert job["FailureReason"] == "ClientError: See job logs for more information"
    events = boto3.client("logs", "us-east-1").filter_log_events(
        logGroupName="/aws/sagemaker/TransformJobs", logStreamNamePrefix="t/"
    )["events"]
    assert events[-1]["message"].endswith(
        ":[sagemaker logs]: bucket/t/rows: Failed to parse output from the algorithm as CSV"
    )


def test_amazons_algorithms_refuse_chunks(clients: Clients) -> None:
    clients.train(ALGORITHMS["kmeans"])
    job, _ = clients.transform("t", csv_of(ASKED), {"ContentType": CSV}, {}, MaxPayloadInMB=0)
    assert job["FailureReason"] == (
        "ClientError: Built-in algorithms do not support a MaxPayloadInMB of 0"
    )


def test_xgboost(clients: Clients) -> None:
    pytest.importorskip("xgboost")
    algorithm = Algorithm(
        "sagemaker-xgboost:1.7-1",
        {"num_round": "3", "objective": "binary:logistic"},
        (),
        labels=True,
    )
    clients.train(algorithm)
    body = csv_of(ASKED)
    direct = [float(line) for line in clients.invoke(body, CSV, CSV).split()]
    rows, target = (
        {"SplitType": "Line", "ContentType": CSV},
        {"Accept": CSV, "AssembleWith": "Line"},
    )
    _, output = clients.transform("t", body, rows, target)
    assert [float(line) for line in output.split(b"\n")[:-1]] == direct
    processing = {"JoinSource": "Input", "InputFilter": "$[1:]", "OutputFilter": "$[0,-1]"}
    numbered = b"".join(b"row-%d,%b\n" % each for each in enumerate(body.splitlines()))
    _, output = clients.transform("joined", numbered, rows, target, DataProcessing=processing)
    joined = [line.split(b",") for line in output.splitlines()]
    assert [name for name, _ in joined] == [b"row-%d" % number for number in range(len(ASKED))]
    assert [float(score) for _, score in joined] == direct
