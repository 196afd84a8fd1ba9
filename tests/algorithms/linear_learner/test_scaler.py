"""The scaler: which rows it reads, what it computes, and how it is folded away."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array

from sagemock.algorithms.base import Dataset
from sagemock.algorithms.linear_learner.scaler import Sample, Scaler, measure
from sagemock.containers.linear_learner import parse_hyperparameters


def scaler(
    features: np.ndarray, labels: np.ndarray | None = None, hosts: int = 1, **settings: str
) -> Scaler:
    settings = {"predictor_type": "regressor", "mini_batch_size": "10", **settings}
    if labels is None:
        labels = np.zeros(features.shape[0])
    data = Dataset(features.astype(np.float32), labels.astype(np.float32))
    return measure([data] * hosts, parse_hyperparameters(settings))


@pytest.fixture
def features() -> np.ndarray:
    return np.random.default_rng(0).normal(5, 3, (40, 4)).astype(np.float32)


@pytest.mark.parametrize(
    ("rows", "size", "sample"),
    [
        (50_000, 200, Sample(10_200, 51, 10_200)),
        (50_000, 300, Sample(10_200, 34, 10_200)),
        (49_169, 1000, Sample(11_000, 11, 11_000)),
        (227, 200, Sample(227, 2, 200)),
        (444, 100, Sample(444, 5, 400)),
    ],
)
def test_rows_that_recorded_jobs_read(rows: int, size: int, sample: Sample) -> None:
    """Full batches until more than 10,000 rows were seen; an incomplete one is not used."""
    measured = scaler(np.zeros((rows, 1)), mini_batch_size=str(size))
    assert measured.samples == [sample]


def test_mean_and_population_deviation(features: np.ndarray) -> None:
    labels = np.arange(40.0)
    measured = scaler(features, labels)
    assert measured.mean == pytest.approx(features.mean(axis=0), rel=1e-5)
    assert measured.deviation == pytest.approx(features.std(axis=0), rel=1e-5)
    assert measured.label_mean == pytest.approx(labels.mean())
    assert measured.label_deviation == pytest.approx(labels.std())


def test_only_the_sample_counts(features: np.ndarray) -> None:
    measured = scaler(features, num_point_for_scaler="15")
    assert measured.mean == pytest.approx(features[:20].mean(axis=0), rel=1e-5)


def test_constant_columns_have_deviation_one(features: np.ndarray) -> None:
    features[:, 1] = 0.1
    measured = scaler(features)
    assert measured.deviation[1] == 1
    assert measured.mean[1] == np.float32(0.1)


def test_classifiers_leave_labels_alone(features: np.ndarray) -> None:
    measured = scaler(features, predictor_type="binary_classifier", normalize_label="true")
    assert measured.label_mean is None
    assert measured.label_deviation is None


@pytest.mark.parametrize(
    ("settings", "unset"),
    [
        ({"normalize_data": "False"}, {"deviation"}),
        ({"unbias_data": "false"}, {"mean"}),
        ({"normalize_label": "false"}, {"label_deviation"}),
        ({"unbias_label": "false"}, {"label_mean"}),
        ({"use_bias": "false"}, {"mean", "label_mean"}),
        ({"use_bias": "false", "unbias_data": "true"}, {"mean", "label_mean"}),
    ],
)
def test_parts_can_be_switched_off(
    features: np.ndarray, settings: dict[str, str], unset: set[str]
) -> None:
    measured = scaler(features, np.arange(40.0), **settings)
    neutral = {
        "mean": not measured.mean.any(),
        "deviation": bool((measured.deviation == 1).all()),
        "label_mean": measured.label_mean == 0,
        "label_deviation": measured.label_deviation == 1,
    }
    assert {name for name, is_neutral in neutral.items() if is_neutral} == unset


def test_sparse_features_are_not_shifted(features: np.ndarray) -> None:
    features[features < 5] = 0
    dense, sparse = scaler(features), scaler(csr_array(features))
    assert not sparse.mean.any()
    assert sparse.deviation == pytest.approx(dense.deviation, rel=1e-6)


def test_hosts_are_measured_together(features: np.ndarray) -> None:
    labels = np.arange(40.0)
    shards = [
        Dataset(features[part], labels[part].astype(np.float32))
        for part in (slice(0, 20), slice(20, 40))
    ]
    settings = {"predictor_type": "regressor", "mini_batch_size": "10"}
    measured = measure(shards, parse_hyperparameters(settings))
    whole = scaler(features, labels)
    assert measured.mean == pytest.approx(whole.mean)
    assert measured.deviation == pytest.approx(whole.deviation)
    assert measured.samples == [Sample(20, 2, 20)] * 2


def test_folding_predicts_the_same(features: np.ndarray) -> None:
    random = np.random.default_rng(1)
    measured = scaler(features, np.arange(40.0))
    weights = random.normal(0, 1, (4, 3)).astype(np.float32)
    bias = random.normal(0, 1, 3).astype(np.float32)
    scaled = measured.transform(features) @ weights + bias
    raw, raw_bias = measured.fold(weights, bias)
    expected = scaled * measured.label_deviation + measured.label_mean
    assert features @ raw + raw_bias == pytest.approx(expected, rel=1e-4)
    assert raw.dtype == raw_bias.dtype == np.float32


def test_blocks_do_not_change_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    features = np.random.default_rng(2).normal(0, 1, (33, 4)).astype(np.float32)
    whole = scaler(features)
    monkeypatch.setattr("sagemock.algorithms.linear_learner.scaler.BLOCK_BYTES", 100)
    blocks = scaler(features)
    assert blocks.deviation == pytest.approx(whole.deviation, rel=1e-7)
    assert (blocks.transform(features) == whole.transform(features)).all()
