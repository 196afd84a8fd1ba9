"""Checks of a job's data before training."""

from __future__ import annotations

from collections.abc import Mapping

from sagemock.algorithms.base import Cause, ClientError, Sharded
from sagemock.algorithms.checks import check_channels
from sagemock.algorithms.knn.hyperparameters import KNNHyperparameters

MAX_NUMBERS = 1 << 28
"""Numbers in the index, or in the matrix of a projection, each of which takes up to 16 bytes. That
fills the instances that are usual for this algorithm."""


def check(hyper: KNNHyperparameters, channels: Mapping[str, Sharded]) -> int:
    """Check that channels and hyperparameters are consistent.

    Returns
    -------
    int
        The columns of the data.

    Raises
    ------
    ClientError
        For channels without rows or with other columns, a sample with fewer rows than neighbors,
        a projection to too many columns, or a sample that is too large.
    """
    first = channels["train"].by_host()[0]
    columns = first.columns if hyper.feature_dim is None else hyper.feature_dim
    check_channels(channels, columns)
    _check_reduction(hyper, columns)
    _check_sample(hyper, channels["train"], columns)
    return columns


def per_host(hyper: KNNHyperparameters, hosts: int) -> int:
    """The rows that each host keeps, at most."""
    return max(1, hyper.sample_size // hosts)


def _check_reduction(hyper: KNNHyperparameters, columns: int) -> None:
    target = hyper.dimension_reduction_target
    if hyper.dimension_reduction_type is None or target is None:
        return
    if target >= columns:
        raise ClientError(
            f"'dimension_reduction_target' is {target}, but must be smaller than the "
            f"'feature_dim' of {columns}.",
            Cause("ValueError", f"{target} >= {columns}"),
        )
    _check_size(columns * target, "Please use a smaller 'dimension_reduction_target'.")


def _check_sample(hyper: KNNHyperparameters, train: Sharded, columns: int) -> None:
    capacity = per_host(hyper, len(train.of_host))
    rows = sum(min(capacity, count * hyper.epochs) for count in train.host_rows)
    if rows < hyper.k:
        raise ClientError(
            f"The sample has {rows} records, but 'k' is {hyper.k}. Please provide at least as "
            "many records as neighbors, and a 'sample_size' that is no smaller than 'k'.",
            Cause("ValueError", f"cannot find {hyper.k} neighbors among {rows} records"),
        )
    width = columns
    if hyper.dimension_reduction_type is not None:
        width = hyper.dimension_reduction_target or columns
    _check_size(
        rows * width,
        "Please choose a larger instance type, use dimension reduction, or decrease sample_size.",
    )


def _check_size(numbers: int, advice: str) -> None:
    if numbers > MAX_NUMBERS:
        raise ClientError(f"Out of memory. {advice}", Cause("MemoryError", f"{numbers} numbers"))
