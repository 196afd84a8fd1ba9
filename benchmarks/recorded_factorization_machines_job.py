"""Train a job like one that AWS recorded, on made-up rows with several seeds, and compare.

The job: 219,519 sparse rows of 9,284 columns, a regressor with 64 factors, everything else at its
default; its log is in AWS's public examples (May 2023). Its rows are not available. The first
batch here has labels with the mean and the mean square that the log shows for it, and the others
have a mean and a mean square that fit the first epoch. No column tells anything about a label, so
what can be compared is how far a model gets in an epoch by the rates and the number of updates.

    python benchmarks/recorded_factorization_machines_job.py [--seeds 20]
"""

from __future__ import annotations

import missing_packages  # noqa: F401 - before those that may be missing

# isort: split
import argparse
import contextlib

import numpy as np
from scipy.optimize import brentq
from scipy.sparse import csr_array

from sagemock.algorithms.base import Dataset, Sharded, Stopped
from sagemock.algorithms.factorization_machines import fit
from sagemock.algorithms.factorization_machines.events import BatchesScored, EpochScored, Event
from sagemock.containers.factorization_machines import parse_hyperparameters

ROWS, COLUMNS, PER_ROW = 219_519, 9284, 8
FIRST_BATCH = (17.686853515625, 5217.9495)
"""Mean and mean square of the labels of the first 1,000 rows: the absolute and the squared loss of
a model that predicts 0."""
ALL_ROWS = (15.0, 8510.0)
"""Those of the others, chosen to fit the first epoch."""
LOG = {
    "epoch 0, batch 0: rmse": 72.23537568255598,
    "epoch 0, batch 0: absolute loss": 17.686853515625,
    "epoch 0: rmse": 91.21372962998149,
    "epoch 0: absolute loss": 16.155873508522728,
    "epoch 1, batch 0: rmse": 70.05814728,
}
SETTINGS = {
    "feature_dim": str(COLUMNS),
    "num_factors": "64",
    "predictor_type": "regressor",
    "epochs": "2",
}


def labels(rows: int, mean: float, square: float, generator: np.random.Generator) -> np.ndarray:
    """Positive labels, few of them large, with a mean and a mean square."""
    drawn = np.exp(generator.normal(0, 1, rows))

    def shaped(power: float) -> np.ndarray:
        values: np.ndarray = drawn**power
        return np.asarray(values * (mean / values.mean()))

    power = brentq(lambda each: np.mean(shaped(each) ** 2) - square, 0.2, 6)
    return shaped(power)


def data(seed: int) -> Dataset:
    generator = np.random.default_rng(seed)
    # Few columns have most values, as words in descriptions do.
    drawn = generator.pareto(0.6, (ROWS, PER_ROW)) * 20
    columns = np.sort(np.minimum(drawn, COLUMNS - 1).astype(np.int32), axis=1)
    starts = np.arange(0, ROWS * PER_ROW + 1, PER_ROW)
    values = np.ones(ROWS * PER_ROW, np.float32)
    features = csr_array((values, columns.ravel(), starts), shape=(ROWS, COLUMNS))
    features.sum_duplicates()
    first = labels(1000, *FIRST_BATCH, generator)
    others = labels(ROWS - 1000, *ALL_ROWS, generator)
    return Dataset(features, np.concatenate([first, others]).astype(np.float32))


def losses(seed: int) -> list[float]:
    """What `LOG` has of the recorded job, of one here."""
    batches: list[BatchesScored] = []
    epochs: list[EpochScored] = []

    def observe(event: Event) -> None:
        if isinstance(event, BatchesScored):
            batches.append(event)
        elif isinstance(event, EpochScored):
            epochs.append(event)

    channels = {"train": Sharded.on_each(data(seed))}
    with contextlib.suppress(Stopped):
        fit(
            parse_hyperparameters(SETTINGS),
            channels,
            seed=seed,
            observe=observe,
            stop=lambda: len(batches) == 2,
        )
    scored = [(batches[0], 0), (batches[0], 2), (epochs[0], 0), (epochs[0], 2), (batches[1], 0)]
    return [(event.hosts[0] or [])[index].value for event, index in scored]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seeds", type=int, default=20)
    spread = np.array([losses(seed) for seed in range(parser.parse_args().seeds)])
    print(f"{'':36s}{'AWS':>8s}   here, {len(spread)} seeds")
    for (name, log), low, high in zip(LOG.items(), spread.min(0), spread.max(0), strict=True):
        print(f"{name:36s}{log:8.3f}   {low:.3f} to {high:.3f}")


if __name__ == "__main__":
    main()
