"""XGBoost with the SageMaker Python SDK 2.x: train, deploy, and serve an artifact as a model."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

pytest.importorskip("sagemaker.deserializers", reason="the SageMaker SDK 2.x is not installed")
pytest.importorskip("xgboost", reason="the extra `xgboost` is not installed")

import sagemaker as sdk
from tests.clients.sdk2 import ROLE, ROWS, session

__all__ = ["session"]


pytestmark = pytest.mark.usefixtures("_rows")


@pytest.fixture
def _rows(session: Any) -> None:
    """Rows in S3, of which the second column says the first."""
    s3 = boto3.client("s3", "us-east-1")
    s3.create_bucket(Bucket="sdk-bucket")
    for channel in ("train", "validation"):
        s3.put_object(Bucket="sdk-bucket", Key=f"{channel}/rows.csv", Body=ROWS)


def channels() -> dict[str, Any]:
    return {
        name: sdk.inputs.TrainingInput(f"s3://sdk-bucket/{name}/", content_type="text/csv")
        for name in ("train", "validation")
    }


def estimator(session: Any, **hyperparameters: Any) -> Any:
    trees = sdk.estimator.Estimator(
        sdk.image_uris.retrieve("xgboost", "us-east-1", "1.7-1"),
        ROLE,
        instance_count=1,
        instance_type="ml.m5.xlarge",
        output_path="s3://sdk-bucket/output",
        sagemaker_session=session,
    )
    trees.set_hyperparameters(objective="binary:logistic", num_round=10, **hyperparameters)
    return trees


def test_fit_look_deploy_and_predict(session: Any, capfd: pytest.CaptureFixture[str]) -> None:
    from sagemaker.deserializers import CSVDeserializer, JSONDeserializer
    from sagemaker.serializers import CSVSerializer, LibSVMSerializer
    from sagemaker.xgboost import XGBoostModel

    trees = estimator(session, eval_metric="logloss,auc")
    trees.fit(channels())
    assert "validation-auc:1.00000" in capfd.readouterr().out
    table = trees.training_job_analytics.dataframe()
    assert {"validation:auc", "train:logloss"} <= set(table["metric_name"])
    predictor = trees.deploy(
        1, "ml.m5.large", serializer=CSVSerializer(), deserializer=JSONDeserializer()
    )
    high, low = predictor.predict([[90, 10], [10, 90]])["predictions"]
    assert high["score"] > 0.5 > low["score"]
    predictor.serializer = LibSVMSerializer()
    (again,) = predictor.predict("0 0:90 1:10")["predictions"]
    assert again == high
    predictor.delete_endpoint()

    model = XGBoostModel(
        trees.model_data, ROLE, framework_version="1.7-1", sagemaker_session=session
    )
    predictor = model.deploy(
        1, "ml.m5.large", serializer=CSVSerializer(), deserializer=CSVDeserializer()
    )
    assert [float(each) for (each,) in predictor.predict([[90, 10], [10, 90]])] == pytest.approx(
        [high["score"], low["score"]]
    )
    predictor.delete_endpoint()


def test_a_failure_is_told(session: Any) -> None:
    trees = estimator(session, eta=2)
    with pytest.raises(sdk.exceptions.UnexpectedStatusException) as caught:
        trees.fit(channels())
    assert "Failed. Reason: AlgorithmError: framework error: \nTraceback" in str(caught.value)
