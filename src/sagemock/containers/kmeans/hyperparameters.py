"""The hyperparameters of K-Means: one table for types, ranges, defaults and reference.

Sources: the page *K-Means Hyperparameters* of the SageMaker developer guide; for the texts of the
defaults, and what `auto` stands for, what the container printed in May 2021.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import get_args

from sagemock.algorithms.kmeans.hyperparameters import InitMethod, KMeansHyperparameters, Metric
from sagemock.containers.first_party.hyperparameters import Hyperparameter, read, typed
from sagemock.containers.first_party.kinds import (
    AUTO,
    INTEGER,
    Boolean,
    Choice,
    Either,
    Integer,
    JsonList,
    Number,
    Text,
)

METHODS = Choice(*get_args(InitMethod))


class AutoInteger(Either):
    """A whole number of 1 or more, or `auto` for one; a single pattern has both."""

    def __init__(self, value: int) -> None:
        super().__init__({AUTO: value}, Integer())
        self.schema = {
            "oneOf": [
                {"pattern": f"^({AUTO}|{INTEGER[2:-2]})$", "type": "string"},
                {"minimum": 1, "type": "integer"},
            ]
        }


_INTERNAL = "Internal to the container: printed in the log, without effect."

FIELDS: Sequence[Hyperparameter] = (
    Hyperparameter("k", None, Integer(), "Number of clusters."),
    Hyperparameter("feature_dim", None, Integer(), "Columns of the data."),
    Hyperparameter("init_method", "random", METHODS, "How the initial centers are chosen."),
    Hyperparameter("mini_batch_size", "5000", Integer(), "Rows of a batch."),
    Hyperparameter("epochs", "1", Integer(), "Passes over the train channel."),
    Hyperparameter(
        "extra_center_factor",
        AUTO,
        AutoInteger(10),
        "Centers during training for each cluster of the model. auto: 10.",
    ),
    Hyperparameter(
        "local_lloyd_max_iter",
        "300",
        Integer(),
        "Maximum number of steps of an attempt at the reduction to k centers.",
    ),
    Hyperparameter(
        "local_lloyd_tol",
        "0.0001",
        Number(0, 1),
        "An attempt ends with a step that reduces the loss by no more than this share.",
    ),
    Hyperparameter(
        "local_lloyd_init_method",
        "kmeans++",
        METHODS,
        "How the initial centers of an attempt are chosen.",
    ),
    Hyperparameter(
        "local_lloyd_num_trials",
        AUTO,
        AutoInteger(10),
        "Number of attempts, of which the best is used. auto: 10.",
    ),
    Hyperparameter(
        "half_life_time_size",
        "0",
        Integer(0),
        "Rows after which the weight of a row has halved. 0: never.",
    ),
    Hyperparameter(
        "eval_metrics", '["msd"]', JsonList(*get_args(Metric)), "Metrics of the test channel."
    ),
    Hyperparameter(
        "force_dense", "true", Boolean(), "Without effect: sparse rows are always read."
    ),
    Hyperparameter("_disable_wait_to_read", "false", Text(), _INTERNAL),
    Hyperparameter("_enable_profiler", "false", Text(), _INTERNAL),
    Hyperparameter("_kvstore", AUTO, Text(), _INTERNAL),
    Hyperparameter("_log_level", "info", Text(), _INTERNAL),
    Hyperparameter("_num_gpus", AUTO, Text(), _INTERNAL),
    Hyperparameter("_num_kv_servers", "1", Text(), _INTERNAL),
    Hyperparameter("_num_slices", "1", Text(), _INTERNAL),
    Hyperparameter("_tuning_objective_metric", "", Text(), "Set in the jobs of a tuning job."),
)

DEFAULT_INPUT = {field.name: field.default for field in FIELDS if field.default is not None}
"""What the container prints as its default configuration."""


def parse_hyperparameters(texts: Mapping[str, str]) -> KMeansHyperparameters:
    """Parse the hyperparameters of a request. Raises `HyperparameterError`.

    Examples
    --------
    >>> job = parse_hyperparameters({"k": "10", "feature_dim": "784"})
    >>> job.mini_batch_size, job.extra_center_factor
    (5000, 10)
    """
    return typed(KMeansHyperparameters, read(FIELDS, texts))
