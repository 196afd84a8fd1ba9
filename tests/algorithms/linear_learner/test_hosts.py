"""Several hosts: each trains on its shard, and gradients are averaged."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array

from sagemock.algorithms.base import ClientError

SETTINGS = {"predictor_type": "regressor", "mini_batch_size": "20", "num_models": "4"}


def rows(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    features = random.normal(0, 1, (count, 4)).astype(np.float32)
    labels = features @ np.array([1, -2, 3, 0.5]) + random.normal(0, 0.5, count)
    return features, labels.astype(np.float32)


def interleaved(features: np.ndarray, labels: np.ndarray) -> list[tuple]:
    """Two shards, such that a batch of both together is a batch of 40 rows of the whole."""
    first = np.arange(len(labels)) // 20 % 2 == 0
    return [(features[first], labels[first]), (features[~first], labels[~first])]


@pytest.mark.parametrize("make", [np.ascontiguousarray, csr_array], ids=["dense", "sparse"])
def test_averaged_gradients_are_those_of_the_joint_batch(train, make) -> None:
    features, labels = rows(400)
    shards = [(make(x), y) for x, y in interleaved(features, labels)]
    together = train(SETTINGS, shards)
    alone = train({**SETTINGS, "mini_batch_size": "40"}, (make(features), labels))
    assert together.model.weights == pytest.approx(alone.model.weights, rel=1e-3, abs=1e-4)
    assert together.model.bias == pytest.approx(alone.model.bias, rel=1e-3, abs=1e-4)
    pooled = np.mean([host.train for host in together.epochs[-1].hosts], axis=0)
    assert pooled == pytest.approx(alone.epochs[-1].hosts[0].train, rel=1e-3)


def test_events_tell_the_numbers_of_each_host(train) -> None:
    shards = [rows(100), rows(70, 1)]
    run = train(SETTINGS, shards, validation=[shards[0], shards[1]])
    first, second = run.epochs[0].hosts
    assert (first.rows, first.validation_rows) == (100, 100)
    assert (second.rows, second.validation_rows) == (70, 70)
    assert first.train != second.train
    assert first.validation != second.validation
    assert [sample.used for sample in run.scaled.hosts] == [100, 60]
    pooled = (100 * np.array(first.validation) + 70 * np.array(second.validation)) / 170
    assert run.epochs[0].criterion == pytest.approx(pooled.min())


def test_a_host_may_lack_every_channel_but_train(train) -> None:
    shards, held_out = [rows(100), rows(70, 1)], rows(50, 2)
    absent = rows(0)
    run = train(SETTINGS, shards, validation=[absent, held_out], test=[held_out, absent])
    same = train(SETTINGS, shards, validation=[held_out] * 2, test=[held_out] * 2)
    assert run.model.weights.tobytes() == same.model.weights.tobytes()
    assert run.chosen.scores == same.chosen.scores
    assert run.tested.scores == same.tested.scores
    assert run.tested.rows == [50, 0]
    first, second = run.epochs[0].hosts
    assert (first.validation, first.validation_rows) == (None, 0)
    assert second.validation == same.epochs[0].hosts[1].validation
    for lacking in ({"validation": [absent] * 2}, {"test": [absent]}):
        with pytest.raises(ClientError, match="The channel has no rows"):
            train(SETTINGS, shards, **lacking)
    with pytest.raises(ClientError, match=r"^No training data processed"):
        train(SETTINGS, [shards[0], absent])


def test_replicated_data_is_as_one_host(train) -> None:
    from sagemock.algorithms.base import Dataset

    data = Dataset(*rows(200))
    once, thrice = train(SETTINGS, data), train(SETTINGS, [data] * 3)
    assert once.model.weights.tobytes() == thrice.model.weights.tobytes()
    assert len(thrice.epochs[0].hosts) == 3
    assert set(map(tuple, (host.train for host in thrice.epochs[0].hosts))) == {
        tuple(once.epochs[0].hosts[0].train)
    }


def test_a_shard_that_has_ended_drops_out(train) -> None:
    """The longer shard goes on alone, with all of its batches."""
    run = train(SETTINGS, [rows(400), rows(40, 1)])
    assert [host.rows for host in run.epochs[0].hosts] == [400, 40]
    errors = {score.name: score.value for score in run.chosen.scores}
    assert errors["mse"] < 0.5


def test_sparse_shards_of_different_columns(train) -> None:
    random = np.random.default_rng(0)
    shards = []
    for part in range(2):
        features = np.zeros((100, 8), np.float32)
        features[:, part * 4 : part * 4 + 4] = random.normal(0, 1, (100, 4))
        labels = (features.sum(axis=1) > 0).astype(np.float32)
        shards.append((csr_array(features), labels))
    settings = {
        "predictor_type": "binary_classifier",
        "mini_batch_size": "20",
        "learning_rate": "0.1",
    }
    run = train(settings, shards)
    assert (run.model.weights > 0).all()
    assert {s.name: s.value for s in run.chosen.scores}["binary_classification_accuracy"] > 0.95
