"""K-Means against scikit-learn's mini-batches: the whole job, and one pass with equal work.

    python benchmarks/bench_kmeans.py [--mnist mnist.npz] [--rows 50000]

Everything runs on one thread, of OpenMP as well, in turns; the minimum of repetitions is taken.
Without --mnist the data is random, of MNIST's shape.
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
from sklearn.cluster import MiniBatchKMeans
from threadpoolctl import threadpool_limits

from sagemock.algorithms.base import Dataset, Features, FloatArray, Sharded
from sagemock.algorithms.kmeans import KMeansModel, fit
from sagemock.containers.kmeans.hyperparameters import parse_hyperparameters

REPETITIONS = 5


def once(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def job(rows: Features, **settings: str) -> KMeansModel:
    final = {"k": "10", "feature_dim": str(rows.shape[1]), **settings}
    data = Dataset(rows, np.empty(0, np.float32))
    return fit(parse_hyperparameters(final), {"train": Sharded.on_each(data)})


def msd(rows: FloatArray, centers: FloatArray) -> float:
    """The mean squared distance of the rows to their centers."""
    distances = KMeansModel(np.asarray(centers, np.float32)).predict(rows).distance_to_cluster
    return float(np.square(distances.astype(np.float64)).mean())


def compare(
    name: str,
    rows: FloatArray,
    ours: Callable[[], KMeansModel],
    peer: MiniBatchKMeans,
) -> None:
    here, there = [], []
    for _ in range(REPETITIONS):
        here.append(once(ours))
        there.append(once(lambda: peer.fit(rows)))
    print(
        f"{name:44s} {min(here):5.2f} s   MiniBatchKMeans {min(there):5.2f} s   "
        f"ratio {min(here) / min(there):.2f}   "
        f"squared distance {msd(rows, ours().centers):.2f} and "
        f"{msd(rows, peer.cluster_centers_):.2f}"
    )


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
    one_pass = {"batch_size": 5000, "max_iter": 1, "n_init": 1, "init": "random"}
    with threadpool_limits(1):
        compare(
            "the whole job, k 10, defaults",
            rows,
            lambda: job(rows),
            MiniBatchKMeans(10, random_state=0),
        )
        for centers in (10, 100):
            compare(
                f"one pass, {centers} centers, none to reduce",
                rows,
                lambda c=centers: job(rows, k=str(c), extra_center_factor="1"),  # type: ignore[misc]
                MiniBatchKMeans(centers, random_state=0, **one_pass),
            )


if __name__ == "__main__":
    main()
