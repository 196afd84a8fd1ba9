"""Batch transform as a task of Airflow: `SageMakerTransformOperator`.

In process and against the server. Airflow is in no group: its operators run where it is installed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import numpy as np
import pytest

from sagemock import mock_sagemaker


@pytest.fixture(autouse=True, scope="module")
def _airflow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Airflow with a home of its own, and a connection from the environment."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AIRFLOW_HOME", str(tmp_path_factory.mktemp("airflow")))
        environment.setenv("AIRFLOW_CONN_AWS_DEFAULT", f"aws://?region_name={REGION}")
        pytest.importorskip("airflow.providers.amazon", reason="Airflow is not installed")
        yield


REGION = "us-east-1"
ROLE = "arn:aws:iam::123456789012:role/SageMaker"
IMAGE = f"382416733822.dkr.ecr.{REGION}.amazonaws.com/kmeans:1"


@pytest.fixture(params=["in process", "server"])
def artifact(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A world with a trained K-Means."""
    if request.param == "server":
        request.getfixturevalue("server")
        yield trained()
        return
    with mock_sagemaker():
        yield trained()


def trained() -> str:
    s3, sagemaker = boto3.client("s3", REGION), boto3.client("sagemaker", REGION)
    s3.create_bucket(Bucket="bucket")
    rows = np.random.default_rng(0).normal(size=(200, 2)) + np.repeat([[0, 0], [60, 80]], 100, 0)
    body = "".join(f"{x},{y}\n" for x, y in rows.tolist())
    s3.put_object(Bucket="bucket", Key="train/rows.csv", Body=body)
    source = {"S3DataType": "S3Prefix", "S3Uri": "s3://bucket/train/"}
    sagemaker.create_training_job(
        TrainingJobName="trained",
        AlgorithmSpecification={"TrainingImage": IMAGE, "TrainingInputMode": "File"},
        RoleArn=ROLE,
        HyperParameters={"k": "2", "feature_dim": "2", "mini_batch_size": "100"},
        InputDataConfig=[
            {
                "ChannelName": "train",
                "ContentType": "text/csv;label_size=0",
                "DataSource": {"S3DataSource": source},
            }
        ],
        OutputDataConfig={"S3OutputPath": "s3://bucket/models"},
        ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10},
        StoppingCondition={"MaxRuntimeInSeconds": 3600},
    )
    waiter = sagemaker.get_waiter("training_job_completed_or_stopped")
    waiter.wait(TrainingJobName="trained", WaiterConfig={"Delay": 1})
    job = sagemaker.describe_training_job(TrainingJobName="trained")
    return str(job["ModelArtifacts"]["S3ModelArtifacts"])


def transform(artifact: str, body: str) -> Any:
    """Run the task with a model of its own."""
    from airflow.providers.amazon.aws.operators.sagemaker import SageMakerTransformOperator

    boto3.client("s3", REGION).put_object(Bucket="bucket", Key="in/rows.csv", Body=body)
    config = {
        "Model": {
            "ModelName": "m",
            "PrimaryContainer": {"Image": IMAGE, "ModelDataUrl": artifact},
            "ExecutionRoleArn": ROLE,
        },
        "Transform": {
            "TransformJobName": "t",
            "ModelName": "m",
            "TransformInput": {
                "DataSource": {
                    "S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://bucket/in/"}
                },
                "ContentType": "text/csv",
                "SplitType": "Line",
            },
            "TransformOutput": {
                "S3OutputPath": "s3://bucket/out/",
                "Accept": "text/csv",
                "AssembleWith": "Line",
            },
            "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": "1"},
            "DataProcessing": {"JoinSource": "Input", "OutputFilter": "$[0,1,2]"},
        },
    }
    operator = SageMakerTransformOperator(
        task_id="transform", config=config, wait_for_completion=True, check_interval=1
    )
    return operator.execute({})


def test_the_task(artifact: str) -> None:
    result = transform(artifact, "0,0\n60,80\n")
    assert result["Transform"]["TransformJobStatus"] == "Completed"
    body = boto3.client("s3", REGION).get_object(Bucket="bucket", Key="out/rows.csv.out")["Body"]
    first, second = (line.split(",") for line in body.read().decode().splitlines())
    assert (first[:2], second[:2]) == (["0", "0"], ["60", "80"])
    assert {first[2], second[2]} == {"0.0", "1.0"}


def test_a_bad_row_fails_the_task(artifact: str) -> None:
    with pytest.raises(Exception, match="See job logs for more information"):
        transform(artifact, "0,0\n1,2,3\n")
