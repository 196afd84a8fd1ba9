"""A job of KNN on digits through boto3, which scikit-learn judges."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier
from tests.containers.account import Account, channel, metrics
from tests.containers.container_job import csv
from tests.containers.first_party.algorithms import KNN

from sagemock.containers.knn.artifact import unpack_index
from sagemock.formats.recordio import encode

SPLIT = 700


def test_the_metrics_of_the_service() -> None:
    assert {each["Name"]: each["Regex"] for each in KNN.container.metrics(KNN.image)} == {
        "train:progress": r"#progress_metric: host=\S+, completed (\S+) %",
        "train:throughput": r"#throughput_metric: host=\S+, train throughput=(\S+) records/second",
        "test:accuracy": r"#quality_metric: host=\S+, test accuracy <score>=(\S+)",
        "test:mse": r"#quality_metric: host=\S+, test mse <loss>=(\S+)",
    }


def test_scores_and_answers_are_those_of_scikit_learn(sagemock: Any, digits: Any) -> None:
    images, labels = digits.images[:, 300:400], digits.digits.astype(np.float32)
    account = Account(sagemock.client)
    account.put(
        train=encode(images[:SPLIT], labels[:SPLIT]), test=encode(images[SPLIT:], labels[SPLIT:])
    )
    settings = {"k": "3", "predictor_type": "classifier", "sample_size": "1000"}
    job = account.train("j", KNN.image, settings, [channel("train"), channel("test")])
    judge = KNeighborsClassifier(3, algorithm="brute").fit(images[:SPLIT], labels[:SPLIT])
    expected = judge.score(images[SPLIT:], labels[SPLIT:])
    assert metrics(job)["test:accuracy"] == pytest.approx(expected, rel=1e-6)

    files = account.files(job)
    assert sorted(files) == ["model_algo-1", "model_algo-1.json", "model_algo-1.labels"]
    rows, metric = unpack_index(files["model_algo-1"])
    assert metric == "L2"
    assert rows.tobytes() == images[:SPLIT].tobytes()
    assert files["model_algo-1.labels"] == labels[:SPLIT].tobytes()
    assert json.loads(files["model_algo-1.json"])["k"] == 3

    assert account.deploy(job, KNN.image) == "InService"
    asked = images[SPLIT : SPLIT + 3]
    verbose = account.invoke(csv(asked), "text/csv", "application/json; verbose=true")
    distances, indices = judge.kneighbors(asked)
    for prediction, label, of_row, nearest in zip(
        json.loads(verbose)["predictions"], judge.predict(asked), distances, indices, strict=True
    ):
        assert prediction["predicted_label"] == label
        np.testing.assert_allclose(prediction["distances"], of_row**2, rtol=1e-4)
        assert prediction["labels"] == labels[nearest].tolist()
