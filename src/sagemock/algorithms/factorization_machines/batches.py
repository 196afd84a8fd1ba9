"""The mini-batches of a host, which are the same in every epoch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sagemock.algorithms.base import Dataset, FloatArray, is_sparse
from sagemock.algorithms.factorization_machines.machine import Columns, MachineRows, touched


@dataclass(frozen=True, slots=True)
class MiniBatch:
    """A mini-batch.

    Attributes
    ----------
    features
        (rows, columns), dense, or sparse and without columns that have no values.
    labels
        (rows,).
    counts
        (rows,), how often each row is in the batch; None for once.
    columns
        The columns that sparse rows touch, ascending: column i of `features` is `columns[i]` of
        the parameters. None for all.
    """

    features: Any
    labels: FloatArray
    counts: FloatArray | None
    columns: Columns | None
    _prepared: MachineRows | None

    def rows(self) -> MachineRows:
        """The features for several products.

        Those of dense rows are not kept, since they would take as much memory as the channel.
        """
        return self._prepared or MachineRows.of(self.features)


def mini_batches(data: Dataset, size: int) -> list[MiniBatch]:
    """The mini-batches of `size` rows of a channel.

    The last one is filled up with the first rows of the channel. That recorded metrics are
    divided by full batches shows that it is filled up, but not with what.

    Examples
    --------
    >>> data = Dataset(np.float32([[1], [2], [3]]), np.float32([0, 0, 1]))
    >>> [batch.features.ravel().tolist() for batch in mini_batches(data, 2)]
    [[1.0, 2.0], [3.0, 1.0]]
    >>> (batch,) = mini_batches(data, 5)
    >>> batch.features.ravel().tolist(), batch.counts.tolist()
    ([1.0, 2.0, 3.0], [2.0, 2.0, 1.0])
    """
    batches = []
    for start in range(0, data.rows, size):
        index: Any = slice(start, start + size)
        counts = None
        if size > data.rows:
            index = slice(0, data.rows)
            counts = np.full(data.rows, size // data.rows, np.float32)
            counts[: size % data.rows] += 1
        elif start + size > data.rows:
            index = np.r_[start : data.rows, 0 : start + size - data.rows]
        batches.append(_mini_batch(data, index, counts))
    return batches


def _mini_batch(data: Dataset, index: Any, counts: FloatArray | None) -> MiniBatch:
    features, labels = data.features[index], data.labels[index]
    if not is_sparse(features):
        return MiniBatch(features, labels, counts, None, None)
    features, columns = touched(features)
    return MiniBatch(features, labels, counts, columns, MachineRows.of(features))
