"""Batch transform with the AWS CLI: create, describe, list, stop, and the output in S3."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import boto3
from tests.containers.first_party.algorithms import KMEANS
from tests.jobs.test_transform_algorithms import Transformer

SOURCE = {"DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://data/in/"}}}

PROCESSING = {"InputFilter": "$[1:]", "JoinSource": "Input", "OutputFilter": "$[0:2]"}


def test_the_story(aws: Any, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    Transformer(boto3.client, KMEANS)
    rows = tmp_path / "rows.csv"
    rows.write_text("a,0,0\nb,5,5\n")
    aws("s3", "cp", str(rows), "s3://data/in/rows.csv")
    output = "S3OutputPath=s3://data/out,Accept=text/csv,AssembleWith=Line"
    aws(
        *("sagemaker", "create-transform-job", "--transform-job-name", "t", "--model-name", "e"),
        *(
            "--transform-input",
            json.dumps({**SOURCE, "ContentType": "text/csv", "SplitType": "Line"}),
        ),
        *("--transform-output", output),
        *("--transform-resources", "InstanceType=ml.m5.large,InstanceCount=1"),
        *("--data-processing", json.dumps(PROCESSING)),
        *("--batch-strategy", "MultiRecord", "--max-payload-in-mb", "1"),
    )
    boto3.client("sagemaker").get_waiter("transform_job_completed_or_stopped").wait(
        TransformJobName="t", WaiterConfig={"Delay": 1}
    )
    job = json.loads(aws("sagemaker", "describe-transform-job", "--transform-job-name", "t"))
    assert job["TransformJobStatus"] == "Completed"
    assert aws("s3", "cp", "s3://data/out/rows.csv.out", "-") == "a,0\nb,5\n"
    listed = json.loads(aws("sagemaker", "list-transform-jobs", "--status-equals", "Completed"))
    assert [each["TransformJobName"] for each in listed["TransformJobSummaries"]] == ["t"]
    streams = json.loads(
        aws(
            *("logs", "describe-log-streams"),
            *("--log-group-name", "/aws/sagemaker/TransformJobs", "--log-stream-name-prefix", "t/"),
        )
    )["logStreams"]
    assert [name["logStreamName"].endswith("/data-log") for name in streams] == [False, True]
