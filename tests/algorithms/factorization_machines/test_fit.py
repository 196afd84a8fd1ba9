"""Training as a whole: its results, and what it reports on the way."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from scipy.sparse import csr_array, vstack
from tests.algorithms.factorization_machines.conftest import typed
from tests.algorithms.factorization_machines.reference import GradientDescent
from tests.algorithms.run import Run, countdown, dataset

from sagemock.algorithms.base import AlgorithmError, ClientError, Dataset, Sharded, Stopped
from sagemock.algorithms.factorization_machines import fit
from sagemock.algorithms.factorization_machines.events import (
    BatchesScored,
    ChannelTested,
    EpochScored,
    Event,
    Finalized,
    MachineInterrupted,
    NetworkBuilt,
)

QUICK = {"mini_batch_size": 100, "factors_lr": 0.01, "linear_lr": 0.01, "factors_init_sigma": 0.1}


def rmse(model, rows) -> float:
    features, labels = rows
    return float(np.sqrt(np.mean((model.predict(features).scores - labels) ** 2)))


def test_ratings_are_predicted_as_well_as_by_gradient_descent(train, ratings) -> None:
    features, labels = ratings
    seen, unseen = (features[:2500], labels[:2500]), (features[2500:], labels[2500:])
    peer = GradientDescent(100, 2)
    peer.fit(seen[0].astype(np.float64), seen[1], steps=1200, rate=0.9)
    of_peer = [float(np.sqrt(np.mean((peer.predict(x) - y) ** 2))) for x, y in (seen, unseen)]
    rates = {f"{term}_lr": 0.01 for term in ("bias", "linear", "factors")}
    decays = {f"{term}_wd": 0.0 for term in ("bias", "linear", "factors")}
    model = train(
        seen,
        num_factors=2,
        epochs=300,
        mini_batch_size=500,
        factors_init_sigma=0.1,
        **rates,
        **decays,
    ).model
    assert rmse(model, seen) < of_peer[0] * 1.005
    assert rmse(model, unseen) < of_peer[1] * 1.005
    # Nearly the noise of the ratings, which deviate by more than 1.
    assert rmse(model, unseen) < 0.12


def test_as_many_passes_as_gradient_descent_lead_further(train, ratings) -> None:
    features, labels = ratings
    peer = GradientDescent(100, 2)
    peer.fit(features.astype(np.float64), labels, steps=40, rate=0.9)
    of_peer = float(np.sqrt(np.mean((peer.predict(features) - labels) ** 2)))
    assert rmse(train(ratings, num_factors=2, epochs=40, **QUICK).model, ratings) < 0.2 * of_peer


def test_the_first_epoch_gains_as_much_as_a_recorded_one(train) -> None:
    """The job had the defaults and 220 batches; nothing is known of its rows but two moments.

    Its first batch had the mean absolute label 17.687, and the mean squared error fell from 5217.9
    to 4908.1. Rates of 1 / 10, or a tenth of the updates, leave it above 5000.
    """
    mean, square = 17.686853515625, 5217.9495
    # Few of the labels are large, and the others the same.
    large = np.arange(1000) % 50 == 0
    spread = np.sqrt(square - mean * mean)
    labels = np.where(large, mean + spread * 49**0.5, mean - spread * 49**-0.5)
    rows = csr_array((np.ones(1000, np.float32), (np.arange(1000), np.arange(1000) % 20)))
    batches = vstack([rows] * 220, format="csr")
    job = train((batches, np.tile(labels, 220)), num_factors=2, epochs=2)
    first, *_, again = (each for each in job.of(BatchesScored) if each.batch == 0)
    assert first.hosts[0][1].value == pytest.approx(5217.9495, rel=1e-3)
    assert again.hosts[0][1].value == pytest.approx(4908.1, rel=2e-3)


def test_a_product_is_classified_which_no_linear_model_does(train) -> None:
    generator = np.random.default_rng(0)
    rows = generator.normal(size=(4000, 6)).astype(np.float32)
    labels = (rows[:, 0] * rows[:, 1] > 0).astype(np.float32)
    job = train(
        (rows[:3000], labels[:3000]),
        test=(rows[3000:], labels[3000:]),
        predictor_type="binary_classifier",
        epochs=20,
        **QUICK,
    )
    scores = {each.name: each.value for each in job.of(ChannelTested)[0].scores}
    assert scores["binary_classification_accuracy"] > 0.95
    predictions = job.model.predict(rows[3000:])
    assert ((predictions.labels == labels[3000:]).mean()) == pytest.approx(
        scores["binary_classification_accuracy"]
    )
    assert ((predictions.scores >= 0.5) == (predictions.labels == 1)).all()


def test_digits_are_told_from_the_others(train, digits) -> None:
    """The settings of AWS's notebook, on a fiftieth of its rows."""
    job = train(
        (digits.images, digits.zero),
        predictor_type="binary_classifier",
        num_factors=10,
        mini_batch_size=20,
        epochs=3,
    )
    last = {each.name: each.value for each in job.of(EpochScored)[-1].hosts[0]}
    assert last["binary_classification_accuracy"] > 0.95
    assert last["binary_f_1.000"] > 0.8


