"""MLflow's own client of SageMaker deploys and asks a model, with no mock of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import boto3
import pytest

pytest.importorskip("mlflow", reason="MLflow is not installed")
pytest.importorskip("sklearn", reason="scikit-learn is not installed")

import mlflow
from mlflow.deployments import get_deploy_client

from sagemock import mock_sagemaker
from sagemock.containers import explain

# MLflow warns of type hints in its own modules, with escape codes before the text.
pytestmark = pytest.mark.filterwarnings("ignore:(?s).*type hint:UserWarning")

IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/mlflow-pyfunc:2.0"


@pytest.mark.full
def test_a_model_of_scikit_learn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sklearn.linear_model import LinearRegression

    monkeypatch.chdir(tmp_path)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    path = str(tmp_path / "model")
    mlflow.sklearn.save_model(LinearRegression().fit([[0], [1], [2]], [1, 3, 5]), path)
    import pandas as pd

    with mock_sagemaker(containers="local"):
        assert "its command, mlflow models serve" in explain(IMAGE)
        client: Any = get_deploy_client("sagemaker:/us-east-1")
        client.create_deployment(
            name="app",
            model_uri=path,
            config={
                "execution_role_arn": "arn:aws:iam::123456789012:role/SageMaker",
                "image_url": IMAGE,
                "region_name": "us-east-1",
                "bucket_name": None,
                "instance_type": "ml.m5.large",
                "instance_count": 1,
                "synchronous": True,
                "timeout_seconds": 300,
            },
        )
        assert client.get_deployment("app")["EndpointStatus"] == "InService"
        answer = client.predict("app", pd.DataFrame({"x": [3.0, 4.0]}))
        assert answer.get_predictions().iloc[:, 0].tolist() == pytest.approx([7.0, 9.0])
        logs = boto3.client("logs", "us-east-1")
        assert logs.describe_log_streams(logGroupName="/aws/sagemaker/Endpoints/app")["logStreams"]
        client.delete_deployment("app", config={"region_name": "us-east-1"})
