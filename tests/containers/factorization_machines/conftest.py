"""Jobs of factorization machines without a service around them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_array
from tests.containers.container_job import ContainerJob

from sagemock.containers.factorization_machines.training import FactorizationMachinesTraining

SETTINGS = {"feature_dim": "40", "num_factors": "4", "predictor_type": "regressor"}
CLASSIFIER = {**SETTINGS, "predictor_type": "binary_classifier"}


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


@pytest.fixture
def job() -> ContainerJob:
    return ContainerJob(FactorizationMachinesTraining())