def test_the_same_seed_gives_the_same_model_to_the_bit(train, ratings) -> None:
    one, same, other = (train(ratings, seed=seed, **QUICK).model for seed in (3, 3, 4))
    assert one.columns.tobytes() == same.columns.tobytes()
    assert one.bias == same.bias
    assert (one.columns != other.columns).any()


def test_dense_rows_of_all_columns_train_like_sparse_ones(train) -> None:
    generator = np.random.default_rng(1)
    rows = generator.uniform(0.1, 1, (500, 8)).astype(np.float32)
    labels = rows[:, 0] * rows[:, 1]
    dense = train((rows, labels), epochs=3, **QUICK)
    sparse = train((csr_array(rows), labels), epochs=3, **QUICK)
    np.testing.assert_allclose(dense.model.columns, sparse.model.columns, atol=1e-5)
    assert (dense.model.sparse, sparse.model.sparse) == (False, True)
    assert dense.of(NetworkBuilt) == [NetworkBuilt(sparse=False)]
    assert sparse.of(NetworkBuilt) == [NetworkBuilt(sparse=True)]


def test_columns_that_do_not_occur_keep_their_initial_values(train) -> None:
    features = csr_array(np.float32([[1, 0, 0], [0, 0, 1]]))
    rows = (features, np.float32([1, 2]))
    settings = {"linear_init_method": "constant", "linear_init_value": 0.5}
    model = train(rows, linear_wd=100.0, **settings).model
    assert model.linear[1] == 0.5
    assert (model.linear[[0, 2]] != 0.5).all()


def test_the_last_batch_is_filled_up_with_the_first_rows(train) -> None:
    generator = np.random.default_rng(2)
    rows = generator.normal(size=(7, 3)).astype(np.float32)
    labels = rows.sum(axis=1)
    filled = np.r_[0:7, 0:2]
    for make in (np.ascontiguousarray, csr_array):
        one = train((make(rows), labels), mini_batch_size=3, epochs=2)
        other = train((make(rows[filled]), labels[filled]), mini_batch_size=3, epochs=2)
        assert one.model.columns.tobytes() == other.model.columns.tobytes()
        assert [each.hosts for each in one.of(EpochScored)] == [
            each.hosts for each in other.of(EpochScored)
        ]


def test_a_batch_of_more_rows_than_there_are_has_them_several_times(train) -> None:
    generator = np.random.default_rng(3)
    rows = generator.normal(size=(4, 3)).astype(np.float32)
    labels = rows.sum(axis=1)
    repeated = np.arange(10) % 4
    one = train((rows, labels), mini_batch_size=10)
    other = train((rows[repeated], labels[repeated]), mini_batch_size=10)
    np.testing.assert_allclose(one.model.columns, other.model.columns, rtol=1e-5)
    # No memory is taken for what is repeated.
    train((rows, labels), mini_batch_size=10**12)


