"""A job of K-Means on digits through boto3, whose metrics and answers numpy computes as well."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from tests.containers.account import Account, channel, metrics
from tests.containers.first_party.algorithms import KMEANS
from tests.containers.kmeans.test_artifact import independently_read

from sagemock.formats.recordio import encode


def test_the_metrics_of_the_service() -> None:
    assert {each["Name"]: each["Regex"] for each in KMEANS.container.metrics(KMEANS.image)} == {
        "train:progress": r"#progress_metric: host=\S+, completed (\S+) %",
        "train:throughput": r"#throughput_metric: host=\S+, train throughput=(\S+) records/second",
        "train:msd": r"#quality_metric: host=\S+, train msd <loss>=(\S+)",
        "test:msd": r"#quality_metric: host=\S+, test msd <loss>=(\S+)",
        "test:ssd": r"#quality_metric: host=\S+, test ssd <loss>=(\S+)",
    }


def test_metrics_and_answers_are_those_of_numpy(sagemock: Any, digits: Any) -> None:
    images = digits.images[:, 300:400]
    account = Account(sagemock.client)
    account.put(train=encode(images[:700]), test=encode(images[700:]))
    settings = {"k": "10", "feature_dim": "100", "eval_metrics": '["msd","ssd"]'}
    job = account.train("j", KMEANS.image, settings, [channel("train"), channel("test")])
    ((name, member),) = account.files(job).items()
    assert name == "model_algo-1"
    (centers,), names = independently_read(member)
    assert not names
    assert centers.shape == (10, 100)
    rows = images[700:].astype(np.float64)
    distances = np.linalg.norm(rows[:, np.newaxis] - centers, axis=2)
    squared = distances.min(axis=1) ** 2
    values = metrics(job)
    assert values["test:msd"] == pytest.approx(squared.mean(), rel=1e-6)
    assert values["test:ssd"] == pytest.approx(squared.sum(), rel=1e-6)

    log = account.log("j")
    (line,) = [line for line in log if "train msd <loss>=" in line]
    assert values["train:msd"] == float(np.float32(line.rpartition("=")[2]))
    assert sum("local kmeans attempt #" in line for line in log) == 10

    assert account.deploy(job, KMEANS.image) == "InService"
    answer = json.loads(account.invoke(encode(images[700:703]), "application/x-recordio-protobuf"))
    assert answer["predictions"] == [
        {"closest_cluster": float(row.argmin()), "distance_to_cluster": pytest.approx(row.min())}
        for row in distances[:3]
    ]
