"""Checks of a job's data before training."""

from __future__ import annotations

from collections.abc import Mapping

from sagemock.algorithms.base import Cause, ClientError, Sharded
from sagemock.algorithms.checks import check_channels
from sagemock.algorithms.pca.hyperparameters import PCAHyperparameters

MAX_NUMBERS = 1 << 27
"""Numbers in the largest matrix of the training, of 8 bytes each; a decomposition takes it several
times. That nearly fills an instance of 4 GB, and there are few smaller ones."""


def check(hyperparameters: PCAHyperparameters, channels: Mapping[str, Sharded]) -> None:
    """Check that channels and hyperparameters are consistent.

    Raises
    ------
    ClientError
        For channels without rows, other columns, more components than columns, or too large a
        matrix.
    """
    columns = hyperparameters.feature_dim
    check_channels(channels, columns)
    components = hyperparameters.num_components
    if components > columns:
        raise ClientError(
            f"'num_components' is {components}, but the data has {columns} columns. Please set "
            "'num_components' to a value that is no greater than 'feature_dim'.",
            Cause("ValueError", f"cannot compute {components} components of {columns} columns"),
        )
    _check_memory(hyperparameters, max(data.rows for data in channels["train"].datasets))


def sketch_rows(hyperparameters: PCAHyperparameters) -> int:
    """The rows of the sketch of the randomized mode."""
    return hyperparameters.num_components + hyperparameters.extra_components


def _check_memory(hyperparameters: PCAHyperparameters, rows: int) -> None:
    columns = hyperparameters.feature_dim
    height, advice = columns, "Please use 'algorithm_mode' 'randomized', or fewer columns."
    if hyperparameters.algorithm_mode == "randomized":
        height = sketch_rows(hyperparameters)
        columns = max(columns, min(rows, hyperparameters.mini_batch_size))
        advice = "Please use fewer components, extra components or columns, or smaller batches."
    if height * columns > MAX_NUMBERS:
        raise ClientError(
            f"Out of memory: a matrix of {height} x {columns} numbers. {advice}",
            Cause("MemoryError", f"{height * columns} numbers"),
        )