def test_scores_of_an_epoch_are_sums_over_full_batches_before_their_updates(train) -> None:
    rows = np.ones((5, 1), np.float32)
    job = train(
        (rows, np.float32([1, 2, 3, 4, 5])),
        mini_batch_size=2,
        batch_metrics_publish_interval=1,
        **{f"{term}_init_method": "constant" for term in ("bias", "linear", "factors")},
        **{f"{term}_lr": 0.0 for term in ("bias", "linear", "factors")},
    )
    mse = [each.hosts[0][1].value for each in job.of(BatchesScored)]
    # The model predicts 0, so that errors are the labels; the last batch is 5 and 1.
    assert mse == [(1 + 4) / 2, (1 + 4 + 9 + 16) / 4, (1 + 4 + 9 + 16 + 25 + 1) / 6]
    assert job.of(EpochScored)[0].hosts[0][1].value == mse[-1]


def test_events_in_order(train, ratings) -> None:
    features, labels = ratings
    job = train(ratings, test=(features[:40], labels[:40]), mini_batch_size=2, epochs=2)
    epoch = [BatchesScored] * 3 + [EpochScored]
    kinds = [NetworkBuilt, *epoch, *epoch, Finalized, ChannelTested]
    assert [type(event) for event in job.events] == kinds
    assert [(each.epoch, each.batch) for each in job.of(BatchesScored)] == [
        (epoch, batch) for epoch in range(2) for batch in (0, 500, 1000)
    ]
    assert [(each.epoch, each.epochs, each.rows) for each in job.of(EpochScored)] == [
        (0, 2, [3000]),
        (1, 2, [3000]),
    ]
    assert job.of(ChannelTested)[0].rows == [40]


def test_the_first_batch_is_scored_with_the_initial_parameters(train, ratings) -> None:
    job = train(ratings)
    (first,) = job.of(BatchesScored)
    assert first.hosts[0][1].value == pytest.approx(np.mean(ratings[1][:1000] ** 2), rel=0.02)


def test_rescale_grad_scales_the_sum_of_the_gradients(train, ratings) -> None:
    usual = train(ratings, mini_batch_size=100).model
    same = train(ratings, mini_batch_size=100, rescale_grad=1 / 100).model
    assert same.columns.tobytes() == usual.columns.tobytes()
    other = train(ratings, mini_batch_size=100, rescale_grad=1.0).model
    assert (other.columns != usual.columns).any()


def test_without_bias_and_linear_terms(train, ratings) -> None:
    model = train(ratings, use_bias=False, use_linear=False, epochs=3, **QUICK).model
    assert model.bias == 0
    assert not model.linear.any()
    assert model.factors.all()


def test_hosts_with_the_same_rows_train_like_one(train, ratings) -> None:
    one = train(ratings, epochs=2, **QUICK)
    data = dataset(*ratings)
    hyper = typed(100, epochs=2, **QUICK)
    events: list[Event] = []
    both = fit(hyper, {"train": Sharded((data,), (0, 0))}, observe=events.append)
    np.testing.assert_allclose(both.columns, one.model.columns, atol=1e-6)
    scores = [event.hosts for event in events if isinstance(event, EpochScored)]
    assert [len(each) for each in scores] == [2, 2]


def test_hosts_train_on_the_mean_of_their_gradients(train, ratings) -> None:
    """As a host whose batches are those of both."""
    features, labels = ratings
    mixed = np.arange(2000).reshape(2, 10, 100).swapaxes(0, 1).ravel()
    together = train((features[mixed], labels[mixed]), **{**QUICK, "mini_batch_size": 200})
    rows = [(features[:1000], labels[:1000]), (features[1000:2000], labels[1000:2000])]
    apart = train(rows, **QUICK)
    np.testing.assert_allclose(apart.model.columns, together.model.columns, atol=1e-5)
    (scored,) = apart.of(EpochScored)
    assert scored.rows == [1000, 1000]
    assert np.mean([host[1].value for host in scored.hosts]) == pytest.approx(
        together.of(EpochScored)[0].hosts[0][1].value, rel=1e-4
    )


