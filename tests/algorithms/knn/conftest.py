"""Data and runs for the tests of KNN."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.algorithms.run import Run, dataset

from sagemock.algorithms.base import Dataset, Features, Sharded, never
from sagemock.algorithms.knn import KNNHyperparameters, fit

USUAL = KNNHyperparameters(
    feature_dim=None,
    k=3,
    predictor_type="classifier",
    sample_size=10_000,
    dimension_reduction_type=None,
    dimension_reduction_target=None,
    index_type="faiss.Flat",
    index_metric="L2",
    faiss_index_ivf_nlists=100,
    faiss_index_pq_m=None,
    mini_batch_size=100,
    epochs=1,
)


def numbered(features: Features, labels: Any = None) -> Dataset:
    """Rows whose labels are their numbers unless there are others."""
    return dataset(features, np.arange(features.shape[0]) if labels is None else labels)


Train = Callable[..., Run]


@pytest.fixture
def train() -> Train:
    """train(data of each host, test=..., seed=..., stop=..., run=..., hyperparameters by name)."""

    def start(
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
        hyper = replace(USUAL, **settings)
        run.model = fit(hyper, channels, seed=seed, observe=run.events.append, stop=stop)
        return run

    return start
