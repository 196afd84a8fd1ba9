"""The hyperparameters of PCA: one table for types, ranges, defaults and reference.

Sources: the page *PCA Hyperparameters* of the SageMaker developer guide; for the texts of the
defaults, what the container printed in May 2021.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from sagemock.algorithms.pca.hyperparameters import Mode, PCAHyperparameters
from sagemock.containers.first_party.hyperparameters import Hyperparameter, read, typed
from sagemock.containers.first_party.kinds import (
    AUTO,
    Boolean,
    Choice,
    Derived,
    Integer,
    Text,
    ValueKind,
)

MIN_EXTRA_COMPONENTS = 10
"""What -1 stands for at the least."""

_INTERNAL = "Internal to the container: printed in the log, without effect."


class ExtraComponents(ValueKind):
    """A whole number of 0 or more, or -1 for one that follows from the number of components."""

    words = "integer, 0 or more, or -1"
    schema: Mapping[str, Any] = {
        "oneOf": [
            {"pattern": "^(-1|0|[1-9][0-9]*)$", "type": "string"},
            {"minimum": -1, "type": "integer"},
        ]
    }

    def read(self, text: str) -> int | Derived:
        """The number, or how it follows from the others."""
        if not re.fullmatch(r"-1|0|[1-9][0-9]*", text):
            raise ValueError(text)
        if text == "-1":
            return Derived(lambda values: max(MIN_EXTRA_COMPONENTS, values["num_components"]))
        return int(text)


FIELDS: Sequence[Hyperparameter] = (
    Hyperparameter("feature_dim", None, Integer(), "Columns of the data."),
    Hyperparameter("mini_batch_size", None, Integer(), "Rows of a batch."),
    Hyperparameter(
        "num_components", None, Integer(), "Components of the model, no more than columns."
    ),
    Hyperparameter(
        "algorithm_mode",
        "regular",
        Choice(*get_args(Mode)),
        "`regular` is exact; `randomized` approximates in less memory.",
    ),
    Hyperparameter(
        "subtract_mean",
        "true",
        Boolean(),
        "Whether the mean of the rows is subtracted, also from those of requests.",
    ),
    Hyperparameter(
        "extra_components",
        "-1",
        ExtraComponents(),
        "Rows of the sketch of the randomized mode beside one for each component: with more, the "
        "result is more accurate. -1: as many as components, 10 at least.",
    ),
    Hyperparameter(
        "force_dense", "true", Boolean(), "Without effect: sparse rows are always read."
    ),
    Hyperparameter("epochs", "1", Integer(), "Passes over the train channel."),
    Hyperparameter("_log_level", "info", Text(), _INTERNAL),
    Hyperparameter("_kvstore", "dist_sync", Text(), _INTERNAL),
    Hyperparameter("_num_kv_servers", AUTO, Text(), _INTERNAL),
    Hyperparameter("_num_gpus", AUTO, Text(), _INTERNAL),
)

DEFAULTS: Mapping[str, str | int] = {
    **{field.name: field.default for field in FIELDS if field.default is not None},
    # The only number among texts.
    "epochs": 1,
}
"""What the container prints as its default configuration."""


def parse_hyperparameters(texts: Mapping[str, str]) -> PCAHyperparameters:
    """Parse the hyperparameters of a request. Raises `HyperparameterError`.

    Examples
    --------
    >>> texts = {"feature_dim": "784", "mini_batch_size": "500", "num_components": "20"}
    >>> job = parse_hyperparameters(texts)
    >>> job.algorithm_mode, job.extra_components
    ('regular', 20)
    """
    return typed(PCAHyperparameters, read(FIELDS, texts))