def test_a_host_that_has_no_more_batches_drops_out(train, ratings) -> None:
    features, labels = ratings
    rows = [(features[:300], labels[:300]), (features[300:400].toarray(), labels[300:400])]
    job = train(rows, batch_metrics_publish_interval=1, **QUICK)
    assert [[scores is not None for scores in each.hosts] for each in job.of(BatchesScored)] == [
        [True, True],
        [True, False],
        [True, False],
    ]
    assert job.model.sparse


def test_a_test_channel_is_scored_over_its_real_rows(train, ratings) -> None:
    features, labels = ratings
    # More than one block.
    test = (vstack([features, features[:1500]], format="csr"), np.r_[labels, labels[:1500]])
    job = train(ratings, test=test, **QUICK)
    scores = {each.name: each.value for each in job.of(ChannelTested)[0].scores}
    assert scores["rmse"] == pytest.approx(rmse(job.model, test), rel=1e-5)
    assert scores["mse"] == pytest.approx(scores["rmse"] ** 2)


def test_many_columns_take_memory_for_the_model_and_what_occurs_only(train) -> None:
    """As dense rows these would take 16 GB."""
    columns, number = 2_000_000, 2000
    generator = np.random.default_rng(0)
    keys = generator.integers(0, columns, 2 * number)
    rows = csr_array(
        (np.ones(2 * number, np.float32), (np.repeat(np.arange(number), 2), keys)),
        shape=(number, columns),
    )
    tracemalloc.start()
    try:
        model = train((rows, np.ones(number, np.float32)), num_factors=4).model
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    size = columns * 5 * 4
    assert model.columns.nbytes == size
    # The model, two moments of which only touched pages are real, and what is drawn.
    assert peak < 4.5 * size


def test_stopped_before_the_first_batch_there_is_no_model(train, ratings) -> None:
    run = Run()
    with pytest.raises(Stopped) as caught:
        train(ratings, stop=lambda: True, run=run)
    assert caught.value.model is None
    assert run.events == [NetworkBuilt(sparse=True), MachineInterrupted(0)]


def test_stopped_between_batches_the_model_is_that_of_the_batches_so_far(train, ratings) -> None:
    features, labels = ratings
    run = Run()
    with pytest.raises(Stopped) as caught:
        train(ratings, mini_batch_size=100, stop=countdown(3), run=run)
    assert run.events[-1] == MachineInterrupted(3)
    whole = train((features[:300], labels[:300]), mini_batch_size=100).model
    assert caught.value.model.columns.tobytes() == whole.columns.tobytes()


def failure(rows, **settings) -> ClientError:
    data = Dataset(*rows)
    with pytest.raises(ClientError) as caught:
        fit(typed(data.columns, **settings), {"train": Sharded.on_each(data)})
    return caught.value


def zeros(rows: int, columns: int):
    return np.zeros((rows, columns), np.float32), np.zeros(rows, np.float32)


def test_columns_that_are_not_feature_dim() -> None:
    data = Dataset(*zeros(9, 3))
    with pytest.raises(ClientError) as caught:
        fit(typed(4), {"train": Sharded.on_each(data)})
    assert str(caught.value) == ("cannot copy sequence with size 3 to array axis with dimension 4")


def test_no_rows() -> None:
    assert str(failure(zeros(0, 3))).startswith("No training data processed.")


def test_labels_that_a_classifier_does_not_allow() -> None:
    features, _ = zeros(3, 2)
    error = failure((features, np.float32([0, 1, 2])), predictor_type="binary_classifier")
    assert str(error) == (
        "Labels of channel 'train' must be 0 or 1 for predictor_type 'binary_classifier', but "
        "there is a label 2."
    )


def test_a_model_that_does_not_fit_into_memory() -> None:
    error = failure(zeros(3, 2), num_factors=1 << 30)
    assert str(error).startswith("Out of memory: 2 columns with 1073741824 factors each.")


@pytest.mark.filterwarnings("error")
def test_training_that_diverges(train) -> None:
    generator = np.random.default_rng(0)
    rows = 1e18 * generator.normal(size=(100, 3)).astype(np.float32)
    with pytest.raises(AlgorithmError, match="Training diverged"):
        train((rows, rows[:, 0]), factors_lr=1e18, epochs=5)
