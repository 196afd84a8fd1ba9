"""Checks of a job's data before training."""

from __future__ import annotations

from collections.abc import Mapping

from sagemock.algorithms.base import (
    AlgorithmError,
    Cause,
    ClientError,
    Sharded,
    nothing_to_train_on,
)
from sagemock.algorithms.checks import check_columns, check_labels, without_rows
from sagemock.algorithms.factorization_machines.hyperparameters import (
    FactorizationMachinesHyperparameters,
)

MAX_MODEL_NUMBERS = 1 << 28
"""Numbers in a model, each of which takes up to 20 bytes during training. That fills an instance
of 5 GB, and there are few smaller ones."""


def check(hyper: FactorizationMachinesHyperparameters, channels: Mapping[str, Sharded]) -> None:
    """Check that channels and hyperparameters are consistent.

    The reader of the channels has already checked that all numbers are finite.

    Raises
    ------
    ClientError
        For a model that would not fit into memory, channels without rows, other columns, or labels
        that the predictor does not allow.
    """
    numbers = hyper.feature_dim * (hyper.num_factors + 1)
    if numbers > MAX_MODEL_NUMBERS:
        raise ClientError(
            f"Out of memory: {hyper.feature_dim} columns with {hyper.num_factors} factors each. "
            "Please use fewer columns (feature_dim) or factors (num_factors).",
            Cause("MemoryError", f"{numbers} parameters"),
        )
    train = channels["train"]
    if not all(train.host_rows):
        raise nothing_to_train_on(0, hyper.mini_batch_size)
    for name, channel in channels.items():
        if not channel.datasets:
            raise without_rows(name)
        for data in channel.datasets:
            check_columns(data, hyper.feature_dim)
            if hyper.predictor_type == "binary_classifier":
                check_labels(name, data.labels, 1, hyper.predictor_type)


def diverged() -> AlgorithmError:
    """The failure of a job whose parameters are no longer finite."""
    return AlgorithmError(
        "Training diverged: the parameters of the model are infinite or not a number. Please "
        "reduce the learning rates (bias_lr, linear_lr and factors_lr), or scale the data.",
        Cause("FloatingPointError", "a parameter is not finite"),
    )
