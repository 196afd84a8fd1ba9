"""Factorization machines against the matrix products that an epoch needs, and linear models.

    python benchmarks/bench_factorization_machines.py [--mnist mnist.npz]

Everything runs on one thread; a time is that of an epoch, the minimum of several. scikit-learn has
no factorization machines: the peer is SGDClassifier or SGDRegressor, a linear model, which does
less. The products are those of forward and backward pass, by the same libraries. Without --mnist
the dense data is random, of MNIST's shape. With it, the test scores of twenty seeds are printed.
"""

from __future__ import annotations

import missing_packages  # noqa: F401 - before those that may be missing

# isort: split
import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_array, csr_matrix
from sklearn.linear_model import SGDClassifier, SGDRegressor
from threadpoolctl import threadpool_limits

from sagemock.algorithms.base import Dataset, Sharded
from sagemock.algorithms.factorization_machines import fit
from sagemock.algorithms.factorization_machines.events import (
    ChannelTested,
    EpochScored,
    Event,
    NetworkBuilt,
)
from sagemock.containers.factorization_machines import parse_hyperparameters

EPOCHS = 5
SEEDS = range(20)
NOTEBOOK = {"predictor_type": "binary_classifier", "num_factors": "10", "mini_batch_size": "200"}
"""The settings of AWS's notebook about MNIST; its results are not stored."""
RETAIL = {"predictor_type": "regressor", "num_factors": "64", "mini_batch_size": "1000"}
"""Those of AWS's notebook about a shop."""


def fastest(work: Callable[[], Any], times: int = EPOCHS) -> float:
    seconds = []
    for _ in range(times):
        start = time.process_time()
        work()
        seconds.append(time.process_time() - start)
    return min(seconds)


def epoch_seconds(settings: dict[str, str], data: Dataset) -> float:
    moments: list[float] = []

    def observe(event: Event) -> None:
        if isinstance(event, NetworkBuilt | EpochScored):
            moments.append(time.process_time())

    hyper = parse_hyperparameters(
        {**settings, "feature_dim": str(data.columns), "epochs": str(EPOCHS)}
    )
    fit(hyper, {"train": Sharded.on_each(data)}, observe=observe)
    return float(np.diff(moments).min())


def products_seconds(settings: dict[str, str], data: Dataset) -> float:
    """Of rows times factors, and back, a mini-batch at a time."""
    size, width = int(settings["mini_batch_size"]), int(settings["num_factors"]) + 1
    factors = np.random.default_rng(0).random((data.columns, width), np.float32)
    weights = np.random.default_rng(1).random((size, width), np.float32)
    batches = [data.features[at : at + size] for at in range(0, data.rows - size + 1, size)]

    def work() -> None:
        for batch in batches:
            batch @ factors
            batch.T @ weights

    return fastest(work)


def compare(name: str, settings: dict[str, str], data: Dataset, peer: Any) -> None:
    ours = epoch_seconds(settings, data)
    products = products_seconds(settings, data)
    features = data.features
    if not isinstance(features, np.ndarray):
        # The form in which the peer needs to convert nothing.
        features = csr_matrix(features.astype(np.float64))
    theirs = fastest(lambda: peer.fit(features, data.labels), 3)
    print(
        f"{name}: an epoch {ours:.2f} s; its products {products:.2f} s, ratio "
        f"{ours / products:.2f}; {type(peer).__name__} {theirs:.2f} s, ratio {ours / theirs:.2f}"
    )


def retail() -> Dataset:
    """Sparse rows of the shape of the shop's."""
    generator = np.random.default_rng(0)
    rows, columns, values = 219_519, 9284, 8
    drawn = np.minimum(generator.pareto(0.6, (rows, values)) * 20, columns - 1)
    starts = np.arange(0, rows * values + 1, values, dtype=np.int32)
    indices = np.sort(drawn.astype(np.int32), axis=1).ravel()
    features = csr_array((np.ones(rows * values, np.float32), indices, starts), (rows, columns))
    features.sum_duplicates()
    return Dataset(features, generator.exponential(10, rows).astype(np.float32))


def spread(data: Dataset, test: Dataset) -> None:
    scores: dict[str, list[float]] = {}

    def observe(event: Event) -> None:
        if isinstance(event, ChannelTested):
            for each in event.scores:
                scores.setdefault(each.name, []).append(each.value)

    hyper = parse_hyperparameters({**NOTEBOOK, "feature_dim": str(data.columns)})
    channels = {"train": Sharded.on_each(data), "test": Sharded.on_each(test)}
    for seed in SEEDS:
        fit(hyper, channels, seed=seed, observe=observe)
    for name, values in scores.items():
        print(f"  test {name}, {len(values)} seeds: {min(values):.4f} to {max(values):.4f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--mnist", type=Path)
    path = parser.parse_args().mnist
    once: dict[str, Any] = {"max_iter": 1, "tol": None}
    if path is None:
        generator = np.random.default_rng(0)
        digits = generator.random((50_000, 784), np.float32)
        zero = (generator.random(50_000) < 0.1).astype(np.float32)
    else:
        stored = np.load(path)
        digits = stored["x_train"][:50_000].astype(np.float32) / 256
        zero = (stored["y_train"][:50_000] == 0).astype(np.float32)
    train = Dataset(digits, zero)
    compare("dense, 10 factors", NOTEBOOK, train, SGDClassifier(loss="log_loss", **once))
    if path is not None:
        held_out = stored["x_test"].astype(np.float32) / 256
        spread(train, Dataset(held_out, (stored["y_test"] == 0).astype(np.float32)))
    compare("sparse, 64 factors", RETAIL, retail(), SGDRegressor(eta0=1e-4, **once))


if __name__ == "__main__":
    with threadpool_limits(1):
        main()
