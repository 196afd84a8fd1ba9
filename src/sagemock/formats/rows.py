"""Rows of numbers as files and requests hold them: dense ones, sparse ones, or both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sagemock.algorithms.base import Features, FloatArray

MAX_COLUMNS = 1 << 24
"""What a sparse row may say that it has: a few bytes must not make a model fill the memory."""


class RowsError(ValueError):
    """Rows that are no matrix."""


@dataclass(frozen=True, slots=True)
class DecodedRows:
    """The numbers of all rows, one row after another.

    values: (numbers,). counts: (rows,), how many numbers each row has. widths: (rows,), how many
    columns each row says that it has. keys: (numbers,), the column of each number; None when no
    row is sparse. sparse: (rows,), which ones are.
    """

    values: FloatArray
    counts: NDArray[np.int64]
    widths: NDArray[np.uint64]
    keys: NDArray[np.uint64] | None
    sparse: NDArray[np.bool_]

    def features(self, columns: int | None = None) -> Features:
        """The matrix: dense if all rows are, else sparse, where equal keys add up.

        columns: how many there must be; those of the first row if not given. Raises
        `RowsError`.
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
            # Summing works in place, and the values are these rows' own.
            matrix = matrix.copy()
            matrix.sum_duplicates()
        return matrix

    def dense(self, columns: int) -> FloatArray:
        """The matrix with the zeros between the numbers. Raises `RowsError`."""
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
        """How many columns there are, having checked all that could be wrong."""
        if not len(self.counts):
            raise RowsError("there are no rows")
        wanted = int(self.widths[0]) if columns is None else columns
        others = self.widths[self.widths != wanted]
        if len(others):
            # numpy's words, which the container lets through.
            raise RowsError(
                f"cannot copy sequence with size {others[0]} to array axis with dimension {wanted}"
            )
        if wanted == 0:
            raise RowsError("a row has no numbers")
        uneven = ~self.sparse & (self.counts != wanted)
        if uneven.any():
            raise RowsError(
                f"a row of shape {wanted} holds {self.counts[uneven][0]} numbers instead"
            )
        if self.keys is not None:
            if wanted > MAX_COLUMNS:
                raise RowsError(f"a sparse row has {wanted} columns")
            if len(self.keys) and int(self.keys.max()) >= wanted:
                raise RowsError("a key of a sparse row is outside its shape")
        return wanted


def concatenated(pieces: Sequence[DecodedRows]) -> DecodedRows:
    """The rows of several pieces; all of them have keys as soon as one has."""
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
    return places(rows.counts).astype(np.uint64)


def places(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """0, 1, 2 and so on in each row anew: the columns of rows that are dense."""
    before = np.cumsum(counts) - counts
    return np.arange(int(counts.sum())) - np.repeat(before, counts)
