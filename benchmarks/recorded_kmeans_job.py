"""Cluster MNIST as a job did that AWS recorded, with several seeds, and compare.

The job: MNIST, the first 50,000 rows, pixels / 256, `k` 10, everything else at its default. Of it
is known how far the image with index 30 is from its center, in two runs, which differ.

    python benchmarks/recorded_kmeans_job.py --mnist mnist.npz

The file holds x_train (60000, 784) uint8. The peer is scikit-learn's KMeans, Lloyd's algorithm on
all rows.
"""

from __future__ import annotations

import missing_packages  # noqa: F401 - before those that may be missing

# isort: split
import argparse
from pathlib import Path

import numpy as np
from sklearn.cluster import KMeans

from sagemock.algorithms.base import Dataset, Sharded
from sagemock.algorithms.kmeans import fit
from sagemock.algorithms.kmeans.events import Event, Shrunk
from sagemock.containers.kmeans.hyperparameters import parse_hyperparameters

LOG = (7.2211976, 7.2033820)
IMAGE = 30
SEEDS = range(20)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--mnist", type=Path, required=True)
    rows = np.load(parser.parse_args().mnist)["x_train"][:50_000].astype(np.float32) / 256
    nothing = np.empty(0, dtype=np.float32)
    train = {"train": Sharded.on_each(Dataset(rows, nothing))}
    settings = parse_hyperparameters({"k": "10", "feature_dim": "784"})

    print(f"AWS, image {IMAGE}: {' and '.join(f'{each:.4f}' for each in LOG)}")
    print(f"seed   image {IMAGE}   train:msd   mean squared distance of the rows")
    columns: list[tuple[float, float, float]] = []
    for seed in SEEDS:
        events: list[Event] = []
        model = fit(settings, train, seed=seed, observe=events.append)
        (shrunk,) = (event for event in events if isinstance(event, Shrunk))
        distances = model.predict(rows).distance_to_cluster.astype(np.float64)
        columns.append((float(distances[IMAGE]), shrunk.msd, float((distances**2).mean())))
        print(f"{seed:4d}   {columns[-1][0]:8.4f}   {columns[-1][1]:9.4f}   {columns[-1][2]:.4f}")
    for name, values in zip(
        ("image", "train:msd", "rows"), zip(*columns, strict=True), strict=True
    ):
        print(f"{name}: {min(values):.2f} to {max(values):.2f}")
    peer = KMeans(10, n_init=10, random_state=0).fit(rows)
    best = peer.inertia_ / len(rows)
    worst = max(of_rows for *_, of_rows in columns)
    print(
        f"Lloyd's algorithm on all rows: {best:.2f}; the worst seed is {worst / best - 1:.1%} above"
    )


if __name__ == "__main__":
    main()
