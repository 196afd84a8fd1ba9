"""Data and runs for the tests of KNN."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest

from sagemock.algorithms.base import Dataset, Features, Sharded
from sagemock.algorithms.knn import KNNHyperparameters, KNNModel, fit
from sagemock.algorithms.knn.events import KNNEvent

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


@dataclass
class Run:
    """A finished job: its model, and its events."""

    events: list[KNNEvent] = field(default_factory=list)
    model: KNNModel = field(init=False)

    def of(self, kind: type[Any]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]


def dataset(features: Features, labels: Any = None) -> Dataset:
    if isinstance(features, np.ndarray):
        features = np.ascontiguousarray(features, np.float32)
    if labels is None:
        labels = np.arange(features.shape[0])
    return Dataset(features, np.asarray(labels, np.float32))


Train = Callable[..., Run]


@pytest.fixture
def train() -> Train:
    """train(data of each host, test=..., seed=..., stop=..., run=..., hyperparameters by name)."""

    def run(
        *hosts: Dataset,
        test: Dataset | None = None,
        seed: int = 0,
        stop: Callable[[], bool] = lambda: False,
        run: Run | None = None,
        **settings: Any,
    ) -> Run:
        channels = {"train": Sharded.on_each(*hosts)}
        if test is not None:
            channels["test"] = Sharded((test,), (0,) * len(hosts))
        finished = run or Run()
        finished.model = fit(
            replace(USUAL, **settings),
            channels,
            seed=seed,
            observe=finished.events.append,
            stop=stop,
        )
        return finished

    return run
