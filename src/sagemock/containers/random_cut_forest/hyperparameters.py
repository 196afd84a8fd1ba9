"""The hyperparameters of the random cut forest: types, ranges, defaults and reference in a table.

Sources: the page *RCF Hyperparameters* of the SageMaker developer guide; for the defaults, what the
container printed in February 2020: numbers and lists where others have texts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from sagemock.algorithms.random_cut_forest.hyperparameters import (
    AnomalyMetric,
    RandomCutForestHyperparameters,
)
from sagemock.containers.first_party.hyperparameters import Hyperparameter, read, typed
from sagemock.containers.first_party.kinds import AUTO, Boolean, Integer, JsonList, Text

_INTERNAL = "Internal to the container: printed in the log, without effect."

FIELDS: Sequence[Hyperparameter] = (
    Hyperparameter("feature_dim", None, Integer(1, 10_000), "Columns of the data."),
    Hyperparameter("_ftp_port", "8999", Text(), _INTERNAL),
    Hyperparameter("num_samples_per_tree", "256", Integer(1, 2048), "Rows of each tree."),
    Hyperparameter("_tuning_objective_metric", "", Text(), "Set in the jobs of a tuning job."),
    Hyperparameter("_num_gpus", AUTO, Text(), _INTERNAL),
    Hyperparameter("_log_level", "info", Text(), _INTERNAL),
    Hyperparameter("_kvstore", "dist_async", Text(), _INTERNAL),
    Hyperparameter(
        "force_dense", "true", Boolean(), "Without effect: sparse rows are always read."
    ),
    Hyperparameter("epochs", "1", Integer(), "Passes over the train channel."),
    Hyperparameter("num_trees", "100", Integer(50, 1000), "Trees in the forest."),
    Hyperparameter(
        "eval_metrics",
        '["accuracy", "precision_recall_fscore"]',
        JsonList(*get_args(AnomalyMetric)),
        "Metrics of the test channel.",
    ),
    Hyperparameter("_num_kv_servers", AUTO, Text(), _INTERNAL),
    Hyperparameter("mini_batch_size", "1000", Integer(), "Rows of a batch, on each host."),
)

_AS_JSON = frozenset(
    {
        "_ftp_port",
        "num_samples_per_tree",
        "epochs",
        "num_trees",
        "eval_metrics",
        "mini_batch_size",
    }
)

DEFAULT_INPUT: Mapping[str, Any] = {
    field.name: json.loads(field.default) if field.name in _AS_JSON else field.default
    for field in FIELDS
    if field.default is not None
}
"""What the container prints as its default configuration."""


def parse_hyperparameters(texts: Mapping[str, str]) -> RandomCutForestHyperparameters:
    """Parse the hyperparameters of a request. Raises `HyperparameterError`.

    Examples
    --------
    >>> job = parse_hyperparameters({"feature_dim": "1"})
    >>> job.num_trees, job.num_samples_per_tree, job.mini_batch_size
    (100, 256, 1000)
    """
    return typed(RandomCutForestHyperparameters, read(FIELDS, texts))
