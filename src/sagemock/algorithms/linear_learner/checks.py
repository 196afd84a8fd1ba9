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
from sagemock.algorithms.linear_learner.hyperparameters import LinearLearnerHyperparameters

MAX_PARAMETERS = 1 << 28
"""Parameters of all models together, each of which takes up to 12 bytes during training.

That fills an instance of 4 GB, and there are few smaller ones.
"""


def check(hyperparameters: LinearLearnerHyperparameters, channels: Mapping[str, Sharded]) -> None:
    """Check that channels and hyperparameters are consistent.

    The reader of the channels has already checked that all numbers are finite.

    Raises
    ------
    ClientError
        For too few rows, channels without rows, other columns, or labels that the predictor does
        not allow.
    """
    size = hyperparameters.mini_batch_size
    train = channels["train"]
    # A host may lack any channel but this one.
    fewest = min(train.host_rows)
    if fewest < size:
        raise nothing_to_train_on(fewest, size)
    columns = hyperparameters.columns(train)
    predictor, num_classes = hyperparameters.predictor_type, hyperparameters.num_classes
    for name, channel in channels.items():
        if not channel.datasets:
            raise without_rows(name)
        for data in channel.datasets:
            check_columns(data, columns)
            if predictor != "regressor":
                max_label = 1 if predictor == "binary_classifier" else num_classes - 1
                check_labels(name, data.labels, max_label, predictor)


def check_size(columns: int, rows: int, outputs: int, models: int) -> None:
    """Check that all parameters, and the margins of a model's mini-batch, fit into memory.

    Raises
    ------
    ClientError
        When they do not.
    """
    if max(columns * models, rows) * outputs > MAX_PARAMETERS:
        raise ClientError(
            f"Out of memory: {models} models of {columns} columns and {outputs} outputs, in "
            f"batches of {rows} rows. Please use fewer models (num_models), columns, classes or "
            "rows (mini_batch_size).",
            Cause("MemoryError", f"{columns * outputs * models} parameters"),
        )


def diverged() -> AlgorithmError:
    """The failure of a job in which no model ever had a finite loss."""
    return AlgorithmError(
        "Training diverged: the loss of every model is infinite or not a number. Please reduce "
        "learning_rate, or normalize the data.",
        Cause("FloatingPointError", "no model has had a finite loss"),
    )
