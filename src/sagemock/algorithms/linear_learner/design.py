"""The design matrix: a host's train channel, scaled and cut into full mini-batches.

Dense features are scaled into one new array, whose rows the batches are views of. Sparse ones
stay sparse: their values are scaled, and only columns that occur get parameters at all, so
memory grows with the values and not with the columns. Where a batch touches few of those
columns it names them, and the update is confined to them, as MXNet's optimizers do with
`lazy_update`; else every update reaches every column, as with dense features.
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
"""Updates are confined to the columns of a batch when it has fewer values than this share."""

Columns = NDArray[np.intp]
Weigh = Callable[[FloatArray], FloatArray]
"""The weight of each row (rows,) from its label (rows,)."""


class BatchRows(Protocol):
    """The rows of a mini-batch, as a matrix to multiply with."""

    def times(self, weights: FloatArray, out: FloatArray) -> None:
        """rows @ weights."""

    def transposed_times(self, residuals: FloatArray, out: FloatArray) -> None:
        """rows.T @ residuals."""


@dataclass(frozen=True, slots=True)
class DenseRows:
    matrix: FloatArray

    def times(self, weights: FloatArray, out: FloatArray) -> None:
        np.matmul(self.matrix, weights, out=out)

    def transposed_times(self, residuals: FloatArray, out: FloatArray) -> None:
        np.matmul(self.matrix.T, residuals, out=out)


@dataclass(frozen=True, slots=True)
class SparseRows:
    matrix: Any
    transposed: Any

    def times(self, weights: FloatArray, out: FloatArray) -> None:
        out[...] = self.matrix @ weights

    def transposed_times(self, residuals: FloatArray, out: FloatArray) -> None:
        out[...] = self.transposed @ residuals


@dataclass(frozen=True, slots=True)
class Batch:
    """labels: (rows, 1), scaled. weights: (rows, 1), or None where every row weighs 1.

    columns: those that the batch touches, ascending, and which its rows are numbered by; None
    for all.
    """

    rows: BatchRows
    labels: FloatArray
    weights: FloatArray | None
    columns: Columns | None


def occurring(hosts: Sequence[Dataset]) -> Columns | None:
    """The columns that have values in the train channel; None when features are dense."""
    if not any(is_sparse(data.features) for data in hosts):
        return None
    found = np.zeros(hosts[0].columns, bool)
    for data in hosts:
        if is_sparse(data.features):
            found[data.features.indices] = True
        else:
            found[:] = True
    return np.flatnonzero(found)


def restrict(features: Features, columns: Columns | None) -> Features:
    """The features of some columns only, given ascending."""
    if columns is None or len(columns) == features.shape[1]:
        return features
    if not is_sparse(features):
        return np.ascontiguousarray(features[:, columns])
    from scipy.sparse import csr_array

    place = np.full(features.shape[1], -1, features.indices.dtype)
    place[columns] = np.arange(len(columns), dtype=place.dtype)
    indices = place[features.indices]
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

    weigh: gives the weights of rows from their raw labels.
    """
    size = hyperparameters.mini_batch_size
    count = data.rows // size
    labels = scaler.transform_labels(data.labels).reshape(-1, 1)
    weights = None if weigh is None else weigh(data.labels).reshape(-1, 1)
    places = [slice(start, start + size) for start in range(0, count * size, size)]
    matrices = (_sparse if is_sparse(data.features) else _dense)(data.features, scaler, places)
    return [
        Batch(rows, labels[place], None if weights is None else weights[place], columns)
        for place, (rows, columns) in zip(places, matrices, strict=True)
    ]


def _dense(
    features: FloatArray, scaler: Scaler, places: Sequence[slice]
) -> list[tuple[BatchRows, Columns | None]]:
    end = places[-1].stop if places else 0
    scaled = scaler.transform(features[:end])
    return [(DenseRows(scaled[place]), None) for place in places]


def _sparse(
    features: Any, scaler: Scaler, places: Sequence[slice]
) -> list[tuple[BatchRows, Columns | None]]:
    from scipy.sparse import csr_array

    data = features.data / scaler.deviation[features.indices]
    columns = features.shape[1]
    per_batch = features.nnz / max(1, features.shape[0] / (places[0].stop if places else 1))
    lazy = per_batch < LAZY_SHARE * columns
    found: list[tuple[BatchRows, Columns | None]] = []
    for place in places:
        indptr = features.indptr[place.start : place.stop + 1]
        values = slice(indptr[0], indptr[-1])
        indices, touched, width = features.indices[values], None, columns
        if lazy:
            touched, local = np.unique(indices, return_inverse=True)
            indices, width = local.astype(indices.dtype), len(touched)
        matrix = csr_array(
            (data[values], indices, indptr - indptr[0]), shape=(len(indptr) - 1, width)
        )
        found.append((SparseRows(matrix, matrix.T), touched))
    return found
