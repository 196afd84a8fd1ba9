"""The regular mode: eigenvectors of the scatter matrix, which is summed over all mini-batches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sagemock.algorithms.base import Doubles, Features, FloatArray, is_sparse
from sagemock.algorithms.blas import single_thread
from sagemock.algorithms.pca.decomposition import Components, oriented

if TYPE_CHECKING:
    from scipy.sparse import csr_array

WIDE = 256
"""Columns from which on the products of a mini-batch are in single precision. Below, doubles take
hardly longer, and small singular values keep their digits. Also those from which on it takes less
time to compute the largest eigenvalues only."""

TINY = 1e-30
"""Single precision has no digits for numbers far below."""


class ScatterSums:
    """Sums over rows for the exact components.

    Parameters
    ----------
    columns
        Of the rows.
    centered
        Whether their mean is to be subtracted.

    Attributes
    ----------
    rows
        How many there were.

    Notes
    -----
    With S = sum x x^T and t = sum x over n rows, the scatter matrix is S - t t^T / n, or S if the
    mean is not subtracted. The components are its eigenvectors, the singular values of the rows
    the square roots of its eigenvalues. All rows are shifted by the mean of the first dense
    mini-batch: the result is the same, but for digits that S would lose when the mean is large.

    References
    ----------
    *Amazon SageMaker Developer Guide*, *How PCA Works*, mode 1. That the singular values are those
    of the rows, not divided by n: a recorded artifact of May 2021.

    Examples
    --------
    >>> sums = ScatterSums(2, centered=True)
    >>> sums.add(np.float32([[3, 4], [-3, -4]]))
    >>> sums.add(np.float32([[6, 8], [-6, -8]]))
    >>> vectors, singular = sums.components(1)
    >>> print(vectors.ravel(), singular.round(6))
    [0.6 0.8] [15.811388]
    """

    def __init__(self, columns: int, *, centered: bool) -> None:
        self._centered = centered
        self._shift: FloatArray | None = None
        self._products = np.zeros((columns, columns))
        self._total = np.zeros(columns)
        self.rows = 0

    def add(self, batch: Features) -> None:
        """Add the rows of a mini-batch (rows, columns)."""
        if not is_sparse(batch):
            self._add_dense(batch)
        elif self._shift is None:
            self._add_sparse(batch)
        else:
            # Another host has dense rows.
            self._add_dense(batch.toarray())

    def mean(self) -> Doubles:
        """The mean of the rows, (columns,)."""
        mean: Doubles = self._total / self.rows
        return mean if self._shift is None else mean + self._shift

    def components(self, count: int) -> Components:
        """The components with the largest singular values."""
        scatter = self._products
        if self._centered:
            scatter = scatter - np.outer(self._total, self._total / self.rows)
        values, vectors = _largest(scatter, count)
        # Rounding may give less than 0.
        return Components(oriented(vectors), np.sqrt(np.maximum(values, 0)))

    def _add_dense(self, batch: FloatArray) -> None:
        if self._centered and not self.rows:
            with np.errstate(over="ignore"):
                mean = np.mean(batch, axis=0, dtype=np.float64)
                self._shift = np.asarray(mean, np.float32)
        self._products += self._product(batch)
        # The shift is applied to the sum, which is as exact and takes no pass of its own.
        self._total += batch.sum(axis=0, dtype=np.float64)
        if self._shift is not None:
            self._total -= len(batch) * self._shift.astype(np.float64)
        self.rows += len(batch)

    def _product(self, batch: FloatArray) -> Doubles:
        """The products of all pairs of columns, of shifted rows."""
        if batch.shape[1] >= WIDE:
            with np.errstate(over="ignore", invalid="ignore"):
                rows = batch if self._shift is None else batch - self._shift
                single: FloatArray = np.asarray(rows.T @ rows, np.float32)
                # No product exceeds the largest square.
                largest = single.diagonal().max()
            if TINY < largest < np.inf:
                return single.astype(np.float64)
        doubles = batch.astype(np.float64)
        if self._shift is not None:
            doubles -= self._shift
        product: Doubles = doubles.T @ doubles
        return product

    def _add_sparse(self, batch: csr_array) -> None:
        """Sparse rows are not shifted, or they would have no zeros left."""
        from scipy.sparse import coo_array

        doubles = batch.astype(np.float64)
        products = coo_array(doubles.T @ doubles)
        self._products[products.row, products.col] += products.data
        self._total += np.asarray(doubles.sum(axis=0)).ravel()
        self.rows += batch.shape[0]


def _largest(scatter: Doubles, count: int) -> tuple[Doubles, Doubles]:
    """The largest eigenvalues, ascending, and the columns of their eigenvectors."""
    columns = len(scatter)
    if columns < WIDE:
        # All of them take less time than to import scipy.
        values, vectors = np.linalg.eigh(scatter)
        return values[-count:], vectors[:, -count:]
    from scipy.linalg import eigh

    # With two threads the last digits would be others, in the first job of a process alone.
    with single_thread():
        largest: tuple[Doubles, Doubles] = eigh(
            scatter, subset_by_index=(columns - count, columns - 1)
        )
    return largest
