"""Training as a whole: its results, judged by scikit-learn, and what it reports on the way."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.linalg import subspace_angles
from scipy.sparse import csr_array
from sklearn.decomposition import PCA, TruncatedSVD
from tests.algorithms.pca.conftest import sharded, typed
from tests.algorithms.run import Run, countdown

from sagemock.algorithms.base import ClientError, Stopped, UnreadableChannel
from sagemock.algorithms.pca import checks, fit
from sagemock.algorithms.pca.events import (
    BatchesSummed,
    ComponentsComputed,
    Reconstructed,
    SummingInterrupted,
)
from sagemock.algorithms.pca.model import PCAModel


def assert_agrees(
    model: PCAModel, rows: np.ndarray, tolerance: float = 1e-4, solver: str = "full"
) -> None:
    """With an exact solver of scikit-learn; it has the most important component first."""
    count = model.vectors.shape[1]
    peer = PCA(count, svd_solver=solver).fit(rows.astype(np.float64))
    angles = subspace_angles(model.vectors.astype(np.float64), peer.components_.T)
    assert angles.max() < tolerance
    for ours, theirs in zip(model.vectors.T, peer.components_[::-1], strict=True):
        assert abs(ours @ theirs) == pytest.approx(1, abs=tolerance)
    np.testing.assert_allclose(model.singular_values, peer.singular_values_[::-1], rtol=tolerance)
    assert model.mean is not None
    np.testing.assert_allclose(model.mean, peer.mean_, rtol=1e-5, atol=1e-6)


def kept(model: PCAModel, rows: np.ndarray) -> float:
    """The sum of squares along the components."""
    return float(np.square(model.predict(rows).astype(np.float64)).sum())


@pytest.mark.parametrize("components", [1, 3, 12])
@pytest.mark.parametrize("size", [1, 7, 100, 450, 5000])
def test_regular_components_are_those_of_sklearn(train, table, components, size) -> None:
    model = train(table, num_components=components, mini_batch_size=size).model
    assert_agrees(model, table)
    assert model.vectors.shape == (12, components)
    assert (np.diff(model.singular_values) >= 0).all()


def test_regular_components_of_digits(train, images) -> None:
    """Which are wide enough for single precision."""
    model = train(images, num_components=10).model
    assert_agrees(model, images, solver="covariance_eigh")


def test_projections_are_those_of_sklearn(train, table) -> None:
    ours = train(table).model.predict(table)
    theirs = PCA(3, svd_solver="full").fit_transform(table.astype(np.float64))[:, ::-1]
    np.testing.assert_allclose(np.abs(ours), np.abs(theirs), rtol=1e-3, atol=1e-3)


def test_without_mean_the_components_are_singular_vectors_of_the_rows(train, table) -> None:
    model = train(table, subtract_mean=False).model
    peer = TruncatedSVD(3, algorithm="arpack").fit(table.astype(np.float64))
    assert model.mean is None
    for ours, theirs in zip(model.vectors.T, peer.components_[::-1], strict=True):
        assert abs(ours @ theirs) == pytest.approx(1, abs=1e-4)
    np.testing.assert_allclose(model.singular_values, peer.singular_values_[::-1], rtol=1e-4)


@pytest.mark.parametrize("mode", ["regular", "randomized"])
@pytest.mark.parametrize("centered", [True, False])
def test_sparse_rows_have_the_components_of_dense_ones(train, images, mode, centered) -> None:
    settings = {"algorithm_mode": mode, "subtract_mean": centered, "num_components": 5}
    dense = train(images, test=[images[:50]], **settings)
    sparse = train(csr_array(images), test=[csr_array(images[:50])], **settings)
    np.testing.assert_allclose(dense.model.vectors, sparse.model.vectors, atol=1e-4)
    np.testing.assert_allclose(dense.model.singular_values, sparse.model.singular_values, rtol=1e-5)
    np.testing.assert_allclose(
        dense.model.predict(images[:9]), sparse.model.predict(csr_array(images[:9])), atol=1e-3
    )
    (one,), (other,) = dense.of(Reconstructed), sparse.of(Reconstructed)
    assert one.error == pytest.approx(other.error, rel=1e-4)


def test_randomized_components_keep_most_of_the_variance(train, images) -> None:
    """With more extra components they keep more."""
    best = kept(train(images, num_components=10).model, images)
    settings = {"num_components": 10, "algorithm_mode": "randomized"}

    def share(extra: int) -> float:
        models = [
            train(images, extra_components=extra, seed=seed, **settings).model for seed in range(4)
        ]
        return float(np.mean([kept(model, images) for model in models])) / best

    shares = [share(extra) for extra in (10, 50, 200)]
    assert 0.55 < shares[0] < shares[1] < shares[2] <= 1
    assert shares[2] > 0.9


def test_randomized_components_are_orthonormal_and_exact_in_a_subspace(train) -> None:
    """Rows of rank 3 are reconstructed whole, as the sketch has their row space."""
    generator = np.random.default_rng(2)
    rows = generator.normal(size=(300, 3)) @ generator.normal(size=(3, 40))
    run = train(rows, test=[rows], algorithm_mode="randomized")
    vectors = run.model.vectors.astype(np.float64)
    np.testing.assert_allclose(vectors.T @ vectors, np.eye(3), atol=1e-5)
    assert run.of(Reconstructed)[0].error < 1e-8 * np.square(rows).sum(axis=1).mean()


def test_randomized_singular_values_have_the_scale_of_regular_ones(train) -> None:
    """With many more rows in the sketch than columns they are nearly the same."""
    rows = np.random.default_rng(3).normal(size=(2000, 8)) * np.arange(1, 9)
    exact = train(rows, num_components=8).model
    sketched = train(
        rows, num_components=8, algorithm_mode="randomized", extra_components=2000
    ).model
    np.testing.assert_allclose(sketched.singular_values, exact.singular_values, rtol=0.15)


def test_the_same_seed_gives_the_same_model_to_the_bit(train, images) -> None:
    settings = {"algorithm_mode": "randomized", "seed": 3}
    one, other = (train(images, **settings).model.vectors for _ in range(2))
    assert one.tobytes() == other.tobytes()
    assert (one != train(images, algorithm_mode="randomized", seed=4).model.vectors).any()
    assert (
        train(images, seed=3).model.vectors.tobytes()
        == train(images, seed=4).model.vectors.tobytes()
    )


def test_hosts_together_have_the_components_of_all_rows(train, table) -> None:
    assert_agrees(train(table[:130], table[130:140], table[140:]).model, table)


def test_a_host_with_sparse_rows_beside_one_with_dense_rows(train, table) -> None:
    assert_agrees(train(table[:200], csr_array(table[200:])).model, table)
    assert_agrees(train(csr_array(table[:200]), table[200:]).model, table, 1e-3)


def test_rows_that_two_hosts_have_count_twice(train, table) -> None:
    once, twice = train(table).model, train(table, table).model
    np.testing.assert_allclose(twice.singular_values, np.sqrt(2) * once.singular_values, rtol=1e-6)
    np.testing.assert_allclose(twice.vectors, once.vectors, atol=1e-5)


@pytest.mark.parametrize("mode", ["regular", "randomized"])
def test_further_epochs_do_not_scale_the_singular_values(train, mode) -> None:
    rows = np.random.default_rng(3).normal(size=(400, 6)) * np.arange(1, 7)
    settings = {"algorithm_mode": mode, "extra_components": 500}
    one, three = (train(rows, epochs=n, **settings).model for n in (1, 3))
    np.testing.assert_allclose(one.singular_values, three.singular_values, rtol=0.2)


def test_numbers_far_from_one(train) -> None:
    """Products in single precision would overflow, or vanish."""
    rows = np.random.default_rng(5).normal(size=(300, 300))
    plain = train(rows).model
    for scale in (1e25, 1e-25):
        model = train(rows * scale).model
        np.testing.assert_allclose(model.singular_values, plain.singular_values * scale, rtol=1e-4)


NUMBERS = st.floats(-1e6, 1e6, width=32, allow_subnormal=False)


@given(
    arrays.arrays(np.float32, st.tuples(st.integers(1, 12), st.integers(1, 5)), elements=NUMBERS),
    st.integers(1, 4),
    st.booleans(),
)
def test_any_rows_have_the_singular_values_of_numpy(rows, size, centered) -> None:
    columns = rows.shape[1]
    hyperparameters = typed(
        columns,
        mini_batch_size=size,
        num_components=columns,
        extra_components=0,
        subtract_mean=centered,
    )
    model = fit(hyperparameters, {"train": sharded(rows)})
    doubles = rows.astype(np.float64)
    expected = np.linalg.svd(doubles - centered * doubles.mean(axis=0), compute_uv=False)[::-1]
    expected = np.pad(expected, (columns - len(expected), 0))
    scale = max(1e-6, np.abs(doubles).max())
    np.testing.assert_allclose(model.singular_values, expected, rtol=1e-5, atol=1e-5 * scale)
    vectors = model.vectors.astype(np.float64)
    np.testing.assert_allclose(vectors.T @ vectors, np.eye(columns), atol=1e-5)


def test_equal_rows(train) -> None:
    model = train(np.full((50, 4), 2.5, np.float32)).model
    assert (model.singular_values == 0).all()
    assert (model.predict(np.full((1, 4), 2.5, np.float32)) == 0).all()


def test_fewer_rows_than_components(train) -> None:
    rows = np.float32([[1, 0, 0, 0], [0, 1, 0, 0]])
    for mode in ("regular", "randomized"):
        model = train(rows, algorithm_mode=mode).model
        assert model.vectors.shape == (4, 3)
        assert model.singular_values[:2] == pytest.approx([0, 0], abs=1e-6)


def test_events_in_order(train, table) -> None:
    run = train(table[:250], table[250:], test=[table[:30], table[30:70]], epochs=2)
    assert run.events[:-1] == [
        BatchesSummed(0, 2, [250, 200]),
        BatchesSummed(1, 2, [250, 200]),
        ComponentsComputed(),
    ]
    (scored,) = run.of(Reconstructed)
    assert scored.rows == [30, 40]
    assert Reconstructed(None, ()) in train(table).events


def test_the_score_is_the_error_of_reconstruction(train, table) -> None:
    run = train(table, test=[table[:100]])
    peer = PCA(3, svd_solver="full").fit(table.astype(np.float64))
    lost = table[:100] - peer.inverse_transform(peer.transform(table[:100]))
    assert run.of(Reconstructed)[0].error == pytest.approx(
        np.square(lost).sum(axis=1).mean(), rel=1e-3
    )


def test_stopped_before_the_first_batch_there_is_no_model(train, table) -> None:
    run = Run()
    with pytest.raises(Stopped) as caught:
        train(table, stop=lambda: True, run=run)
    assert caught.value.model is None
    assert run.events == [SummingInterrupted(0)]


def test_stopped_between_batches_the_model_is_that_of_the_batches_so_far(train, table) -> None:
    run = Run()
    with pytest.raises(Stopped) as caught:
        train(table, stop=countdown(2), run=run)
    assert_agrees(caught.value.model, table[:200])
    assert run.events == [SummingInterrupted(2), ComponentsComputed()]


def test_stopped_in_a_later_epoch_the_singular_values_are_those_of_one(train, table) -> None:
    with pytest.raises(Stopped) as caught:
        train(table, epochs=1000, stop=countdown(5 * 101 + 2))
    whole = train(table).model
    np.testing.assert_allclose(caught.value.model.singular_values, whole.singular_values, rtol=0.01)


def failure(rows: np.ndarray, **settings: int | str) -> ClientError:
    with pytest.raises(ClientError) as caught:
        fit(typed(rows.shape[1], **settings), {"train": sharded(rows)})
    return caught.value


def test_columns_that_are_not_feature_dim() -> None:
    error = failure(np.zeros((9, 3), np.float32), feature_dim=4)
    assert str(error) == "cannot copy sequence with size 3 to array axis with dimension 4"


@pytest.mark.parametrize("mode", ["regular", "randomized"])
def test_more_components_than_columns(mode: str) -> None:
    error = failure(np.zeros((9, 3), np.float32), num_components=4, algorithm_mode=mode)
    assert str(error).startswith("'num_components' is 4, but the data has 3 columns.")


def test_no_rows() -> None:
    assert isinstance(failure(np.zeros((0, 2), np.float32)), UnreadableChannel)


@pytest.mark.parametrize(
    ("settings", "matrix"),
    [({}, "20000 x 20000"), ({"algorithm_mode": "randomized", "extra_components": 9997}, "10000")],
)
def test_more_numbers_than_fit_into_memory(settings: dict[str, int | str], matrix: str) -> None:
    rows = csr_array((5, 20_000), dtype=np.float32)
    assert str(failure(rows, **settings)).startswith(f"Out of memory: a matrix of {matrix}")
    assert checks.MAX_NUMBERS < 20_000 * 10_000
