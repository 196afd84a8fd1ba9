"""Checks of a job's data before training."""

from __future__ import annotations

from collections.abc import Mapping

from sagemock.algorithms.base import Cause, ClientError, Sharded
from sagemock.algorithms.checks import check_channels
from sagemock.algorithms.random_cut_forest.hyperparameters import RandomCutForestHyperparameters

SURPLUS = 1.024
"""How many more rows the sample has than the trees need. A recorded job with 50 trees of 80 rows
gathered 4,032, which were all; its estimate of 409,600 bytes is 4,096 rows of 100 bytes."""

ROW_BYTES = 96
"""Bytes of a row in the sample beside its numbers, which have four each."""

FOREST_BYTES = 2.5
"""The estimated bytes of the forest for each of the sample: 1,024,000 in that job."""

MAX_NUMBERS = 1 << 29
"""Numbers of the bounding boxes of a model that is asked, with four bytes each."""


def check(hyper: RandomCutForestHyperparameters, channels: Mapping[str, Sharded]) -> None:
    """Check that channels and hyperparameters are consistent.

    Raises
    ------
    ClientError
        For channels without rows or with other columns, and for a forest that is too large.
    """
    columns = hyper.feature_dim
    check_channels(channels, columns)
    # A tree has up to twice as many nodes as rows, and a box has two numbers in each column.
    numbers = 4 * hyper.num_trees * hyper.num_samples_per_tree * columns
    if numbers > MAX_NUMBERS:
        raise ClientError(
            f"Out of memory: {hyper.num_trees} trees of {hyper.num_samples_per_tree} samples with "
            f"{columns} columns. Please use fewer trees (num_trees) or samples "
            "(num_samples_per_tree).",
            Cause("MemoryError", f"{numbers} numbers"),
        )


def sample_capacity(hyper: RandomCutForestHyperparameters) -> int:
    """The rows that each host keeps, at most."""
    return int(hyper.num_trees * hyper.num_samples_per_tree * SURPLUS)


def estimated_bytes(hyper: RandomCutForestHyperparameters) -> tuple[int, int]:
    """The bytes of the sample, and of the forest, as the log estimates them.

    Examples
    --------
    >>> hyper = RandomCutForestHyperparameters(
    ...     feature_dim=1, num_trees=50, num_samples_per_tree=80, eval_metrics=("accuracy",),
    ...     mini_batch_size=1000, epochs=1,
    ... )
    >>> estimated_bytes(hyper)
    (409600, 1024000)
    """
    sample = sample_capacity(hyper) * (ROW_BYTES + 4 * hyper.feature_dim)
    return sample, int(sample * FOREST_BYTES)
