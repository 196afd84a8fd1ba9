"""Rows of numbers as decoded from files and requests: dense, sparse, or both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sagemock.algorithms.base import Features, FloatArray

MAX_COLUMNS = 1 << 24
"""Columns that a sparse row may declare: a few bytes must not allocate a model of any size."""


class RowsError(ValueError):
    """Rows that are not a matrix."""


@dataclass(frozen=True, slots=True)
class DecodedRows:
    """The numbers of all rows, row by row.

    Attributes
    ----------
    values
        (numbers,).
    counts
        (rows,), how many numbers each row has.
    widths
        (rows,), how many columns each row declares.
    keys
        (numbers,), the column of each number; None when no row is sparse.
    sparse
        (rows,), whether each row is sparse.

    Examples
    --------
    A dense row, and a sparse one with the number 9 in column 1:

    >>> rows = DecodedRows(
    ...     values=np.float32([1, 2, 9]),
    ...     counts=np.array([2, 1]),
    ...     widths=np.array([2, 2], np.uint64),
    ...     keys=np.array([0, 1, 1], np.uint64),
    ...     sparse=np.array([False, True]),
    ... )
    >>> print(rows.dense(columns=2))
    [[1. 2.]
     [0. 9.]]
    """

    values: FloatArray
    counts: NDArray[np.int64]
    widths: NDArray[np.uint64]
    keys: NDArray[np.uint64] | None
    sparse: NDArray[np.bool_]

    def features(self, columns: int | None = None) -> Features:
        """The matrix (rows, columns): dense if all rows are, else sparse.

        The values of equal keys are added.

        Parameters
        ----------
        columns
            How many each row must have; None for as many as the first row has.

        Raises
        ------
        RowsError
            For rows that are not a matrix.
        """
        width = self._width(columns)
        if self.keys is None:
            return self.values.reshape(len(self.counts), width)
        from scipy.sparse import csr_array

        indptr = np.concatenate([[0], np.cumsum(self.counts)])
        size = np.int32 if max(width, len(self.values)) < 1 << 31 else np.int64
        matrix = csr_array(
            (self.values, self.keys.astype(size), indptr.astype(size)),
            shape=(len(self.counts), width),
        )
        if not matrix.has_canonical_format:
            # Summation works in place, and the matrix shares the values of these rows.
            matrix = matrix.copy()
            matrix.sum_duplicates()
        return matrix

    def dense(self, columns: int) -> FloatArray:
        """The matrix (rows, columns) with all zeros. Raises `RowsError`."""
        width = self._width(columns)
        if self.keys is None:
            return self.values.reshape(len(self.counts), width)
        matrix = np.zeros((len(self.counts), width), np.float32)
        np.add.at(
            matrix,
            (np.repeat(np.arange(len(self.counts)), self.counts), self.keys.astype(np.int64)),
            self.values,
        )
        return matrix

    def _width(self, columns: int | None) -> int:
        """The number of columns, after checking that the rows are a matrix."""
        if not len(self.counts):
            raise RowsError("there are no rows")
        width = int(self.widths[0]) if columns is None else columns
        others = self.widths[self.widths != width]
        if len(others):
            # numpy's message, which the container passes on.
            raise RowsError(
                f"cannot copy sequence with size {others[0]} to array axis with dimension {width}"
            )
        if width == 0:
            raise RowsError("a row has no numbers")
        uneven = ~self.sparse & (self.counts != width)
        if uneven.any():
            raise RowsError(f"a row of shape {width} has {self.counts[uneven][0]} numbers instead")
        if self.keys is not None:
            if width > MAX_COLUMNS:
                raise RowsError(f"a sparse row has {width} columns")
            if len(self.keys) and int(self.keys.max()) >= width:
                raise RowsError("a key of a sparse row is outside its shape")
        return width


def concatenated(pieces: Sequence[DecodedRows]) -> DecodedRows:
    """The rows of several pieces; all of them have keys if one has."""
    if len(pieces) == 1:
        return pieces[0]
    keys = None
    if any(piece.keys is not None for piece in pieces):
        keys = np.concatenate([_keys(piece) for piece in pieces])
    return DecodedRows(
        values=np.concatenate([piece.values for piece in pieces]),
        counts=np.concatenate([piece.counts for piece in pieces]),
        widths=np.concatenate([piece.widths for piece in pieces]),
        keys=keys,
        sparse=np.concatenate([piece.sparse for piece in pieces]),
    )


def _keys(rows: DecodedRows) -> NDArray[np.uint64]:
    if rows.keys is not None:
        return rows.keys
    return dense_columns(rows.counts).astype(np.uint64)


def dense_columns(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """The columns of the numbers of dense rows: 0, 1, 2 and so on for each row.

    Examples
    --------
    >>> dense_columns(np.array([2, 3])).tolist()
    [0, 1, 0, 1, 2]
    """
    before = np.cumsum(counts) - counts
    return np.arange(int(counts.sum())) - np.repeat(before, counts)
