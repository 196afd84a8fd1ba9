"""The random cut forest against scikit-learn's isolation forest.

    python benchmarks/bench_random_cut_forest.py [--rows 30000]

Everything runs on one thread; the minimum of several repetitions is taken. A random cut tree is cut
down to single rows, which an isolation tree is not, and a score needs the bounding box of each node
on the way: training and single requests are faster, many rows at once slower.
"""

from __future__ import annotations

import missing_packages  # noqa: F401 - before those that may be missing

# isort: split
import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.ensemble import IsolationForest
from threadpoolctl import threadpool_limits

from sagemock.algorithms.base import Dataset, Sharded
from sagemock.algorithms.random_cut_forest import AnomalyScorer, fit
from sagemock.containers.random_cut_forest.hyperparameters import parse_hyperparameters

REPETITIONS = 3
TREES, SAMPLES = 100, 256
COLUMNS = (1, 10, 50)
REQUESTS = (1, 1000, 10_000)
"""Rows that are scored at once."""


def fastest(work: Callable[[], Any]) -> tuple[float, Any]:
    seconds = []
    for _ in range(REPETITIONS):
        start = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - start)
    return min(seconds), result


def trained(rows: np.ndarray) -> AnomalyScorer:
    """A whole job, and what an endpoint prepares."""
    settings = {"feature_dim": str(rows.shape[1])}
    sizes = {"num_trees": str(TREES), "num_samples_per_tree": str(SAMPLES)}
    data = Dataset(rows, np.empty(0, np.float32))
    hyper = parse_hyperparameters({**settings, **sizes})
    return AnomalyScorer(fit(hyper, {"train": Sharded.on_each(data)}))


def judged(rows: np.ndarray) -> IsolationForest:
    return IsolationForest(n_estimators=TREES, max_samples=SAMPLES, random_state=0, n_jobs=1).fit(
        rows
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=30_000)
    count = parser.parse_args().rows
    generator = np.random.default_rng(0)
    for columns in COLUMNS:
        rows = generator.normal(0, 1, (count, columns)).astype(np.float32)
        ours_seconds, scorer = fastest(lambda r=rows: trained(r))
        their_seconds, judge = fastest(lambda r=rows: judged(r))
        print(f"{count} rows of {columns} columns, {TREES} trees of {SAMPLES}")
        show("training", ours_seconds, their_seconds)
        for number in REQUESTS:
            asked = rows[:number]
            ours_seconds, _ = fastest(lambda s=scorer, a=asked: s.scores(a))
            their_seconds, _ = fastest(lambda j=judge, a=asked: j.score_samples(a))
            show(f"scoring {number} rows", ours_seconds, their_seconds)


def show(name: str, ours: float, theirs: float) -> None:
    print(
        f"  {name:20s} {ours * 1000:8.1f} ms; IsolationForest {theirs * 1000:8.1f} ms; "
        f"ratio {ours / theirs:.2f}"
    )


if __name__ == "__main__":
    with threadpool_limits(1):
        main()
