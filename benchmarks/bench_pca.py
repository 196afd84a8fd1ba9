"""PCA, regular and randomized, against scikit-learn's randomized solver, and how near it comes.

    python benchmarks/bench_pca.py [--mnist mnist.npz] [--rows 50000]

Everything runs on one thread, in turns, and the minimum of several repetitions is taken. Then
come the largest angle between the exact subspace and the regular one, and the share of the variance
of the exact components that randomized ones keep, over twenty seeds. Without --mnist the data is
random, of MNIST's shape.
"""

from __future__ import annotations

import missing_packages  # noqa: F401 - before those that may be missing

# isort: split
import argparse
import os
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy.linalg import subspace_angles
from sklearn.decomposition import PCA
from threadpoolctl import threadpool_limits

from sagemock.algorithms.base import Dataset, Features, FloatArray, Sharded
from sagemock.algorithms.pca import PCAModel, fit
from sagemock.containers.pca.hyperparameters import parse_hyperparameters

REPETITIONS = 5
SEEDS = range(20)
EXTRA = (10, 100, 500)
COMPONENTS = (10, 50)


def once(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def job(rows: Features, components: int, mode: str, extra: int = -1, seed: int = 0) -> PCAModel:
    settings = {
        "feature_dim": str(rows.shape[1]),
        "num_components": str(components),
        "mini_batch_size": "500",
        "algorithm_mode": mode,
        "extra_components": str(extra),
    }
    data = Dataset(rows, np.empty(0, np.float32))
    channels = {"train": Sharded.on_each(data)}
    return fit(parse_hyperparameters(settings), channels, seed=seed)


def accuracy(rows: FloatArray) -> None:
    """Compare ten components of each mode with the exact ones."""
    centered = rows.astype(np.float64)
    centered -= centered.mean(axis=0)
    scatter = centered.T @ centered
    values, vectors = np.linalg.eigh(scatter)
    exact, best = vectors[:, -10:], values[-10:].sum()
    regular = job(rows, 10, "regular").vectors.astype(np.float64)
    print(
        f"\nregular: largest angle to the exact subspace {subspace_angles(regular, exact)[0]:.1e}"
    )
    for extra in EXTRA:
        kept = []
        for seed in SEEDS:
            model = job(rows, 10, "randomized", extra, seed).vectors.astype(np.float64)
            kept.append(float(np.trace(model.T @ scatter @ model)) / best)
        print(f"randomized, 10 + {extra}: {min(kept):.1%} to {max(kept):.1%} of the variance")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--mnist", type=Path)
    parser.add_argument("--rows", type=int, default=50_000)
    options = parser.parse_args()
    if options.mnist is None:
        rows = np.random.default_rng(0).random((options.rows, 784), np.float32)
    else:
        with np.load(options.mnist) as stored:
            images = stored["x_train"][: options.rows].reshape(-1, 784)
        rows = images.astype(np.float32) / 256
    load = os.getloadavg()[0]
    print(f"load {load:.1f} on {os.cpu_count()} processors{': noisy' if load > 1 else ''}")
    with threadpool_limits(1):
        for components in COMPONENTS:
            peer = PCA(components, svd_solver="randomized", random_state=0)
            seconds: dict[str, list[float]] = {"regular": [], "randomized": [], "scikit-learn": []}
            for _ in range(REPETITIONS):
                for mode in ("regular", "randomized"):
                    seconds[mode].append(
                        once(lambda c=components, m=mode: job(rows, c, m))  # type: ignore[misc]
                    )
                seconds["scikit-learn"].append(once(lambda p=peer: p.fit(rows)))
            theirs = min(seconds["scikit-learn"])
            print(f"\n## {len(rows)} rows, {rows.shape[1]} columns, {components} components")
            for mode in ("regular", "randomized"):
                ours = min(seconds[mode])
                print(
                    f"{mode:12s} {ours:5.2f} s   scikit-learn {theirs:5.2f} s   "
                    f"ratio {ours / theirs:.2f}"
                )
        accuracy(rows)


if __name__ == "__main__":
    main()
