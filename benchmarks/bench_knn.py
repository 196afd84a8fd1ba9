"""KNN's search against scikit-learn's brute force.

    python benchmarks/bench_knn.py [--queries 1000]

Everything runs on one thread. A time is that of preparing the rows and of answering all queries;
the minimum of several repetitions is taken.
"""

from __future__ import annotations

import missing_packages  # noqa: F401 - before those that may be missing

# isort: split
import argparse
import time
from collections.abc import Callable

import numpy as np
from sklearn.neighbors import NearestNeighbors
from threadpoolctl import threadpool_limits

from sagemock.algorithms.knn.search import ExactSearch

REPETITIONS = 3
CASES = (
    (50_000, 784, 10),
    (200_000, 54, 10),
    (200_000, 54, 100),
    (100_000, 16, 10),
    (20_000, 8, 5),
)
"""Rows of the index, columns, and k."""


def fastest(work: Callable[[], np.ndarray]) -> tuple[float, np.ndarray]:
    seconds = []
    for _ in range(REPETITIONS):
        start = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - start)
    return min(seconds), result


def theirs(rows: np.ndarray, queries: np.ndarray, k: int) -> np.ndarray:
    judge = NearestNeighbors(n_neighbors=k, algorithm="brute", n_jobs=1).fit(rows)
    indices: np.ndarray = judge.kneighbors(queries, return_distance=False)
    return indices


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--queries", type=int, default=1000)
    count = parser.parse_args().queries
    generator = np.random.default_rng(0)
    for number, columns, k in CASES:
        scale = generator.uniform(0.1, 3, columns)
        rows = (generator.normal(0, 1, (number, columns)) * scale).astype(np.float32)
        queries = (generator.normal(0, 1, (count, columns)) * scale).astype(np.float32)
        ours_seconds, found = fastest(lambda r=rows, q=queries, n=k: _ours(r, q, n))
        their_seconds, judged = fastest(lambda r=rows, q=queries, n=k: theirs(r, q, n))
        print(
            f"{number:7d} x {columns:3d}, k {k:3d}, {count} queries: {ours_seconds:6.3f} s; "
            f"NearestNeighbors {their_seconds:6.3f} s; ratio {ours_seconds / their_seconds:.2f}; "
            f"the same neighbors {(found == judged).mean():.4%}"
        )


def _ours(rows: np.ndarray, queries: np.ndarray, k: int) -> np.ndarray:
    return ExactSearch(rows, "L2").nearest(queries, k).rows


if __name__ == "__main__":
    with threadpool_limits(1):
        main()
