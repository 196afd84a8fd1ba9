"""MLflow's own SageMaker client transforms a batch with a scikit-learn model, in process.

MLflow is in no group: this runs where it is installed. Its image is a function of the test, which
loads the model as MLflow's server does.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

from sagemock import mock_sagemaker
from sagemock.containers import register

REGION = "us-east-1"
ROLE = "arn:aws:iam::123456789012:role/SageMaker"
IMAGE = f"123456789012.dkr.ecr.{REGION}.amazonaws.com/mlflow-pyfunc:1"

pytestmark = pytest.mark.filterwarnings("ignore")  # MLflow warns of its own code and versions.


def serve(request: Any) -> Any:
    import mlflow.pyfunc

    model = mlflow.pyfunc.load_model(str(request.model.model_dir))
    rows = np.loadtxt(request.text.splitlines(), delimiter=",", ndmin=2)
    return "\n".join(map(repr, model.predict(rows).tolist())), "text/csv"


@pytest.fixture
def model_uri(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A world with a bucket and rows, and a model that adds two columns up."""
    mlflow = pytest.importorskip("mlflow", reason="MLflow is not installed")
    pytest.importorskip("mlflow.sklearn")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    features = np.random.default_rng(0).normal(size=(50, 2))
    folder = tmp_path / "model"
    mlflow.sklearn.save_model(LinearRegression().fit(features, features.sum(axis=1)), folder)
    with mock_sagemaker(), register("mlflow-pyfunc", serve=serve):
        s3 = boto3.client("s3", REGION)
        s3.create_bucket(Bucket="bucket")
        s3.put_object(Bucket="bucket", Key="in/rows.csv", Body=b"7,1,2\n8,3,4\n")
        yield folder.as_uri()


def transform(model_uri: str, **options: Any) -> None:
    from mlflow.sagemaker import deploy_transform_job

    deploy_transform_job(
        job_name="t",
        model_uri=model_uri,
        s3_input_data_type="S3Prefix",
        s3_input_uri="s3://bucket/in/",
        content_type="text/csv",
        s3_output_path="s3://bucket/out/",
        execution_role_arn=ROLE,
        bucket="bucket",
        image_url=IMAGE,
        region_name=REGION,
        flavor="python_function",
        archive=True,
        **options,
    )


def test_deploy(model_uri: str) -> None:
    transform(model_uri, input_filter="$[1:]", join_resource="Input", output_filter="$[0,-1]")
    s3, sagemaker = boto3.client("s3", REGION), boto3.client("sagemaker", REGION)
    body = s3.get_object(Bucket="bucket", Key="out/rows.csv.out")["Body"].read().decode()
    assert [(name, round(float(score), 6)) for name, score in map(_pair, body.splitlines())] == [
        ("7", 3.0),
        ("8", 7.0),
    ]
    (job,) = sagemaker.list_transform_jobs()["TransformJobSummaries"]
    assert job["TransformJobStatus"] == "Completed"


def _pair(line: str) -> list[str]:
    return line.split(",")


def test_a_failure(model_uri: str) -> None:
    with pytest.raises(Exception, match="See job logs for more information"):
        transform(model_uri, input_filter="$[1]")
