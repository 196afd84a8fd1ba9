"""Batch answers of Amazon's algorithms, which their sheets document, beside those of endpoints."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import numpy as np
import pytest
from tests.containers.container_job import csv
from tests.containers.first_party.algorithm import Algorithm, each_of
from tests.containers.first_party.algorithm_account import AlgorithmAccount
from tests.containers.first_party.algorithms import KMEANS, LINEAR_LEARNER, OF_THE_TOOLKIT, XGBOOST

from sagemock import mock_sagemaker
from sagemock.formats import recordio
from sagemock.formats.media_type import CSV, JSON_LINES, RECORDIO

LINES = {"SplitType": "Line", "ContentType": CSV}


def json_lines_of(rows: np.ndarray) -> bytes:
    return "".join(
        f"{json.dumps({'id': number, 'features': row})}\n"
        for number, row in enumerate(rows.astype(float).tolist())
    ).encode()


class Transformer(AlgorithmAccount):
    """One with a trained model `e`, an endpoint of it, and rows to ask both."""

    def __init__(self, client: Callable[[str], Any], algorithm: Algorithm) -> None:
        super().__init__(client, algorithm)
        self.asked = algorithm.table(6, seed=7).rows
        job = self.train("j", *self.request())
        assert self.deploy(job, algorithm.image) == "InService", job

    def transform(self, name: str, body: bytes, source: Any, target: Any, **more: Any) -> Any:
        """The job, and its output if it has one."""
        key = f"{name}/rows"
        self.s3.put_object(Bucket="data", Key=key, Body=body)
        at = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://data/{key}"}}
        self.sagemaker.create_transform_job(
            TransformJobName=name,
            ModelName="e",
            TransformInput={"DataSource": at, **source},
            TransformOutput={"S3OutputPath": f"s3://data/{name}/out", **target},
            TransformResources={"InstanceType": "ml.m5.large", "InstanceCount": 1},
            **more,
        )
        job = self.sagemaker.describe_transform_job(TransformJobName=name)
        if job["TransformJobStatus"] != "Completed":
            return job, None
        output = self.s3.get_object(Bucket="data", Key=f"{name}/out/rows.out")["Body"].read()
        return job, output


@pytest.fixture
def trained() -> Iterator[Callable[[Algorithm], Transformer]]:
    """Trains and deploys an algorithm."""
    with mock_sagemaker():
        yield lambda algorithm: Transformer(lambda name: boto3.client(name, "us-east-1"), algorithm)


Trained = Callable[[Algorithm], Transformer]


@each_of(OF_THE_TOOLKIT)
def test_batch_answers(trained: Trained, algorithm: Algorithm) -> None:
    account = trained(algorithm)

    lines = {"SplitType": "Line", "ContentType": JSON_LINES}
    body = json_lines_of(account.asked)
    expected = account.invoke(body, JSON_LINES, JSON_LINES)
    first, *_ = map(json.loads, expected.splitlines())
    target = {"Accept": JSON_LINES, "AssembleWith": "Line"}
    _, output = account.transform("lines", body, lines, target)
    assert output == expected

    _, output = account.transform(
        "single", body, lines, target, BatchStrategy="SingleRecord", MaxConcurrentTransforms=3
    )
    assert output == expected

    processing = {"JoinSource": "Input", "OutputFilter": "$['id','SageMakerOutput']"}
    _, output = account.transform("joined", body, lines, target, DataProcessing=processing)
    joined = [json.loads(line) for line in output.splitlines()]
    assert [each["id"] for each in joined] == list(range(len(account.asked)))
    # Which sorts the members.
    assert list(joined[0]["SageMakerOutput"]) == sorted(first)

    records = recordio.encode(account.asked)
    _, output = account.transform(
        "records", records, {"SplitType": "RecordIO", "ContentType": RECORDIO}, {"Accept": RECORDIO}
    )
    assert output == account.invoke(records, RECORDIO, RECORDIO)

    job, output = account.transform("csv", csv(account.asked), LINES, target)
    if algorithm.reads_csv:
        assert output == expected
    else:
        assert job["FailureReason"] == "ClientError: See job logs for more information"


def test_linear_learner_writes_no_csv(trained: Trained) -> None:
    """The most frequent mistake, with the words in which the data log tells it."""
    account = trained(LINEAR_LEARNER)
    job, _ = account.transform(
        "t",
        csv(account.asked),
        LINES,
        {"Accept": CSV, "AssembleWith": "Line"},
        DataProcessing={"JoinSource": "Input"},
    )
    assert job["FailureReason"] == "ClientError: See job logs for more information"
    events = account.logs.filter_log_events(
        logGroupName="/aws/sagemaker/TransformJobs", logStreamNamePrefix="t/"
    )["events"]
    assert events[-1]["message"].endswith(
        ":[sagemaker logs]: data/t/rows: Failed to parse output from the algorithm as CSV"
    )


def test_amazons_algorithms_refuse_chunks(trained: Trained) -> None:
    account = trained(KMEANS)
    job, _ = account.transform("t", csv(account.asked), {"ContentType": CSV}, {}, MaxPayloadInMB=0)
    assert job["FailureReason"] == (
        "ClientError: Built-in algorithms do not support a MaxPayloadInMB of 0"
    )


@each_of([XGBOOST])
def test_csv_joined_with_its_input(trained: Trained, algorithm: Algorithm) -> None:
    account = trained(algorithm)
    body = csv(account.asked)
    direct = [float(line) for line in account.invoke(body, CSV, CSV).split()]
    target = {"Accept": CSV, "AssembleWith": "Line"}
    _, output = account.transform("t", body, LINES, target)
    assert [float(line) for line in output.split(b"\n")[:-1]] == direct
    processing = {"JoinSource": "Input", "InputFilter": "$[1:]", "OutputFilter": "$[0,-1]"}
    numbered = b"".join(b"row-%d,%b\n" % each for each in enumerate(body.splitlines()))
    _, output = account.transform("joined", numbered, LINES, target, DataProcessing=processing)
    joined = [line.split(b",") for line in output.splitlines()]
    assert [name for name, _ in joined] == [b"row-%d" % n for n in range(len(account.asked))]
    assert [float(score) for _, score in joined] == direct
