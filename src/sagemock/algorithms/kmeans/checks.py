"""Checks of a job's data before training."""

from __future__ import annotations

from collections.abc import Mapping

from sagemock.algorithms.base import Cause, ClientError, Sharded
from sagemock.algorithms.checks import check_channels
from sagemock.algorithms.kmeans.hyperparameters import KMeansHyperparameters

MAX_CENTER_NUMBERS = 1 << 26
"""Numbers in all working centers, each of which takes up to 48 bytes during training. That nearly
fills an instance of 4 GB, and there are few smaller ones."""


def check(hyperparameters: KMeansHyperparameters, channels: Mapping[str, Sharded]) -> None:
    """Check that channels and hyperparameters are consistent.

    Raises
    ------
    ClientError
        For channels without rows, other columns, fewer rows than clusters, or too many centers.
    """
    columns = hyperparameters.feature_dim
    check_channels(channels, columns)
    first = sum(
        min(data.rows, hyperparameters.mini_batch_size) for data in channels["train"].datasets
    )
    if first < hyperparameters.k:
        raise ClientError(
            f"The first mini-batch has {first} records, but 'k' is {hyperparameters.k}. Please "
            "provide at least as many records as clusters, and a 'mini_batch_size' that is no "
            "smaller than 'k'.",
            Cause("ValueError", f"cannot choose {hyperparameters.k} centers from {first} records"),
        )
    if working_centers(hyperparameters, first) * columns > MAX_CENTER_NUMBERS:
        raise ClientError(
            f"Out of memory: {working_centers(hyperparameters, first)} centers of {columns} "
            "columns. Please use fewer clusters (k), extra centers (extra_center_factor) or "
            "columns.",
            Cause("MemoryError", f"{working_centers(hyperparameters, first) * columns} numbers"),
        )


def working_centers(hyperparameters: KMeansHyperparameters, first: int) -> int:
    """The number of working centers.

    It is k times `extra_center_factor`, but no more than the rows of the first mini-batches of
    all hosts, from which they are chosen.
    """
    return min(hyperparameters.k * hyperparameters.extra_center_factor, first)
