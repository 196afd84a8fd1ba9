"""Factorization machines with the estimator class of the SageMaker Python SDK 2.x.

In process and against the server: record set, training, endpoint, records and JSON as answers.
"""

from __future__ import annotations

import io
import tarfile
from typing import Any

import boto3
import numpy as np
import pytest

pytest.importorskip("sagemaker.deserializers", reason="the SageMaker SDK 2.x is not installed")

import sagemaker as sdk
from tests.clients.sdk2 import ROLE, metrics, numbers, session
from tests.clients.test_sagemaker_sdk_neighbors_and_forests import REPLICATED

from sagemock.containers.factorization_machines.artifact import unpack_member

__all__ = ["session"]

USERS, ITEMS = 12, 8
SPLIT = 2000


def ratings() -> tuple[np.ndarray, np.ndarray]:
    """2,400 ratings, one-hot, of users who like every other item, and those who like the rest."""
    generator = np.random.default_rng(0)
    users, items = generator.integers(0, USERS, 2400), generator.integers(0, ITEMS, 2400)
    rows = np.zeros((2400, USERS + ITEMS), np.float32)
    rows[np.arange(2400), users] = 1
    rows[np.arange(2400), USERS + items] = 1
    return rows, np.where(users % 2 == items % 2, 5, 1).astype(np.float32)


def machine(session: Any, predictor_type: str, instance_count: int = 1) -> Any:
    return sdk.FactorizationMachines(
        ROLE,
        instance_count,
        "ml.c4.xlarge",
        num_factors=2,
        predictor_type=predictor_type,
        epochs=10,
        factors_lr=0.05,
        factors_init_sigma=0.1,
        sagemaker_session=session,
    )


def model(estimator: Any) -> Any:
    bucket, _, key = estimator.model_data.removeprefix("s3://").partition("/")
    body = boto3.client("s3", "us-east-1").get_object(Bucket=bucket, Key=key)["Body"].read()
    with tarfile.open(fileobj=io.BytesIO(body)) as archive:
        member = archive.extractfile("model_algo-1")
        assert member is not None
        return unpack_member(member.read())


def test_a_regressor(session: Any, capfd: pytest.CaptureFixture[str]) -> None:
    rows, labels = ratings()
    regressor = machine(session, "regressor", instance_count=2)
    train = regressor.record_set(rows[:SPLIT], labels=labels[:SPLIT])
    test = regressor.record_set(
        rows[SPLIT:], labels=labels[SPLIT:], channel="test", distribution=REPLICATED
    )
    regressor.fit([train, test], mini_batch_size=50)
    shown = capfd.readouterr().out
    assert "[Sparse network]" not in shown
    for host in ("algo-1", "algo-2"):
        assert f"#progress_metric: host={host}, completed 100.0 % of epochs" in shown
        assert f"#test_score ({host}) : ('rmse', " in shown
    predictor = regressor.deploy(1, "ml.m5.large")
    scores = numbers(predictor.predict(rows[SPLIT:]), "score").ravel()
    np.testing.assert_allclose(scores, model(regressor).predict(rows[SPLIT:]).scores, rtol=1e-5)
    rmse = float(np.sqrt(np.mean((scores - labels[SPLIT:]) ** 2)))
    # Ratings deviate by 2.
    assert rmse < 0.5
    assert metrics(session, regressor)["test:rmse"] == pytest.approx(rmse, rel=1e-4)
    predictor.delete_endpoint()


def test_a_classifier_answers_in_json(session: Any) -> None:
    from sagemaker.deserializers import JSONDeserializer
    from sagemaker.serializers import JSONSerializer

    class SparseSerializer(JSONSerializer):  # type: ignore[misc]
        """Rows as the developer guide shows sparse ones."""

        def serialize(self, data: np.ndarray) -> Any:
            instances = [
                {
                    "data": {
                        "features": {
                            "keys": np.flatnonzero(row).tolist(),
                            "shape": [len(row)],
                            "values": row[row != 0].tolist(),
                        }
                    }
                }
                for row in data
            ]
            return super().serialize({"instances": instances})

    rows, ratings_of_rows = ratings()
    labels = (ratings_of_rows == 5).astype(np.float32)
    classifier = machine(session, "binary_classifier")
    train = classifier.record_set(rows[:SPLIT], labels=labels[:SPLIT])
    test = classifier.record_set(rows[SPLIT:], labels=labels[SPLIT:], channel="test")
    classifier.fit([train, test], mini_batch_size=50)
    values = metrics(session, classifier)
    predictor = classifier.deploy(
        1, "ml.m5.large", serializer=SparseSerializer(), deserializer=JSONDeserializer()
    )
    answers = predictor.predict(rows[SPLIT:])["predictions"]
    predicted = np.array([each["predicted_label"] for each in answers])
    assert [float(each["score"] >= 0.5) for each in answers] == predicted.tolist()
    accuracy = float((predicted == labels[SPLIT:]).mean())
    assert accuracy > 0.95
    assert values["test:binary_classification_accuracy"] == pytest.approx(accuracy)
    predictor.delete_endpoint()


def test_labels_of_a_classifier_that_are_none(session: Any) -> None:
    rows, labels = ratings()
    classifier = machine(session, "binary_classifier")
    with pytest.raises(
        sdk.exceptions.UnexpectedStatusException, match="must be 0 or 1 for predictor_type"
    ):
        classifier.fit(classifier.record_set(rows, labels=labels))
