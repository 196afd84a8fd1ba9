"""The size of rows as RecordIO-protobuf, as written by Google's library."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sagemock.algorithms.base import Features, is_sparse
from sagemock.formats import protobuf, record

Sizes = NDArray[np.int64]

LABEL = len(
    protobuf.delimited(
        record.LABEL,
        protobuf.delimited(record.ENTRY_KEY, record.NAME)
        + protobuf.delimited(
            record.ENTRY_VALUE,
            protobuf.delimited(record.FLOAT32, protobuf.delimited(record.VALUES, bytes(4))),
        ),
    )
)
"""Bytes of a label, one float32."""

FRAME = 8
"""Bytes before each record, which is padded to a multiple of four."""


def size_of(features: Features, *, labelled: bool = True) -> Callable[[int], int]:
    """A function that returns the bytes of the first rows, by their number.

    Parameters
    ----------
    labelled
        Whether each row has a label.

    Examples
    --------
    >>> from sagemock.formats.recordio import encode
    >>> features, labels = np.float32([[1, 2], [3, 4]]), np.float32([0, 1])
    >>> size_of(features)(2) == len(encode(features, labels))
    True
    """
    rows, columns = features.shape
    label = LABEL if labelled else 0
    if not is_sparse(features):
        (size,) = _records(_packed(np.array([4 * columns])), label).tolist()
        return lambda count: count * int(size)
    numbers = np.diff(features.indptr)
    before = np.concatenate([[0], np.cumsum(_varint(features.indices))])
    keys = before[features.indptr[1:]] - before[features.indptr[:-1]]
    shape = _packed(_varint(np.full(rows, columns)))
    tensors = _packed(4 * numbers.astype(np.int64)) + _packed(keys) + shape
    ends = np.cumsum(_records(tensors, label))
    return lambda count: int(ends[count - 1]) if count else 0


def _records(tensors: Sizes, label: int) -> Sizes:
    """Sizes of framed records, from those of the contents of their feature tensors."""
    name = len(protobuf.delimited(record.ENTRY_KEY, record.NAME))
    values = _delimited(tensors)
    entries = _delimited(name + _delimited(values))
    return FRAME + (entries + label + 3) // 4 * 4


def _delimited(sizes: Sizes) -> Sizes:
    """Sizes of length-delimited fields with a tag of one byte, from those of their contents."""
    return 1 + _varint(sizes) + sizes


def _packed(sizes: Sizes) -> Sizes:
    """Sizes of packed fields, which are omitted when they are empty."""
    return np.where(sizes > 0, _delimited(sizes), 0)


def _varint(numbers: NDArray[np.integer]) -> Sizes:
    """The bytes of each number as a varint."""
    sizes = np.ones(numbers.shape, np.int64)
    for bits in range(7, int(numbers.max(initial=0)).bit_length(), 7):
        sizes += numbers >= 1 << bits
    return sizes
