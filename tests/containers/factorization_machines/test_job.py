"""A job of factorization machines on sparse rows through boto3."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from tests.containers.account import Account, channel, metrics
from tests.containers.factorization_machines.conftest import rows
from tests.containers.first_party.algorithms import FACTORIZATION_MACHINES

from sagemock.containers.factorization_machines.artifact import unpack_member
from sagemock.formats.recordio import encode

RECORDIO = "application/x-recordio-protobuf"
SETTINGS = {
    "feature_dim": "40",
    "num_factors": "2",
    "predictor_type": "binary_classifier",
    "mini_batch_size": "100",
    "epochs": "20",
    "factors_lr": "0.02",
    "factors_init_sigma": "0.1",
}


def test_pairs_of_columns_are_classified(sagemock: Any) -> None:
    account = Account(sagemock.client)
    train, test = (rows(1000, binary=True, seed=seed) for seed in (0, 1))
    account.put(train=encode(*train), test=encode(*test))
    channels = [channel("train"), channel("test")]
    job = account.train("j", FACTORIZATION_MACHINES.image, SETTINGS, channels)
    assert metrics(job)["test:binary_classification_accuracy"] > 0.9
    definitions = job["AlgorithmSpecification"]["MetricDefinitions"]
    assert {
        "Name": "test:binary_f_beta",
        "Regex": r"#quality_metric: host=\S+, test binary_f_\S+ <score>=(\S+)",
    } in definitions
    assert account.ranked("test:binary_f_beta", "Descending") == ["j"]

    model = unpack_member(account.files(job)["model_algo-1"])
    assert model.columns.shape == (40, 3)
    features, labels = test[0][:20], test[1][:20]
    expected = model.predict(features)
    assert (expected.labels == labels).mean() > 0.8
    assert account.deploy(job, FACTORIZATION_MACHINES.image) == "InService"
    for body in (encode(features), encode(features.toarray())):
        answers = json.loads(account.invoke(body, RECORDIO))["predictions"]
        assert [each["predicted_label"] for each in answers] == expected.labels.tolist()
        np.testing.assert_allclose([each["score"] for each in answers], expected.scores, rtol=1e-4)
