"""The hyperparameters of KNN: one table for types, ranges, defaults and reference.

Sources: the page *k-NN Hyperparameters* of the SageMaker developer guide; for the texts of the
defaults, what the container printed in June 2021.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from sagemock.algorithms.knn.hyperparameters import (
    IndexType,
    KNNHyperparameters,
    Metric,
    PredictorType,
    ReductionType,
)
from sagemock.containers.first_party.hyperparameters import (
    Hyperparameter,
    invalid,
    read,
    refused,
    typed,
)
from sagemock.containers.first_party.kinds import (
    AUTO,
    Choice,
    Derived,
    Integer,
    Text,
    ValueKind,
    auto,
)

QUANTIZED: IndexType = "faiss.IVFPQ"


class Subvectors(ValueKind):
    """The numbers of subvectors for which the index has code."""

    _numbers = (1, 2, 3, 4, 8, 12, 16, 20, 24, 28, 32, 40, 48, 56, 64, 96)
    words = ", ".join(f"`{number}`" for number in _numbers)
    schema: Mapping[str, Any] = {"enum": [str(number) for number in _numbers], "type": "string"}

    def read(self, text: str) -> int:
        """The number."""
        if text not in self.schema["enum"]:
            raise ValueError(text)
        return int(text)


_INTERNAL = "Internal to the container: printed in the log, without effect."
_ECHOED = "Printed in the log; the search is exact with every index."

FIELDS: Sequence[Hyperparameter] = (
    Hyperparameter("k", None, Integer(), "Neighbors that a prediction is made from."),
    Hyperparameter(
        "predictor_type",
        None,
        Choice(*get_args(PredictorType)),
        "Whether a prediction is the most frequent label of the neighbors, or the mean.",
    ),
    Hyperparameter(
        "sample_size", None, Integer(), "Rows in the index, which all hosts sample together."
    ),
    Hyperparameter(
        "dimension_reduction_type",
        None,
        Choice(*get_args(ReductionType)),
        "How rows are projected: by random signs, or by the fast Johnson-Lindenstrauss transform.",
        optional=True,
    ),
    Hyperparameter(
        "dimension_reduction_target",
        None,
        Integer(),
        "Columns of a projected row, fewer than `feature_dim`. Required with "
        "`dimension_reduction_type`.",
        optional=True,
    ),
    Hyperparameter(
        "faiss_index_pq_m",
        None,
        Subvectors(),
        f"Subvectors of a row. Required with `{QUANTIZED}`. {_ECHOED}",
        optional=True,
    ),
    Hyperparameter("_kvstore", "dist_async", Text(), _INTERNAL),
    Hyperparameter("_log_level", "info", Text(), _INTERNAL),
    Hyperparameter("_num_gpus", AUTO, Text(), _INTERNAL),
    Hyperparameter("_num_kv_servers", "1", Text(), _INTERNAL),
    Hyperparameter("_tuning_objective_metric", "", Text(), "Set in the jobs of a tuning job."),
    Hyperparameter("_faiss_index_nprobe", "5", Text(), _INTERNAL),
    Hyperparameter("epochs", "1", Integer(), "Passes over the train channel."),
    Hyperparameter(
        "feature_dim",
        AUTO,
        auto(Integer(), None),
        "Columns of the data. auto: as in the train channel.",
    ),
    Hyperparameter(
        "faiss_index_ivf_nlists",
        AUTO,
        auto(Integer(), Derived(lambda values: math.isqrt(values["sample_size"]))),
        f"Lists of the index. auto: the square root of `sample_size`. {_ECHOED}",
    ),
    Hyperparameter(
        "index_metric",
        "L2",
        Choice(*get_args(Metric)),
        f"What makes a row near. Only `L2` with `{QUANTIZED}`.",
    ),
    Hyperparameter(
        "index_type",
        "faiss.Flat",
        Choice(*get_args(IndexType)),
        f"How the index is organised. {_ECHOED}",
    ),
    Hyperparameter("mini_batch_size", "5000", Integer(), "Rows of a batch, on each host."),
    Hyperparameter("_enable_profiler", "false", Text(), _INTERNAL),
)

DEFAULT_INPUT = {field.name: field.default for field in FIELDS if field.default is not None}
"""What the container prints as its default configuration."""


def parse_hyperparameters(texts: Mapping[str, str]) -> KNNHyperparameters:
    """Parse the hyperparameters of a request. Raises `HyperparameterError`.

    Examples
    --------
    >>> job = parse_hyperparameters(
    ...     {"k": "5", "predictor_type": "classifier", "sample_size": "10000"}
    ... )
    >>> job.mini_batch_size, job.index_metric, job.faiss_index_ivf_nlists
    (5000, 'L2', 100)
    """
    values = read(FIELDS, texts)
    if values["dimension_reduction_type"] is not None:
        _require(values, "dimension_reduction_target")
    if values["index_type"] == QUANTIZED:
        _require(values, "faiss_index_pq_m")
        metric = values["index_metric"]
        if metric != "L2":
            raise refused("index_metric", metric, Choice("L2").schema)
    return typed(KNNHyperparameters, values)


def _require(values: Mapping[str, Any], name: str) -> None:
    if values[name] is None:
        raise invalid(
            f"No value(s) were specified for '{name}' which are required hyperparameter(s)",
            f"'{name}' is a required property",
        )
