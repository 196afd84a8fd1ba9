"""Mini-batches: the train channel of a host, scaled and cut into full batches of rows.

Dense features are scaled into one new array, and the batches are views of its rows. Sparse ones
stay sparse: their values are scaled, and only columns that occur get parameters at all, so memory
grows with the values and not with the columns. Where a batch touches few of those columns, the
update is restricted to them, as in MXNet's optimizers with `lazy_update`; otherwise every update
reaches every column, as with dense features.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from sagemock.algorithms.base import Dataset, Features, FloatArray, is_sparse
from sagemock.algorithms.linear_learner.hyperparameters import LinearLearnerHyperparameters
from sagemock.algorithms.linear_learner.scaler import Scaler

LAZY_SHARE = 1 / 8
"""Updates are restricted to the columns of a batch when it has fewer values than this share of
all columns."""

Columns = NDArray[np.intp]
Weigh = Callable[[FloatArray], FloatArray]
"""The weight of each row (rows,) from its label (rows,)."""


class BatchRows(Protocol):
    """The rows of a mini-batch, as a matrix to multiply with."""

    def times(self, weights: FloatArray, out: FloatArray) -> None:
        """Compute rows @ weights."""

    def transposed_times(self, residuals: FloatArray, out: FloatArray) -> None:
        """Compute rows.T @ residuals."""


@dataclass(frozen=True, slots=True)
class DenseRows:
    """Rows as a view of the scaled features."""

    matrix: FloatArray

    def times(self, weights: FloatArray, out: FloatArray) -> None:
        """Compute rows @ weights, by BLAS."""
        np.matmul(self.matrix, weights, out=out)

    def transposed_times(self, residuals: FloatArray, out: FloatArray) -> None:
        """Compute rows.T @ residuals, by BLAS."""
        np.matmul(self.matrix.T, residuals, out=out)


@dataclass(frozen=True, slots=True)
class SparseRows:
    """Rows as a sparse matrix of scipy, and its transpose."""

    matrix: Any
    transposed: Any

    def times(self, weights: FloatArray, out: FloatArray) -> None:
        """Compute rows @ weights, by scipy."""
        out[...] = self.matrix @ weights

    def transposed_times(self, residuals: FloatArray, out: FloatArray) -> None:
        """Compute rows.T @ residuals, by scipy."""
        out[...] = self.transposed @ residuals


@dataclass(frozen=True, slots=True)
class Batch:
    """A mini-batch.

    Attributes
    ----------
    labels
        (rows, 1), scaled.
    weights
        (rows, 1); None when every row weighs 1.
    columns
        The columns that the batch touches, ascending: column i of `rows` is `columns[i]` of the
        parameters. None for all.
    """

    rows: BatchRows
    labels: FloatArray
    weights: FloatArray | None
    columns: Columns | None


def occurring(hosts: Sequence[Dataset]) -> Columns | None:
    """The columns that have values in the train channel; None when features are dense.

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> features = csr_array(np.float32([[0, 5, 0, 0], [0, 0, 0, 7]]))
    >>> occurring([Dataset(features, np.zeros(2, np.float32))]).tolist()
    [1, 3]
    """
    if not any(is_sparse(data.features) for data in hosts):
        return None
    occurs = np.zeros(hosts[0].columns, bool)
    for data in hosts:
        if is_sparse(data.features):
            occurs[data.features.indices] = True
        else:
            occurs[:] = True
    return np.flatnonzero(occurs)


def restrict(features: Features, columns: Columns | None) -> Features:
    """The features of some columns only, which are in ascending order; None for all."""
    if columns is None or len(columns) == features.shape[1]:
        return features
    if not is_sparse(features):
        return np.ascontiguousarray(features[:, columns])
    from scipy.sparse import csr_array

    new_index = np.full(features.shape[1], -1, features.indices.dtype)
    new_index[columns] = np.arange(len(columns), dtype=new_index.dtype)
    indices = new_index[features.indices]
    kept = indices >= 0
    if kept.all():
        data, indptr = features.data, features.indptr
    else:
        before = np.concatenate([[0], np.cumsum(kept)])
        data, indices, indptr = features.data[kept], indices[kept], before[features.indptr]
    return csr_array((data, indices, indptr), shape=(features.shape[0], len(columns)))


def batches(
    data: Dataset,
    scaler: Scaler,
    weigh: Weigh | None,
    hyperparameters: LinearLearnerHyperparameters,
) -> list[Batch]:
    """The full mini-batches of a channel; the rows of an incomplete last one are left out.

    Parameters
    ----------
    weigh
        The weights of rows by their raw labels; None when every row weighs 1.
    """
    size = hyperparameters.mini_batch_size
    count = data.rows // size
    labels = scaler.transform_labels(data.labels).reshape(-1, 1)
    weights = None if weigh is None else weigh(data.labels).reshape(-1, 1)
    slices = [slice(start, start + size) for start in range(0, count * size, size)]
    matrices = (_sparse if is_sparse(data.features) else _dense)(data.features, scaler, slices)
    return [
        Batch(rows, labels[part], None if weights is None else weights[part], columns)
        for part, (rows, columns) in zip(slices, matrices, strict=True)
    ]


def _dense(
    features: FloatArray, scaler: Scaler, slices: Sequence[slice]
) -> list[tuple[BatchRows, Columns | None]]:
    end = slices[-1].stop if slices else 0
    scaled = scaler.transform(features[:end])
    return [(DenseRows(scaled[part]), None) for part in slices]


def _sparse(
    features: Any, scaler: Scaler, slices: Sequence[slice]
) -> list[tuple[BatchRows, Columns | None]]:
    from scipy.sparse import csr_array

    data = features.data / scaler.deviation[features.indices]
    columns = features.shape[1]
    per_batch = features.nnz / max(1, features.shape[0] / (slices[0].stop if slices else 1))
    lazy = per_batch < LAZY_SHARE * columns
    matrices: list[tuple[BatchRows, Columns | None]] = []
    for part in slices:
        indptr = features.indptr[part.start : part.stop + 1]
        values = slice(indptr[0], indptr[-1])
        indices, touched, width = features.indices[values], None, columns
        if lazy:
            touched, local = np.unique(indices, return_inverse=True)
            indices, width = local.astype(indices.dtype), len(touched)
        matrix = csr_array(
            (data[values], indices, indptr - indptr[0]), shape=(len(indptr) - 1, width)
        )
        matrices.append((SparseRows(matrix, matrix.T), touched))
    return matrices
