"""KNN and the random cut forest with the estimator classes of the SageMaker Python SDK 2.x.

In process and against the server: record set, training, endpoint, records as answers.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

pytest.importorskip("sagemaker.deserializers", reason="the SageMaker SDK 2.x is not installed")

import sagemaker as sdk
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from tests.clients.sdk2 import ROLE, metrics, numbers, session

__all__ = ["session"]

SPLIT = 800
REPLICATED = "FullyReplicated"


def test_knn_classifies(session: Any, digits: Any, capfd: pytest.CaptureFixture[str]) -> None:
    labels = digits.digits.astype(np.float32)
    knn = sdk.KNN(
        ROLE,
        2,
        "ml.c4.xlarge",
        k=5,
        sample_size=2000,
        predictor_type="classifier",
        sagemaker_session=session,
    )
    records = knn.record_set(digits.images[:SPLIT], labels=labels[:SPLIT])
    test = knn.record_set(
        digits.images[SPLIT:], labels=labels[SPLIT:], channel="test", distribution=REPLICATED
    )
    knn.fit([records, test], mini_batch_size=100)
    shown = capfd.readouterr().out
    assert "Using per-worker sample size = 1000" in shown
    judge = KNeighborsClassifier(5, algorithm="brute").fit(digits.images[:SPLIT], labels[:SPLIT])
    expected = judge.predict(digits.images[SPLIT:])
    accuracy = (expected == labels[SPLIT:]).mean()
    assert metrics(session, knn)["test:accuracy"] == pytest.approx(accuracy, abs=0.01)

    predictor = knn.deploy(1, "ml.m5.large")
    answers = predictor.predict(digits.images[SPLIT : SPLIT + 20])
    predicted = numbers(answers, "predicted_label").ravel()
    assert (predicted == expected[:20]).mean() >= 0.95
    predictor.delete_endpoint()


def test_knn_regresses_verbosely(session: Any, digits: Any) -> None:
    from sagemaker.deserializers import JSONDeserializer
    from sagemaker.serializers import CSVSerializer

    class VerboseDeserializer(JSONDeserializer):  # type: ignore[misc]
        ACCEPT = ("application/json; verbose=true",)

    labels = digits.digits.astype(np.float32)
    knn = sdk.KNN(
        ROLE,
        1,
        "ml.c4.xlarge",
        k=3,
        sample_size=SPLIT,
        predictor_type="regressor",
        sagemaker_session=session,
    )
    knn.fit(knn.record_set(digits.images[:SPLIT], labels=labels[:SPLIT]))
    predictor = knn.deploy(
        1, "ml.m5.large", serializer=CSVSerializer(), deserializer=VerboseDeserializer()
    )
    judge = KNeighborsRegressor(3, algorithm="brute").fit(digits.images[:SPLIT], labels[:SPLIT])
    rows = digits.images[SPLIT : SPLIT + 5]
    distances, indices = judge.kneighbors(rows)
    answers = predictor.predict(rows)["predictions"]
    for answer, value, apart, nearest in zip(
        answers, judge.predict(rows), distances, indices, strict=True
    ):
        assert answer["predicted_label"] == pytest.approx(value)
        np.testing.assert_allclose(answer["distances"], apart**2, rtol=1e-4)
        assert sorted(answer["labels"]) == sorted(labels[nearest].tolist())
    predictor.delete_endpoint()


def test_random_cut_forest(session: Any, capfd: pytest.CaptureFixture[str]) -> None:
    generator = np.random.default_rng(0)
    rows = generator.normal(0, 1, (4000, 1)).astype(np.float32)
    forest = sdk.RandomCutForest(
        role=ROLE,
        instance_count=2,
        instance_type="ml.m4.xlarge",
        num_samples_per_tree=40,
        num_trees=50,
        eval_metrics=["accuracy", "precision_recall_fscore"],
        sagemaker_session=session,
    )
    asked = np.concatenate([rows[:490], np.full((10, 1), 30, np.float32)])
    labels = np.repeat([0, 1], [490, 10]).astype(np.float32)
    test = forest.record_set(asked, labels=labels, channel="test", distribution=REPLICATED)
    forest.fit([forest.record_set(rows), test])
    shown = capfd.readouterr().out
    assert "ForestInfo{num_trees: 50, num_samples_in_forest: 2000" in shown
    assert "4000 samples gathered" in shown
    values = metrics(session, forest)
    assert values["test:recall"] == 1
    assert values["test:f1"] > 0.8

    predictor = forest.deploy(1, "ml.m4.xlarge")
    scores = numbers(predictor.predict(np.float32([[0], [50]])), "score").ravel()
    assert scores[0] < 1.5 < 5 < scores[1] <= np.log2(41)
    predictor.delete_endpoint()


def test_a_sharded_test_channel_is_refused(session: Any) -> None:
    """As the container refuses what the SDK wrote by default until it could be told otherwise."""
    rows = np.random.default_rng(0).normal(0, 1, (200, 1)).astype(np.float32)
    forest = sdk.RandomCutForest(ROLE, 1, "ml.m4.xlarge", sagemaker_session=session)
    records = [
        forest.record_set(rows),
        forest.record_set(rows, labels=np.zeros(200, np.float32), channel="test"),
    ]
    with pytest.raises(sdk.exceptions.UnexpectedStatusException) as caught:
        forest.fit(records)
    assert json.dumps(caught.value.args[0]).count("'test.S3DistributionType'") == 1
