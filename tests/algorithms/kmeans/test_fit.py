"""Training as a whole: its results, judged by scikit-learn, and what it tells on the way."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from scipy.sparse import csr_array
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score
from tests.algorithms.kmeans.conftest import sharded, typed
from tests.algorithms.run import Run, countdown

from sagemock.algorithms.base import ClientError, Stopped, UnreadableChannel
from sagemock.algorithms.kmeans import fit, reduction
from sagemock.algorithms.kmeans.events import (
    Attempted,
    Evaluated,
    Initialized,
    Interrupted,
    Kept,
    Moved,
    PassEnded,
    Shrinking,
    Shrunk,
    Timed,
)


def msd(model, rows: np.ndarray) -> float:
    return float((model.predict(rows).distance_to_cluster.astype(np.float64) ** 2).mean())


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"init_method": "kmeans++", "extra_center_factor": 1},
        {"mini_batch_size": 100, "epochs": 3},
        {"mini_batch_size": 100, "half_life_time_size": 500},
        {"local_lloyd_init_method": "random", "local_lloyd_num_trials": 20},
    ],
    ids=str,
)
def test_blobs_are_recovered(train, blobs, settings) -> None:
    rows, centers = blobs
    model = train(rows, k=5, **settings).model
    for center in centers:
        assert np.linalg.norm(model.centers - center, axis=1).min() < 0.5
    truth = np.linalg.norm(rows[:, np.newaxis] - centers, axis=2).argmin(axis=1)
    assert adjusted_rand_score(truth, model.predict(rows).closest_cluster) == 1


def test_digits_are_clustered_nearly_as_well_as_by_sklearn(train, images) -> None:
    # Every second column of the middle rows.
    images = images[:, 112:672:2]
    peer = KMeans(10, n_init=3, random_state=0).fit(images)
    best = peer.inertia_ / len(images)
    for seed in range(3):
        for settings in ({}, {"init_method": "kmeans++"}, {"mini_batch_size": 250, "epochs": 3}):
            model = train(images, k=10, seed=seed, **settings).model
            # On the whole of MNIST the two steps end 1 to 2 % above Lloyd's algorithm.
            assert best * 0.999 < msd(model, images) < best * 1.05


def test_extra_centers_find_better_clusters_than_one_pass_alone(train, images) -> None:
    plain = [
        msd(train(images, k=10, seed=seed, extra_center_factor=1).model, images)
        for seed in range(4)
    ]
    extra = [msd(train(images, k=10, seed=seed).model, images) for seed in range(4)]
    assert np.mean(extra) < np.mean(plain)


def test_the_same_seed_gives_the_same_model_to_the_bit(train, images) -> None:
    one, other = (train(images, k=10, seed=3).model.centers for _ in range(2))
    assert one.tobytes() == other.tobytes()
    assert one.dtype == np.float32
    assert one.shape == (10, 784)
    assert (one != train(images, k=10, seed=4).model.centers).any()


def test_sparse_rows_are_clustered_like_dense_ones(train, images) -> None:
    dense = train(images, k=10, mini_batch_size=300, test=images)
    sparse = train(csr_array(images), k=10, mini_batch_size=300, test=csr_array(images))
    np.testing.assert_allclose(dense.model.centers, sparse.model.centers, atol=1e-5)
    assert dense.of(Evaluated)[0].scores["msd"] == pytest.approx(
        sparse.of(Evaluated)[0].scores["msd"]
    )


def test_many_columns_take_memory_for_their_centers_only(train) -> None:
    """As dense rows these would take 3.2 GB."""
    columns, number = 200_000, 2000
    generator = np.random.default_rng(0)
    keys = np.where(np.arange(number) % 2, 0, columns - 10) + generator.integers(0, 10, number)
    values = generator.uniform(50, 60, number).astype(np.float32)
    rows = csr_array((values, (np.arange(number), keys)), shape=(number, columns))
    tracemalloc.start()
    try:
        model = train(rows, k=2, extra_center_factor=4, init_method="kmeans++").model
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # Eight working centers of 8 bytes a number, and what a step computes from them.
    assert peak < 8 * columns * 8 * 10
    clusters = model.predict(rows).closest_cluster
    assert len(set(clusters.tolist())) == 2
    # Nothing is ever seen of the columns between.
    assert not model.centers[:, 10 : columns - 10].any()


def test_events_in_order(train, blobs) -> None:
    rows, _ = blobs
    run = train(rows, k=5, mini_batch_size=150, epochs=2, test=rows[:40])
    assert [type(event) for event in run.events] == [
        Initialized,
        Moved,
        PassEnded,
        Moved,
        PassEnded,
        Shrinking,
        *[Attempted] * 10,
        Shrunk,
        Timed,
        Evaluated,
    ]
    assert run.of(Initialized) == [Initialized([150])]
    # 13 whole batches and one of 50 rows.
    assert run.of(PassEnded) == [PassEnded(0, 2, [2000], 14), PassEnded(1, 2, [2000], 14)]
    assert [event.iteration for event in run.of(Moved)] == [10, 20]
    assert run.of(Shrinking) == [Shrinking(50, 5)]
    attempts = run.of(Attempted)
    assert [event.number for event in attempts] == list(range(10))
    assert run.of(Shrunk) == [Shrunk(min(event.msd for event in attempts))]


def test_the_loss_of_the_reduction_is_over_the_working_centers(train, images) -> None:
    """As recorded: far less than over the rows, whose spread within a center is not in it."""
    run = train(images, k=10)
    assert run.of(Shrunk)[0].msd < 0.75 * msd(run.model, images)


def test_the_reduction_is_the_same_in_the_space_of_the_centers(train, images, monkeypatch) -> None:
    reduced = train(images, k=10)
    monkeypatch.setattr(reduction, "_coordinates", lambda points: (points, np.eye(784)))
    whole = train(images, k=10)
    np.testing.assert_allclose(reduced.model.centers, whole.model.centers, atol=1e-6)
    assert reduced.of(Shrunk)[0].msd == pytest.approx(whole.of(Shrunk)[0].msd)


def test_scores_are_over_the_rows_of_the_test_channel(train, images) -> None:
    run = train(images[:700], k=10, test=images[700:], eval_metrics=("ssd", "msd"))
    scores = run.of(Evaluated)[0].scores
    assert list(scores) == ["ssd", "msd"]
    peer = KMeans(10, init=run.model.centers, n_init=1, max_iter=1).fit(run.model.centers)
    assert scores["ssd"] == pytest.approx(-peer.score(images[700:]), rel=1e-5)
    assert scores["msd"] == pytest.approx(scores["ssd"] / 300)
    assert run.of(Evaluated)[0].rows == [300]


def test_the_incomplete_last_batch_trains(train) -> None:
    rows = np.array([[0.0], [0.0], [10.0], [10.0], [20.0]], np.float32)
    run = train(rows, k=1, extra_center_factor=1, mini_batch_size=2)
    assert run.model.centers.tolist() == [[8.0]]
    assert run.of(PassEnded)[0].batches == 3


def test_no_more_working_centers_than_rows_in_the_first_batch(train, blobs) -> None:
    rows, _ = blobs
    assert train(rows, k=5, mini_batch_size=33).of(Shrinking) == [Shrinking(33, 5)]
    assert train(rows[:5], k=5).of(Shrinking) == [Shrinking(5, 5)]


def test_without_extra_centers_the_working_centers_are_the_model(train, blobs) -> None:
    rows, _ = blobs
    run = train(rows, k=5, extra_center_factor=1)
    assert [type(event) for event in run.events[-4:]] == [PassEnded, Kept, Timed, Evaluated]
    assert not run.of(Attempted)


def test_equal_rows(train) -> None:
    run = train(np.full((50, 3), 2.5, np.float32), k=4)
    assert (run.model.centers == 2.5).all()
    assert run.of(Shrunk) == [Shrunk(0.0)]


def test_hosts_move_the_centers_together(train, images) -> None:
    """A step of two hosts is one of a host with a mini-batch of both their rows."""
    first, second = images[:500], images[500:]
    together = np.concatenate(
        [half[start : start + 100] for start in range(0, 500, 100) for half in (first, second)]
    )
    shared = train(first, second, k=10, mini_batch_size=100)
    alone = train(together, k=10, mini_batch_size=200)
    np.testing.assert_allclose(shared.model.centers, alone.model.centers, atol=1e-6)
    assert shared.of(PassEnded) == [PassEnded(0, 1, [500, 500], 5)]
    assert shared.of(Initialized) == [Initialized([100, 100])]


def test_a_host_with_fewer_rows_leaves_the_last_batches_to_the_others(train) -> None:
    rows = np.arange(9.0, dtype=np.float32)[:, np.newaxis]
    run = train(rows[:6], rows[6:], k=1, extra_center_factor=1, mini_batch_size=2)
    assert run.model.centers.tolist() == [[4.0]]
    assert run.of(PassEnded) == [PassEnded(0, 1, [6, 3], 3)]


def test_a_host_with_sparse_rows_beside_one_with_dense_rows(train, images) -> None:
    settings = {"k": 10, "mini_batch_size": 100, "init_method": "kmeans++"}
    dense = train(images[:500], images[500:], **settings).model
    mixed = train(images[:500], csr_array(images[500:]), **settings).model
    np.testing.assert_allclose(dense.centers, mixed.centers, atol=1e-5)


def test_every_step_of_the_updates_is_measured(train, images) -> None:
    for rows in (images, csr_array(images)):
        (timed,) = train(rows, k=10, mini_batch_size=100).of(Timed)
        assert len(timed.seconds) == 13
        assert min(timed.seconds.values()) > 0


def test_stopped_before_the_first_batch_there_is_no_model(train, blobs) -> None:
    run = Run()
    with pytest.raises(Stopped) as caught:
        train(blobs[0], k=5, stop=lambda: True, run=run)
    assert caught.value.model is None
    assert run.events == [Initialized([2000]), Interrupted(0)]


def test_stopped_between_batches_the_model_is_that_of_the_batches_so_far(train, images) -> None:
    run = Run()
    with pytest.raises(Stopped) as caught:
        train(images, k=10, mini_batch_size=100, stop=countdown(3), run=run)
    model = caught.value.model
    assert model.centers.shape == (10, 784)
    assert Interrupted(3) in run.events
    whole = train(images[:300], k=10, mini_batch_size=100).model
    # The reduction is cut short as well, so it is close to the whole one only.
    assert msd(model, images[:300]) < 1.3 * msd(whole, images[:300])
    assert len([event for event in run.events if isinstance(event, Attempted)]) == 1


def test_stopped_during_the_reduction_the_model_is_the_best_so_far(train, images) -> None:
    run = Run()
    with pytest.raises(Stopped) as caught:
        train(images, k=10, stop=countdown(40), run=run)
    attempts = [event for event in run.events if isinstance(event, Attempted)]
    assert 1 < len(attempts) < 10
    assert run.events[-4:-1] == [
        Interrupted(1),
        attempts[-1],
        Shrunk(min(event.msd for event in attempts)),
    ]
    assert caught.value.model.centers.shape == (10, 784)


def failure(rows: np.ndarray, **settings: int) -> ClientError:
    with pytest.raises(ClientError) as caught:
        fit(typed(rows, **settings), {"train": sharded(rows)})
    return caught.value


def test_columns_that_are_not_feature_dim() -> None:
    error = failure(np.zeros((9, 3), np.float32), k=2, feature_dim=4)
    assert str(error) == "cannot copy sequence with size 3 to array axis with dimension 4"


@pytest.mark.parametrize(("rows", "size"), [(3, 5000), (50, 3)])
def test_fewer_rows_than_clusters(rows: int, size: int) -> None:
    error = failure(np.zeros((rows, 2), np.float32), k=4, mini_batch_size=size)
    assert str(error).startswith("The first mini-batch has 3 records, but 'k' is 4.")


def test_no_rows() -> None:
    error = failure(np.zeros((0, 2), np.float32), k=2)
    assert isinstance(error, UnreadableChannel)


def test_more_centers_than_fit_into_memory() -> None:
    rows = csr_array((1000, 1 << 20), dtype=np.float32)
    error = failure(rows, k=100)
    assert str(error).startswith("Out of memory: 1000 centers of 1048576 columns.")
