"""A job from rows to a model: sampling, several hosts, scores, stops and refusals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_array
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from tests.algorithms.knn.conftest import Train
from tests.algorithms.knn.conftest import numbered as dataset
from tests.algorithms.run import Run, countdown

from sagemock.algorithms.base import ClientError, Dataset, Stopped
from sagemock.algorithms.knn import checks
from sagemock.algorithms.knn.events import (
    IndexBuilt,
    IndexEvaluated,
    IndexStepBegan,
    IndexStepEnded,
    SampleReceived,
    SampleRequested,
)
from sagemock.algorithms.sampling import SamplingBegan, SamplingInterrupted, SamplingPassEnded


@pytest.fixture(scope="module")
def two(digits: Any) -> tuple[Dataset, Dataset]:
    """The digits to train on, and those to test on."""
    split = 800
    return tuple(  # type: ignore[return-value]
        dataset(digits.images[part], digits.digits[part])
        for part in (slice(0, split), slice(split, None))
    )


@pytest.mark.parametrize("k", [1, 4, 15])
def test_a_classifier_is_that_of_scikit_learn(
    train: Train, two: tuple[Dataset, Dataset], k: int
) -> None:
    learn, test = two
    run = train(learn, test=test, k=k)
    judge = KNeighborsClassifier(k, algorithm="brute").fit(learn.features, learn.labels)
    expected = judge.predict(test.features)
    assert (run.model.predict(test.features).labels == expected).all()
    (evaluated,) = run.of(IndexEvaluated)
    assert evaluated.scores["accuracy"] == (expected == test.labels).mean()
    assert evaluated.rows == test.rows


def test_a_regressor_is_that_of_scikit_learn(train: Train, two: tuple[Dataset, Dataset]) -> None:
    learn, test = two
    run = train(learn, test=test, k=5, predictor_type="regressor")
    judge = KNeighborsRegressor(5, algorithm="brute").fit(learn.features, learn.labels)
    expected = judge.predict(test.features)
    np.testing.assert_allclose(run.model.predict(test.features).labels, expected, rtol=1e-6)
    (evaluated,) = run.of(IndexEvaluated)
    assert evaluated.scores == {"mse": pytest.approx(((expected - test.labels) ** 2).mean())}


@pytest.mark.parametrize("index_type", ["faiss.IVFFlat", "faiss.IVFPQ"])
def test_approximate_indexes_are_exact(
    train: Train, two: tuple[Dataset, Dataset], index_type: str
) -> None:
    learn, test = two
    flat, other = (
        train(learn, index_type=kind, faiss_index_pq_m=8).model.predict(test.features)
        for kind in ("faiss.Flat", index_type)
    )
    assert (flat.distances == other.distances).all()


def test_cosines(train: Train, two: tuple[Dataset, Dataset]) -> None:
    learn, test = two
    run = train(learn, k=3, index_metric="COSINE")
    judge = KNeighborsClassifier(3, algorithm="brute", metric="cosine")
    judge.fit(learn.features, learn.labels)
    predictions = run.model.predict(test.features)
    assert (predictions.labels == judge.predict(test.features)).mean() > 0.99
    np.testing.assert_allclose(
        predictions.distances, 1 - judge.kneighbors(test.features)[0], atol=1e-5
    )
    assert (run.model.metric, run.model.normalize) == ("INNER_PRODUCT", True)


def test_inner_products(train: Train) -> None:
    rows = np.array([[1, 0], [0, 1], [5, 5]])
    run = train(dataset(rows, [0, 1, 2]), k=2, index_metric="INNER_PRODUCT")
    predictions = run.model.predict(np.array([[2, 1]], np.float32))
    assert predictions.distances.tolist() == [[15, 2]]
    assert predictions.neighbor_labels.tolist() == [[2, 0]]


@pytest.mark.parametrize("kind", ["sign", "fjlt"])
def test_reduction_keeps_most_of_the_accuracy(
    train: Train, two: tuple[Dataset, Dataset], kind: str
) -> None:
    learn, test = two
    run = train(learn, test=test, dimension_reduction_type=kind, dimension_reduction_target=100)
    assert run.model.rows.shape == (learn.rows, 100)
    assert run.model.columns == 784
    (evaluated,) = run.of(IndexEvaluated)
    assert evaluated.scores["accuracy"] > 0.8
    # The index has the same projection as requests.
    found = run.model.predict(learn.features[:9])
    assert (found.distances[:, 0] == 0).all()


def test_the_sample_is_one_of_the_rows(train: Train, two: tuple[Dataset, Dataset]) -> None:
    learn, _ = two
    model = train(learn, sample_size=50).model
    rows = {row.tobytes(): label for row, label in zip(learn.features, learn.labels, strict=True)}
    assert len(model.rows) == 50
    for row, label in zip(model.rows, model.labels, strict=True):
        assert rows[row.tobytes()] == label


def test_the_seed_decides(train: Train, two: tuple[Dataset, Dataset]) -> None:
    learn, _ = two
    one, same, other = (train(learn, sample_size=50, seed=seed).model.rows for seed in (1, 1, 2))
    assert one.tobytes() == same.tobytes() != other.tobytes()


def test_all_rows_whatever_the_seed(train: Train) -> None:
    data = dataset(np.arange(12).reshape(6, 2))
    for seed in (0, 1):
        assert (train(data, sample_size=6, seed=seed).model.rows == data.features).all()


def test_each_host_samples_its_share(train: Train) -> None:
    hosts = [dataset(np.full((count, 2), number)) for number, count in enumerate((100, 40, 10))]
    run = train(*hosts, sample_size=60)
    assert run.of(SamplingBegan) == [SamplingBegan(20)]
    assert run.of(SampleRequested) == [SampleRequested(host) for host in range(3)]
    assert run.of(SampleReceived) == [
        SampleReceived(0, 20, 2, 0),
        SampleReceived(1, 20, 2, 0),
        SampleReceived(2, 10, 2, 0),
    ]
    assert np.bincount(run.model.rows[:, 0].astype(int)).tolist() == [20, 20, 10]


def test_sparse_rows_give_the_same(train: Train) -> None:
    rows = np.random.default_rng(0).poisson(0.5, (80, 6)).astype(np.float32)
    dense, sparse = dataset(rows), dataset(csr_array(rows))
    settings = {"k": 2, "predictor_type": "regressor"}
    one, other = (train(each, test=each, **settings) for each in (dense, sparse))
    assert one.model.rows.tobytes() == other.model.rows.tobytes()
    assert one.of(IndexEvaluated) == other.of(IndexEvaluated)


def test_a_further_pass_offers_the_rows_again(train: Train) -> None:
    data = dataset(np.arange(5)[:, np.newaxis])
    run = train(data, epochs=2, sample_size=8, k=1)
    assert run.model.rows[:, 0].tolist()[:5] == [0, 1, 2, 3, 4]
    assert len(run.model.rows) == 8
    assert run.of(SamplingPassEnded) == [SamplingPassEnded(0, 2), SamplingPassEnded(1, 2)]


def test_the_order_of_events(train: Train) -> None:
    data = dataset(np.arange(250)[:, np.newaxis], np.arange(250) % 2)
    run = train(data, test=data)
    assert run.events == [
        SamplingBegan(10_000),
        SamplingPassEnded(0, 1),
        SampleRequested(0),
        SampleReceived(0, 250, 1, 0),
        IndexStepBegan("train"),
        IndexStepEnded("train"),
        IndexStepBegan("add"),
        IndexStepEnded("add"),
        IndexBuilt(),
        *[IndexStepBegan("search"), IndexStepEnded("search")] * 3,
        run.events[-1],
    ]
    assert isinstance(run.events[-1], IndexEvaluated)


def stopping(run: Run, kind: type) -> Any:
    return lambda: bool(run.of(kind))


def test_stopped_before_the_first_batch(train: Train) -> None:
    with pytest.raises(Stopped) as caught:
        train(dataset(np.ones((9, 2))), stop=lambda: True)
    assert caught.value.model is None


def test_stopped_while_sampling(train: Train) -> None:
    run = Run()
    with pytest.raises(Stopped) as caught:
        train(dataset(np.ones((1000, 2))), stop=countdown(2), run=run)
    assert len(caught.value.model.rows) == 200
    assert run.of(SamplingInterrupted) == [SamplingInterrupted()]
    assert not run.of(SamplingPassEnded)


def test_stopped_while_it_is_scored(train: Train) -> None:
    run, data = Run(), dataset(np.ones((1000, 2)))
    with pytest.raises(Stopped) as caught:
        train(data, test=data, stop=stopping(run, IndexStepEnded), run=run)
    assert len(caught.value.model.rows) == 1000
    assert not run.of(IndexEvaluated)


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"k": 21}, "The sample has 20 records, but 'k' is 21"),
        ({"k": 6, "sample_size": 5}, "The sample has 5 records, but 'k' is 6"),
        ({"feature_dim": 5}, "cannot copy sequence with size 4 to array axis with dimension 5"),
        (
            {"dimension_reduction_type": "sign", "dimension_reduction_target": 4},
            "'dimension_reduction_target' is 4, but must be smaller than the 'feature_dim' of 4",
        ),
    ],
)
def test_what_does_not_fit(train: Train, settings: dict[str, Any], text: str) -> None:
    with pytest.raises(ClientError, match=text):
        train(dataset(np.ones((20, 4))), **settings)


def test_a_channel_without_rows(train: Train) -> None:
    with pytest.raises(ClientError, match="The channel has no rows"):
        train(dataset(np.ones((20, 4))), test=dataset(np.ones((0, 4))))


def test_a_sample_that_is_too_large(train: Train, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "MAX_NUMBERS", 79)
    with pytest.raises(ClientError, match="Out of memory"):
        train(dataset(np.ones((20, 4))))
    assert len(train(dataset(np.ones((20, 4))), sample_size=19).model.rows) == 19


def test_a_projection_beyond_single_precision(train: Train) -> None:
    huge = dataset(np.full((20, 4), 3e38))
    with pytest.raises(ClientError, match="numbers that are too large"):
        train(
            huge,
            dimension_reduction_type="sign",
            dimension_reduction_target=1,
            seed=1,
        )
