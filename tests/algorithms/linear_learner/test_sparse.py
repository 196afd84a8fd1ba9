"""Sparse features: the same results as dense ones, in memory that grows with the values."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array, random_array
from tests.memory import peak_memory

from sagemock.algorithms.base import Dataset
from sagemock.algorithms.linear_learner import mini_batches
from sagemock.algorithms.linear_learner.scaler import measure
from sagemock.containers.linear_learner import parse_hyperparameters

ROWS, COLUMNS = 300, 20

SETTINGS = {
    "binary": {"predictor_type": "binary_classifier"},
    "multiclass": {"predictor_type": "multiclass_classifier", "num_classes": "3"},
    "regressor": {"predictor_type": "regressor"},
}


def problem(name: str, rows: int = ROWS, seed: int = 0) -> tuple[csr_array, np.ndarray]:
    random = np.random.default_rng(seed)
    features = csr_array(
        random_array((rows, COLUMNS), density=0.4, rng=random, dtype=np.float32), dtype=np.float32
    )
    signal = features @ np.random.default_rng(9).normal(0, 2, (COLUMNS, 3))
    if name == "binary":
        return features, (signal[:, 0] > 0).astype(np.float32)
    if name == "multiclass":
        return features, signal.argmax(axis=1).astype(np.float32)
    return features, signal[:, 0].astype(np.float32)


@pytest.mark.parametrize("name", SETTINGS)
@pytest.mark.parametrize("optimizer", ["adam", "sgd", "rmsprop"])
def test_the_same_as_dense(train, name: str, optimizer: str) -> None:
    """Dense features without the shift, which sparse ones do not get."""
    settings = {**SETTINGS[name], "mini_batch_size": "30", "optimizer": optimizer, "wd": "0.01"}
    settings["unbias_data"] = "false"
    features, labels = problem(name)
    held_out, truth = problem(name, 50, 1)
    sparse = train(settings, (features, labels), validation=(held_out, truth))
    dense = train(settings, (features.toarray(), labels), validation=(held_out.toarray(), truth))
    assert sparse.epochs[0].hosts[0].train == pytest.approx(
        dense.epochs[0].hosts[0].train, rel=1e-3
    )
    assert sparse.model.weights == pytest.approx(dense.model.weights, rel=0.02, abs=0.02)
    a, b = ([s.value for s in run.chosen.scores] for run in (sparse, dense))
    assert a == pytest.approx(b, rel=0.02)


def test_sparse_and_dense_channels_mix(train) -> None:
    features, labels = problem("regressor")
    held_out, truth = problem("regressor", 50, 1)
    settings = {**SETTINGS["regressor"], "mini_batch_size": "30", "unbias_data": "false"}
    runs = [
        train(settings, (features, labels), validation=(one, truth), test=(two, truth))
        for one, two in ((held_out, held_out.toarray()), (held_out.toarray(), held_out))
    ]
    for name in ("chosen", "tested"):
        values = [getattr(run, name).scores[0].value for run in runs]
        assert values[0] == pytest.approx(values[1], rel=0.01)


def test_columns_that_never_occur_weigh_nothing(train) -> None:
    features, labels = problem("regressor")
    wide = csr_array((features.data, features.indices * 3 + 1, features.indptr), (ROWS, 100))
    settings = {**SETTINGS["regressor"], "mini_batch_size": "30"}
    run = train(settings, (wide, labels), validation=(wide, labels))
    assert run.model.weights.shape == (100, 1)
    used = np.zeros(100, bool)
    used[np.unique(wide.indices)] = True
    assert not run.model.weights[~used].any()
    assert len(run.scaled.mean) == 100
    narrow = train(settings, (features, labels), validation=(features, labels))
    assert run.model.weights[used] == pytest.approx(narrow.model.weights)


def test_restriction_drops_other_columns() -> None:
    features, _ = problem("regressor")
    columns = np.array([1, 5, 6])
    restricted = mini_batches.restrict(features, columns)
    assert (restricted.toarray() == features.toarray()[:, columns]).all()
    dense = mini_batches.restrict(features.toarray(), columns)
    assert (dense == features.toarray()[:, columns]).all()
    assert mini_batches.restrict(features, None) is features


def test_batches_of_few_values_name_their_columns() -> None:
    """With less than an eighth of the columns in a batch, updates are confined to them."""
    random = np.random.default_rng(0)
    features = csr_array(random_array((40, 500), density=0.01, rng=random, dtype=np.float32))
    settings = parse_hyperparameters({"predictor_type": "regressor", "mini_batch_size": "8"})
    data = Dataset(features, np.zeros(40, np.float32))
    scaler = measure([data], settings)
    batches = mini_batches.batches(data, scaler, None, settings)
    weights = random.normal(0, 1, (500, 2)).astype(np.float32)
    scaled = features.toarray() / scaler.deviation
    for number, batch in enumerate(batches):
        rows = scaled[number * 8 : (number + 1) * 8]
        assert batch.columns.tolist() == np.flatnonzero(rows.any(axis=0)).tolist()
        out = np.empty((8, 2), np.float32)
        batch.rows.times(weights[batch.columns], out)
        assert out == pytest.approx(rows @ weights, rel=1e-4, abs=1e-5)
        gradient = np.empty((len(batch.columns), 2), np.float32)
        batch.rows.transposed_times(out, gradient)
        assert gradient == pytest.approx((rows.T @ out)[batch.columns], rel=1e-4, abs=1e-4)


def test_lazy_updates_learn_as_well(train, monkeypatch: pytest.MonkeyPatch) -> None:
    features, labels = problem("regressor")
    settings = {**SETTINGS["regressor"], "mini_batch_size": "30"}
    usual = train(settings, (features, labels))
    monkeypatch.setattr("sagemock.algorithms.linear_learner.mini_batches.LAZY_SHARE", 1e9)
    lazy = train(settings, (features, labels))
    assert lazy.chosen.scores[0].value == pytest.approx(usual.chosen.scores[0].value, rel=0.05)


def test_a_million_columns(train) -> None:
    """Memory follows the values: 8 a row here, of a million columns."""
    random = np.random.default_rng(0)
    rows, per_row = 2000, 8
    indices = np.sort(random.integers(0, 1_000_000, (rows, per_row)), axis=1).astype(np.int32)
    data = np.ones(rows * per_row, np.float32)
    indptr = np.arange(0, rows * per_row + 1, per_row, dtype=np.int32)
    features = csr_array((data, indices.ravel(), indptr), shape=(rows, 1_000_000))
    labels = random.integers(0, 2, rows).astype(np.float32)
    settings = {"predictor_type": "binary_classifier", "epochs": "2", "mini_batch_size": "200"}
    run, peak = peak_memory(lambda: train(settings, (features, labels)))
    assert run.model.weights.shape == (1_000_000, 1)
    # 16,000 values of 32 models with their moments, and some vectors of a million columns; one
    # array of all columns and models would be 128 MB.
    assert peak < 100e6
