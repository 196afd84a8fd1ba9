"""Linear Learner's training against scikit-learn and against the machine's matrix product.

    python benchmarks/bench_training.py [--mnist mnist.npz] [--rows 50000]

Everything runs on one BLAS thread. Times are of the processor, the minimum of several repetitions,
and ratios are of one run, so that what else the machine does shows less. Without --mnist the
data is random, of MNIST's shape.
"""

from __future__ import annotations

import missing_packages  # noqa: F401 - before those that may be missing

# isort: split
import argparse
import os
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import SGDClassifier, SGDRegressor
from threadpoolctl import threadpool_limits

from sagemock.algorithms.base import Dataset, Sharded
from sagemock.algorithms.linear_learner import fit
from sagemock.algorithms.linear_learner.events import EpochEnded, Event, Scaled
from sagemock.containers.linear_learner import parse_hyperparameters

EPOCHS = 15
REPETITIONS = 3

BINARY = {"predictor_type": "binary_classifier"}
MULTICLASS = {"predictor_type": "multiclass_classifier", "num_classes": "10"}
REGRESSOR = {"predictor_type": "regressor"}

Peer = Callable[[], Any]


def once(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def fastest(work: Callable[[], object], repetitions: int = REPETITIONS) -> float:
    return min(once(work) for _ in range(repetitions))


def job(
    changes: dict[str, str], data: Dataset, observe: Callable[[Event], None] = lambda _: None
) -> None:
    """All epochs, without early stop."""
    settings = {"mini_batch_size": "300", "epochs": str(EPOCHS), "early_stopping_patience": "100"}
    fit(
        parse_hyperparameters({**settings, **changes}),
        {"train": Sharded.on_each(data)},
        observe=observe,
    )


def epoch_seconds(changes: dict[str, str], data: Dataset, epochs: int = 4) -> float:
    """The minimum time of an epoch, selection and report included."""
    moments: list[float] = []

    def observe(event: Event) -> None:
        if isinstance(event, Scaled | EpochEnded):
            moments.append(time.process_time())

    # The first interval has the scaling of the data in it.
    job({**changes, "epochs": str(epochs + 1)}, data, observe)
    return float(np.diff(moments)[1:].min())


def peak_flops() -> float:
    """Floating point operations a second of the machine's single-precision matrix product."""
    left = np.random.default_rng(0).random((2048, 2048), np.float32)
    out = np.empty_like(left)
    return 2 * 2048**3 / fastest(lambda: np.matmul(left, left, out=out), 7)


def flops(data: Dataset, outputs: int, size: int) -> float:
    """Of the matrix products of an epoch: rows times weights, and back."""
    rows = data.rows // size * size
    return 4.0 * rows * data.columns * outputs


def products_seconds(data: Dataset, outputs: int, size: int) -> float:
    """The time of the matrix products of an epoch, and nothing else."""
    random = np.random.default_rng(0)
    weights = random.random((data.columns, outputs), np.float32)
    gradient, margins = np.empty_like(weights), np.empty((size, outputs), np.float32)
    batches = [data.features[at : at + size] for at in range(0, data.rows - size + 1, size)]

    def work() -> None:
        for batch in batches:
            np.matmul(batch, weights, out=margins)
            np.matmul(batch.T, margins, out=gradient)

    return fastest(work, 7)


def headline(data: Dataset) -> None:
    print(f"\n## {EPOCHS} epochs, 32 models at batch 300, against one SGDClassifier")
    ours, theirs = [], []
    for _ in range(REPETITIONS):
        ours.append(once(lambda: job(BINARY, data)))
        peer = SGDClassifier(loss="log_loss", max_iter=EPOCHS, tol=None)
        theirs.append(once(lambda p=peer: p.fit(data.features, data.labels)))
    print(
        f"whole job, 32 models {min(ours):.2f} s; scikit-learn, 1 model {min(theirs):.2f} s; "
        f"ratio {min(ours) / min(theirs):.2f}"
    )


def shares(data: Dataset, digits: Dataset) -> None:
    print("\n## Share of the matrix product's peak: whole epoch loop, its products alone")
    before = peak_flops()
    measured = []
    cases = [("binary", BINARY, data, 32, size) for size in (100, 200, 300, 1000)]
    cases += [("softmax, 10 classes", MULTICLASS, digits, 320, size) for size in (300, 1000)]
    for name, changes, rows, outputs, size in cases:
        seconds = epoch_seconds({**changes, "mini_batch_size": str(size)}, rows)
        work = flops(rows, outputs, size)
        alone = work / products_seconds(rows, outputs, size)
        measured.append((name, size, work / seconds, alone))
    peak = max(before, peak_flops())
    print(f"peak {peak / 1e9:.0f} GFLOP/s")
    for name, size, reached, alone in measured:
        print(
            f"{name:22s} batch {size:5d}  {reached / 1e9:5.0f} GFLOP/s  {reached / peak:.2f}  "
            f"{alone / peak:.2f}"
        )


def peers(data: Dataset, digits: Dataset) -> None:
    print(
        f"\n## Every loss and optimizer, {data.rows} rows, {EPOCHS} epochs: 32 models against one"
    )
    options: dict[str, Any] = {"max_iter": EPOCHS, "tol": None}
    log_loss, hinge = SGDClassifier(loss="log_loss", **options), SGDClassifier(**options)
    cases: list[tuple[str, dict[str, str], Dataset, Any]] = [
        ("logistic, adam", BINARY, data, log_loss),
        ("logistic, sgd", {**BINARY, "optimizer": "sgd", "momentum": "0.9"}, data, log_loss),
        ("logistic, rmsprop", {**BINARY, "optimizer": "rmsprop"}, data, log_loss),
        ("hinge_loss", {**BINARY, "loss": "hinge_loss"}, data, hinge),
        ("softmax_loss", MULTICLASS, digits, log_loss),
    ]
    for ours, theirs, epsilon in (
        ("squared_loss", "squared_error", 0.1),
        ("absolute_loss", "epsilon_insensitive", 0.0),
        ("quantile_loss", "epsilon_insensitive", 0.0),
        ("huber_loss", "huber", 1.0),
        ("eps_insensitive_squared_loss", "squared_epsilon_insensitive", 0.01),
        ("eps_insensitive_absolute_loss", "epsilon_insensitive", 0.01),
    ):
        peer = SGDRegressor(loss=theirs, epsilon=epsilon, eta0=1e-4, **options)
        cases.append((ours, {**REGRESSOR, "loss": ours}, digits, peer))
    peer_seconds: dict[str, float] = {}
    for name, changes, rows, peer in cases:
        ours_seconds = fastest(lambda g=changes, r=rows: job(g, r), 2)
        key = f"{peer}{rows is digits}"
        if key not in peer_seconds:
            peer_seconds[key] = once(lambda p=peer, r=rows: p.fit(r.features, r.labels))
        theirs_seconds = peer_seconds[key]
        print(
            f"{name:30s} {ours_seconds:6.2f} s   {type(peer).__name__:14s} "
            f"{theirs_seconds:6.2f} s   ratio {ours_seconds / theirs_seconds:.2f}"
        )


def growth() -> None:
    print("\n## Growth of the time of an epoch: doubled from 20,000 rows, 784 columns, 32 models")
    random = np.random.default_rng(0)

    def seconds(rows: int, columns: int, models: int) -> float:
        features = random.random((rows, columns), np.float32)
        labels = (features[:, 0] > 0.5).astype(np.float32)
        changes = {**BINARY, "num_models": str(models)}
        return epoch_seconds(changes, Dataset(features, labels), 6)

    # Larger than a processor's cache, or the first doubling would leave it.
    base = seconds(20_000, 784, 32)
    for name, doubled in (
        ("rows", (40_000, 784, 32)),
        ("columns", (20_000, 1568, 32)),
        ("models", (20_000, 784, 64)),
    ):
        print(f"{name:8s} x{seconds(*doubled) / base:.2f}")


def memory(data: Dataset) -> None:
    print("\n## Peak memory, the data included")
    size = data.features.nbytes
    for name, changes in (("train", BINARY), ("sgd", {**BINARY, "optimizer": "sgd"})):
        tracemalloc.start()
        job({**changes, "epochs": "2"}, data)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        print(f"{name:8s} {(size + peak) / size:.2f} times the data ({size / 1e6:.0f} MB)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--mnist", type=Path)
    parser.add_argument("--rows", type=int, default=50_000)
    options = parser.parse_args()
    if options.mnist is None:
        random = np.random.default_rng(0)
        features = random.random((options.rows, 784), np.float32)
        digit = random.integers(0, 10, options.rows)
    else:
        stored = np.load(options.mnist)
        features = stored["x_train"][: options.rows].astype(np.float32) / 256
        digit = stored["y_train"][: options.rows]
    zero = Dataset(features, (digit == 0).astype(np.float32))
    part = len(features) // 5
    few = Dataset(features[:part], zero.labels[:part])
    digits = Dataset(features[:part], digit[:part].astype(np.float32))
    load = os.getloadavg()[0]
    print(f"load {load:.1f} on {os.cpu_count()} processors{': noisy' if load > 1 else ''}")
    with threadpool_limits(1, user_api="blas"):
        headline(zero)
        shares(few, digits)
        peers(few, digits)
        growth()
        memory(zero)


if __name__ == "__main__":
    main()
