"""Jobs of factorization machines without a service around them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_array
from tests.containers.container_job import ContainerJob
from tests.formats.conftest import record_type

from sagemock.algorithms.base import Features
from sagemock.containers.factorization_machines.training import FactorizationMachinesTraining
from sagemock.containers.inputs import Channel, Part, Shard
from sagemock.formats.recordio import encode

__all__ = ["record_type"]

SETTINGS = {"feature_dim": "40", "num_factors": "4", "predictor_type": "regressor"}
CLASSIFIER = {**SETTINGS, "predictor_type": "binary_classifier"}

Labelled = tuple[Features, np.ndarray]


def rows(number: int = 2500, *, sparse: bool = True, binary: bool = False, seed: int = 0) -> Any:
    """Rows with two of 40 columns, and labels that depend on the pair."""
    generator = np.random.default_rng(seed)
    users, items = generator.integers(0, 20, number), generator.integers(20, 40, number)
    tastes = np.random.default_rng(9).normal(size=(40, 2))
    labels = (tastes[users] * tastes[items]).sum(axis=1).astype(np.float32)
    if binary:
        labels = (labels > 0).astype(np.float32)
    index = np.repeat(np.arange(number), 2)
    columns = np.stack([users, items], axis=1).ravel()
    features = csr_array((np.ones(2 * number, np.float32), (index, columns)), shape=(number, 40))
    return (features if sparse else features.toarray()), labels


def channel(name: str, *bodies: Labelled | bytes, content_type: str | None = None) -> Channel:
    """A channel of one host."""
    parts = [
        Part(f"/opt/ml/input/data/{name}/{number}", b if isinstance(b, bytes) else encode(*b))
        for number, b in enumerate(bodies)
    ]
    return Channel(name, content_type, [Shard((0,), parts)])


class MachineTrainer(ContainerJob):
    container = FactorizationMachinesTraining


@pytest.fixture
def job() -> MachineTrainer:
    return MachineTrainer()
