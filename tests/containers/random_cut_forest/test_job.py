"""Jobs of the random cut forest through boto3: what they score, and how data is spread."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from tests.containers.account import Account, channel, metrics
from tests.containers.first_party.algorithms import RANDOM_CUT_FOREST
from tests.containers.random_cut_forest.conftest import labelled, rows

from sagemock.algorithms.random_cut_forest import AnomalyScorer, RandomCutForest
from sagemock.containers.random_cut_forest.artifact import unpack_member
from sagemock.formats.recordio import encode


class ForestAccount(Account):
    """One with numbers, in two objects."""

    def __init__(self, client: Any) -> None:
        super().__init__(client)
        for number in range(2):
            body = encode(rows(2000, seed=number))
            self.s3.put_object(Bucket="data", Key=f"train/{number}", Body=body)
        self.put(test=labelled(rows(500, seed=9), above=250))

    def trained(self, distribution: str = "ShardedByS3Key", hosts: int = 1) -> dict[str, Any]:
        settings = {"feature_dim": "1", "num_trees": "50", "num_samples_per_tree": "40"}
        channels = [channel("train", distribution=distribution), channel("test")]
        return self.train("j", RANDOM_CUT_FOREST.image, settings, channels, hosts=hosts)

    def forest(self, job: dict[str, Any]) -> RandomCutForest:
        return unpack_member(self.files(job)["model_algo-1"])


@pytest.fixture
def account(sagemock: Any) -> ForestAccount:
    return ForestAccount(sagemock.client)


def test_scores_and_answers_are_those_of_the_forest(account: ForestAccount) -> None:
    job = account.trained()
    definitions = job["AlgorithmSpecification"]["MetricDefinitions"]
    expressions = {each["Name"]: each["Regex"] for each in definitions}
    assert expressions["test:f1"] == r"#quality_metric: host=\S+, test f1 <score>=(\S+)"
    scorer = AnomalyScorer(account.forest(job))
    scores = scorer.scores(rows(500, seed=9))
    anomalous = scores > scores.mean() + 3 * scores.std()
    truth = rows(500, seed=9)[:, 0] > 250
    accuracy = (anomalous == truth).mean()
    assert metrics(job)["test:accuracy"] == pytest.approx(accuracy, rel=1e-6)
    log = account.log("j")
    assert any("ForestInfo{num_trees: 50, num_samples_in_forest: 2000" in line for line in log)

    assert account.deploy(job, RANDOM_CUT_FOREST.image) == "InService"
    expected = scorer.scores(np.array([[50], [80], [3000]], np.float32))
    answer = json.loads(account.invoke(b"50\n80\n3000", "text/csv"))
    assert answer == {"scores": [{"score": round(score, 10)} for score in expected.tolist()]}
    assert expected.argmax() == 2


def test_several_hosts(account: ForestAccount) -> None:
    job = account.trained(hosts=2)
    assert any("4000 samples gathered" in line for line in account.log("j"))
    assert any("Sampler correctly" in line for line in account.log("j", "algo-2"))
    assert account.forest(job).sizes().tolist() == [40] * 50


def test_train_data_that_is_not_sharded(account: ForestAccount) -> None:
    job = account.trained(distribution="FullyReplicated")
    assert job["FailureReason"] == (
        "ClientError: The value 'FullyReplicated' is not valid for the 'train.S3DistributionType' "
        "hyperparameter which accepts one of the following: 'ShardedByS3Key' (caused by "
        "ValidationError)"
    )
