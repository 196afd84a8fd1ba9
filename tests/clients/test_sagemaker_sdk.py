"""The story with the SageMaker Python SDK 2.x: fit, deploy, predict."""

from __future__ import annotations

import io
from typing import Any

import boto3
import numpy as np
import pytest

pytest.importorskip("sagemaker.deserializers", reason="the SageMaker SDK 2.x is not installed")

import sagemaker as sdk
from tests.clients.sdk2 import ROLE, QuickClock


@pytest.fixture(autouse=True)
def _quick_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sdk.session, "time", QuickClock())


@pytest.fixture
def session(server: Any) -> Any:
    # Without a name for the bucket the SDK asks STS, at AWS itself, for the account.
    return sdk.Session(boto3.Session(region_name="us-east-1"), default_bucket="sdk-bucket")


def test_fit_deploy_and_predict(
    session: Any, digits: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    from sagemaker.amazon.common import write_numpy_to_dense_tensor
    from sagemaker.deserializers import JSONDeserializer
    from sagemaker.serializers import CSVSerializer

    body = io.BytesIO()
    write_numpy_to_dense_tensor(body, digits.images, digits.zero)
    body.seek(0)
    bucket = session.default_bucket()
    boto3.client("s3").upload_fileobj(body, bucket, "train/digits.pbr")

    estimator = sdk.estimator.Estimator(
        sdk.image_uris.retrieve("linear-learner", "us-east-1"),
        ROLE,
        instance_count=1,
        instance_type="ml.c4.xlarge",
        output_path=f"s3://{bucket}/output",
        sagemaker_session=session,
    )
    estimator.set_hyperparameters(
        feature_dim=784, predictor_type="binary_classifier", mini_batch_size=100
    )
    estimator.fit({"train": f"s3://{bucket}/train/"})
    shown = capfd.readouterr().out
    assert "#quality_metric: host=algo-1, train binary_classification_accuracy" in shown
    assert "Training job completed" in shown or "Completed" in shown

    predictor = estimator.deploy(
        initial_instance_count=1,
        instance_type="ml.m5.large",
        serializer=CSVSerializer(),
        deserializer=JSONDeserializer(),
    )
    zeros = digits.images[digits.digits == 0][:5]
    answers = predictor.predict(np.vstack([zeros, digits.images[digits.digits == 1][:5]]))
    labels = [answer["predicted_label"] for answer in answers["predictions"]]
    assert labels == [1] * 5 + [0] * 5
    predictor.delete_endpoint()


def test_linear_learner_class(session: Any, digits: Any) -> None:
    learner = sdk.LinearLearner(
        ROLE,
        1,
        "ml.c4.xlarge",
        predictor_type="binary_classifier",
        sagemaker_session=session,
        mini_batch_size=100,
    )
    records = learner.record_set(digits.images, labels=digits.zero)
    learner.fit(records, mini_batch_size=100)
    predictor = learner.deploy(1, "ml.m5.large")
    answers = predictor.predict(digits.images[digits.digits == 0][:3])
    labels = [answer.label["predicted_label"].float32_tensor.values[0] for answer in answers]
    assert labels == [1.0, 1.0, 1.0]
