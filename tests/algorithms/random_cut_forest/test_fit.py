"""A job from rows to a forest: sampling, several hosts, scores, stops and refusals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_array
from sklearn.ensemble import IsolationForest
from sklearn.metrics import precision_recall_fscore_support
from tests.algorithms.run import Run, countdown, dataset

from sagemock.algorithms.base import ClientError, Dataset, Sharded, Stopped, never
from sagemock.algorithms.random_cut_forest import (
    AnomalyScorer,
    RandomCutForestHyperparameters,
    checks,
    fit,
)
from sagemock.algorithms.random_cut_forest.detection import anomalous, evaluated
from sagemock.algorithms.random_cut_forest.events import (
    AnomaliesEvaluated,
    ForestBuilt,
    MemoryEstimated,
    SamplesGathered,
)
from sagemock.algorithms.sampling import SamplingBegan, SamplingInterrupted, SamplingPassEnded

USUAL = RandomCutForestHyperparameters(
    feature_dim=1,
    num_trees=50,
    num_samples_per_tree=20,
    eval_metrics=("accuracy", "precision_recall_fscore"),
    mini_batch_size=100,
    epochs=1,
)


def train(
    *hosts: Dataset,
    test: Dataset | None = None,
    run: Run | None = None,
    seed: int = 0,
    stop: Callable[[], bool] = never,
    **settings: Any,
) -> Run:
    channels = {"train": Sharded.on_each(*hosts)}
    if test is not None:
        channels["test"] = Sharded((test,), (0,) * len(hosts))
    run = run or Run()
    hyper = replace(USUAL, feature_dim=hosts[0].columns, **settings)
    run.model = fit(hyper, channels, seed=seed, observe=run.events.append, stop=stop)
    return run


@pytest.fixture(scope="module")
def rows() -> np.ndarray:
    return np.random.default_rng(0).normal(0, 1, (3000, 2)).astype(np.float32)


def test_the_trees_have_different_rows(rows: np.ndarray) -> None:
    run = train(dataset(rows))
    assert run.model.sizes().tolist() == [20] * 50
    assert run.of(SamplesGathered) == [SamplesGathered(1024)]
    of_trees = {row.tobytes() for row in run.model.points}
    assert len(of_trees) == 1000
    assert of_trees <= {row.tobytes() for row in rows}


def test_as_recorded_the_forest_leaves_rows_out() -> None:
    """4032 rows were gathered, of which 50 trees of 80 have 4000."""
    run = train(dataset(np.arange(4032)[:, np.newaxis]), num_samples_per_tree=80)
    assert run.of(SamplesGathered) == [SamplesGathered(4032)]
    assert run.model.sizes().sum() == 4000
    assert run.of(MemoryEstimated) == [MemoryEstimated(409_600, 1_024_000)]


@pytest.mark.parametrize(
    ("count", "sizes"), [(120, [3] * 20 + [2] * 30), (50, [1] * 50), (7, [1] * 50)]
)
def test_fewer_rows_make_smaller_trees(rows: np.ndarray, count: int, sizes: list[int]) -> None:
    run = train(dataset(rows[:count]))
    assert run.model.sizes().tolist() == sizes
    assert len({row.tobytes() for row in run.model.points}) == count


def test_the_seed_decides(rows: np.ndarray) -> None:
    one, same, other = (train(dataset(rows), seed=seed).model.points for seed in (1, 1, 2))
    assert one.tobytes() == same.tobytes() != other.tobytes()


def test_hosts_take_part_by_their_rows(rows: np.ndarray) -> None:
    ones, twos = np.full((4000, 1), 1.0), np.full((1000, 1), 2.0)
    run = train(dataset(ones), dataset(twos), num_samples_per_tree=20)
    assert run.of(SamplesGathered) == [SamplesGathered(1024 + 1000)]
    mass = run.model.mass[run.model.points[:, 0] == 2].sum()
    # Of 1000 rows drawn from 5000, a fifth of which is on the second host.
    assert 140 < mass < 260
    assert run.model.sizes().sum() == 1000


def test_sparse_rows_give_the_same() -> None:
    rows = np.random.default_rng(0).poisson(0.5, (300, 4)).astype(np.float32)
    labels = np.arange(300) % 2
    one, other = (
        train(dataset(each), test=dataset(each, labels)) for each in (rows, csr_array(rows))
    )
    assert one.model.points.tobytes() == other.model.points.tobytes()
    assert one.of(AnomaliesEvaluated) == other.of(AnomaliesEvaluated)


def test_anomalies_are_found_as_by_an_isolation_forest(rows: np.ndarray) -> None:
    generator = np.random.default_rng(1)
    outliers = generator.uniform(6, 9, (20, 2)).astype(np.float32)
    asked = np.concatenate([rows[:980], outliers])
    labels = np.repeat([0, 1], [980, 20])
    run = train(dataset(rows), test=dataset(asked, labels))
    (event,) = run.of(AnomaliesEvaluated)
    assert event.rows == 1000
    assert event.scores["recall"] == 1
    assert event.scores["f1"] > 0.8
    scores = AnomalyScorer(run.model).scores(asked)
    judge = -IsolationForest(n_estimators=50, random_state=0).fit(rows).score_samples(asked)
    assert set(np.argsort(scores)[-20:]) == set(np.argsort(judge)[-20:]) == set(range(980, 1000))
    assert np.corrcoef(scores, judge)[0, 1] > 0.85


def test_scores_are_those_of_scikit_learn(rows: np.ndarray) -> None:
    generator = np.random.default_rng(0)
    scores = generator.exponential(1, 500)
    labels = (generator.random(500) < 0.03).astype(np.float32)
    labels[scores.argmax()] = 1
    found = anomalous(scores)
    precision, recall, f1, _ = precision_recall_fscore_support(labels, found, average="binary")
    assert evaluated(("precision_recall_fscore", "accuracy"), scores, labels) == {
        "precision": pytest.approx(precision),
        "recall": pytest.approx(recall),
        "f1": pytest.approx(f1),
        "accuracy": (found == labels).mean(),
    }


def test_nothing_found_scores_zero() -> None:
    values = evaluated(("precision_recall_fscore",), np.ones(9), np.zeros(9, np.float32))
    assert values == {"precision": 0.0, "recall": 0.0, "f1": 0.0}


def test_the_order_of_events(rows: np.ndarray) -> None:
    run = train(dataset(rows), epochs=2)
    assert [type(event) for event in run.events] == [
        MemoryEstimated,
        SamplingBegan,
        SamplingPassEnded,
        SamplingPassEnded,
        SamplesGathered,
        ForestBuilt,
        AnomaliesEvaluated,
    ]
    assert run.events[-1] == AnomaliesEvaluated(None, 0)
    (built,) = run.of(ForestBuilt)
    assert (built.forest is run.model, built.rows_per_tree) == (True, 20)


def test_stopped_before_the_first_batch(rows: np.ndarray) -> None:
    with pytest.raises(Stopped) as caught:
        train(dataset(rows), stop=lambda: True)
    assert caught.value.model is None


def test_stopped_while_sampling(rows: np.ndarray) -> None:
    run = Run()
    with pytest.raises(Stopped) as caught:
        train(dataset(rows), stop=countdown(2), run=run)
    assert caught.value.model.sizes().sum() == 200
    assert run.of(SamplingInterrupted) == [SamplingInterrupted()]
    assert not run.of(SamplingPassEnded)


def test_stopped_while_it_is_scored(rows: np.ndarray) -> None:
    run = Run()
    with pytest.raises(Stopped) as caught:
        train(
            dataset(rows),
            test=dataset(rows, np.zeros(3000)),
            stop=countdown(32),
            run=run,
        )
    assert caught.value.model.sizes().sum() == 1000
    assert not run.of(AnomaliesEvaluated)


def test_other_columns() -> None:
    with pytest.raises(ClientError, match="size 3 to array axis with dimension 2"):
        train(dataset(np.ones((9, 2))), test=dataset(np.ones((9, 3))))


def test_a_channel_without_rows() -> None:
    with pytest.raises(ClientError, match="The channel has no rows"):
        train(dataset(np.ones((9, 2))), test=dataset(np.ones((0, 2))))


def test_a_forest_that_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "MAX_NUMBERS", 4 * 50 * 20 * 2)
    train(dataset(np.ones((9, 2))))
    with pytest.raises(ClientError, match="Out of memory: 50 trees of 21 samples"):
        train(dataset(np.ones((9, 2))), num_samples_per_tree=21)
