"""XGBoost's container against the library called by hand on the same matrix.

    python benchmarks/bench_xgboost.py [--rows 100000] [--columns 20] [--rounds 30]

Both train the same rounds with the same evaluation of every round; what the container adds is to
write the log and to ask whether to stop. The minimum of several repetitions is taken, in turns. The
whole job is shown as well, which reads the channel as CSV first.
"""

from __future__ import annotations

import missing_packages  # noqa: F401 - before those that may be missing

# isort: split
import os

# Threads that wait do not work against each other, as they do on a busy machine. Read at import.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

# isort: split
import argparse
import time
from typing import Any

import numpy as np
import xgboost

from sagemock.containers.base import TrainingInput
from sagemock.containers.inputs import Channel, Part, Shard
from sagemock.containers.xgboost import early_stopping
from sagemock.containers.xgboost.checkpoints import Checkpoints
from sagemock.containers.xgboost.data import ChannelRows
from sagemock.containers.xgboost.log import XGBoostLog
from sagemock.containers.xgboost.parameters import chosen_metrics, parameters
from sagemock.containers.xgboost.releases import Release
from sagemock.containers.xgboost.rounds import Rounds
from sagemock.containers.xgboost.settings import parse_hyperparameters
from sagemock.containers.xgboost.training import XGBoostTraining

REPETITIONS = 5
RELEASE = Release.V1_7_1
IMAGE = f"683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:{RELEASE.tag}"
LIBRARY = tuple(int(part) for part in xgboost.__version__.split(".")[:2])


def settings(rounds: int, method: str) -> dict[str, str]:
    return {
        "objective": "binary:logistic",
        "num_round": str(rounds),
        "tree_method": method,
        "eval_metric": "logloss,auc",
    }


def by_container(matrix: Any, texts: dict[str, str]) -> float:
    """The seconds of the rounds, as a job trains them."""
    values = parse_hyperparameters(texts, RELEASE)
    library, own = chosen_metrics(values, RELEASE)
    options = parameters(
        values, RELEASE, eval_metric=library, rows=matrix.num_row(), library=LIBRARY
    )
    lines: list[Any] = []
    rounds = Rounds(
        {"train": matrix},
        XGBoostLog(lines.extend, time.time, RELEASE),
        lambda: False,
        metrics=own,
        early_stopping=early_stopping.of_job(values, RELEASE, validated=False),
        checkpoints=Checkpoints({}, None),
    )
    start = time.perf_counter()
    rounds.train(options, values["num_round"])
    return time.perf_counter() - start


def by_hand(matrix: Any, texts: dict[str, str]) -> float:
    """The seconds of the same rounds by the library alone."""
    start = time.perf_counter()
    xgboost.train(
        {
            "objective": "binary:logistic",
            "tree_method": texts["tree_method"],
            "eval_metric": ["logloss", "auc"],
            "base_score": 0.5,
            "verbosity": 0,
        },
        matrix,
        int(texts["num_round"]),
        evals=[(matrix, "train")],
        verbose_eval=False,
    )
    return time.perf_counter() - start


def whole_job(body: bytes, texts: dict[str, str]) -> float:
    """The seconds of a job from its files to its model."""
    part = Part("/opt/ml/input/data/train/rows.csv", body)
    channel = Channel("train", "text/csv", [Shard((0,), [part])])
    document = {"AlgorithmSpecification": {"TrainingImage": IMAGE}}
    start = time.perf_counter()
    XGBoostTraining().train(TrainingInput(texts, {"train": channel}, document=document))
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--columns", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=30)
    arguments = parser.parse_args()
    generator = np.random.default_rng(0)
    features = generator.random((arguments.rows, arguments.columns), np.float32).round(3)
    labels = (features[:, 0] + features[:, 1] * generator.random(arguments.rows) > 0.8).astype("f4")
    load = os.getloadavg()[0]
    print(f"load {load:.1f} on {os.cpu_count()} processors{': noisy' if load > 1 else ''}")
    print(f"xgboost {xgboost.__version__}, {arguments.rows} x {arguments.columns}")
    for method in ("hist", "exact"):
        texts = settings(arguments.rounds, method)
        matrix = ChannelRows(features, labels).matrix()
        by_hand(matrix, texts)
        pairs = [(by_container(matrix, texts), by_hand(matrix, texts)) for _ in range(REPETITIONS)]
        ours, theirs = (min(column) for column in zip(*pairs, strict=True))
        print(
            f"{method:6s} {arguments.rounds} rounds: container {ours:.3f} s, by hand "
            f"{theirs:.3f} s, ratio {ours / theirs:.3f}"
        )
    rows = np.column_stack([labels, features]).tolist()
    body = "".join(",".join(map(str, row)) + "\n" for row in rows).encode()
    whole = min(whole_job(body, settings(arguments.rounds, "hist")) for _ in range(3))
    print(f"whole job from CSV (hist): {whole:.3f} s")


if __name__ == "__main__":
    main()
