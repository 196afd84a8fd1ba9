"""LibSVM text: a label, perhaps with a weight, and pairs of index and value for each row."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sagemock.algorithms.base import FloatArray
from sagemock.formats.record import narrowed
from sagemock.formats.rows import MAX_COLUMNS

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_NUMBER = rb"[+-]?(?:[0-9]+\.?[0-9]*(?:[eE][+-]?[0-9]+)?|\.[0-9]+(?:[eE][+-]?[0-9]+)?|nan|inf)"
_LINE = re.compile(
    rb"\s*(" + _NUMBER + rb")(?::(" + _NUMBER + rb"))?"
    rb"(?:\s+qid:([0-9]+))?"
    rb"((?:\s+[0-9]+:" + _NUMBER + rb")*)\s*",
    re.IGNORECASE,
)


class LibsvmError(ValueError):
    """Text that is not LibSVM."""


@dataclass(frozen=True, slots=True)
class LibsvmRows:
    """The rows of a text.

    Attributes
    ----------
    features
        (rows, columns), with as many columns as the largest index and one more.
    labels
        (rows,).
    weights
        (rows,); None if no row has one.
    groups
        (rows,), the query of each row; None if no row has one.
    """

    features: csr_matrix
    labels: FloatArray
    weights: FloatArray | None
    groups: NDArray[np.int64] | None


def decode(data: bytes) -> LibsvmRows:
    r"""Decode text; empty lines and comments are ignored, indices are used as they are.

    Raises
    ------
    LibsvmError
        For a line that is not LibSVM, and for text without rows.

    Examples
    --------
    >>> rows = decode(b"1 0:1.5 2:-1\n0:0.5 1:4 # a comment\n")
    >>> print(rows.features.toarray(), rows.labels, rows.weights)
    [[ 1.5  0.  -1. ]
     [ 0.   4.   0. ]] [1. 0.] [1.  0.5]
    """
    lines = [line for line in (raw.partition(b"#")[0] for raw in data.splitlines()) if line.strip()]
    if not lines:
        raise LibsvmError("there are no rows")
    labels: list[bytes] = []
    weights: list[bytes | None] = []
    groups: list[bytes | None] = []
    pairs: list[bytes] = []
    counts = np.empty(len(lines), np.int64)
    for number, line in enumerate(lines):
        match = _LINE.fullmatch(line)
        if match is None:
            raise LibsvmError(f"row {number + 1} is not LibSVM")
        labels.append(match[1])
        weights.append(match[2])
        groups.append(match[3])
        pairs.append(match[4])
        counts[number] = match[4].count(b":")
    return LibsvmRows(
        _matrix(b" ".join(pairs), counts),
        _numbers(labels),
        _optional(weights),
        np.array([int(group or 0) for group in groups], np.int64) if any(groups) else None,
    )


def _optional(texts: list[bytes | None]) -> FloatArray | None:
    return _numbers([text or b"1" for text in texts]) if any(texts) else None


def _numbers(texts: list[bytes]) -> FloatArray:
    return narrowed(np.array([float(text) for text in texts]))


def _matrix(pairs: bytes, counts: NDArray[np.int64]) -> csr_matrix:
    from scipy.sparse import csr_matrix

    tokens = pairs.replace(b":", b" ").split()
    columns = [int(token) for token in tokens[::2]]
    width = max(columns, default=-1) + 1
    if width > MAX_COLUMNS:
        raise LibsvmError(f"a row has {width} columns")
    indptr = np.concatenate([[0], np.cumsum(counts)])
    values = _numbers(tokens[1::2])
    return csr_matrix(
        (values, np.array(columns, np.int32), indptr.astype(np.int64)), (len(counts), width)
    )
