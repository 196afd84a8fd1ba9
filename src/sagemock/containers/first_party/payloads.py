"""Request bodies: rows of features in each content type that Amazon's own algorithms accept.

Source: the page *Common Data Formats for Inference* of the developer guide.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sagemock.algorithms.base import Features, FloatArray, is_sparse
from sagemock.formats import csv, recordio
from sagemock.formats.media_type import CSV, JSON, JSON_LINES, RECORDIO, media_type
from sagemock.formats.record import narrowed
from sagemock.formats.rows import DecodedRows

UNABLE_TO_EVALUATE = "unable to evaluate payload provided"
"""The response of such a container to every payload that it cannot read, with status 400."""

DENSE_NUMBERS = 1 << 20
"""Sparse rows become a dense matrix up to this size, which is faster and does not need scipy."""


class PayloadError(ValueError):
    """A body that cannot be read as rows of the model's features."""


def read(body: bytes, content_type: str | None, columns: int) -> Features:
    """Read the features (rows, columns) of a request body.

    Raises
    ------
    PayloadError
        For a body that cannot be read, other columns than the model's, and numbers that are not
        finite.
    """
    reader = _READERS.get(media_type(content_type or ""))
    if reader is None:
        raise PayloadError(f"content type {content_type}")
    try:
        features = reader(body, columns)
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, RecursionError) as error:
        raise PayloadError(str(error)) from error
    if features.ndim != 2 or features.shape[1] != columns:
        raise PayloadError(f"rows of shape {features.shape} instead of {columns} columns")
    if not np.isfinite(features.data if is_sparse(features) else features).all():
        raise PayloadError("a feature is not finite")
    return features


def _csv(body: bytes, _: int) -> Features:
    return csv.decode(body)


def _recordio(body: bytes, columns: int) -> Features:
    """Ignores labels."""
    return _matrix(recordio.decode(body)[0], columns)


def _json(body: bytes, columns: int) -> Features:
    return _instances(json.loads(body)["instances"], columns)


def _json_lines(body: bytes, columns: int) -> Features:
    return _instances((json.loads(line) for line in body.splitlines() if line.strip()), columns)


def _instances(instances: Iterable[Mapping[str, Any]], columns: int) -> Features:
    """Lists of features, or dense and sparse tensors; further keys are ignored."""
    rows = [
        (instance if "features" in instance else instance["data"])["features"]
        for instance in instances
    ]
    if not rows:
        raise PayloadError("no rows")
    if all(isinstance(row, list) for row in rows):
        return _numbers(rows)
    return _matrix(_rows([_tensor(row) for row in rows]), columns)


def _tensor(row: Any) -> Mapping[str, Any]:
    return row if isinstance(row, Mapping) else {"values": row}


def _rows(tensors: Sequence[Mapping[str, Any]]) -> DecodedRows:
    values = [_numbers(tensor["values"]) for tensor in tensors]
    if any(row.ndim != 1 for row in values):
        raise PayloadError("the values of a tensor are not a list of numbers")
    sparse = ["keys" in tensor for tensor in tensors]
    keys = [_keys(tensor, len(row)) for tensor, row in zip(tensors, values, strict=True)]
    return DecodedRows(
        values=np.concatenate(values),
        counts=np.array([len(row) for row in values], np.int64),
        widths=np.array(
            [_width(tensor, len(row)) for tensor, row in zip(tensors, values, strict=True)],
            np.uint64,
        ),
        keys=np.concatenate(keys) if any(sparse) else None,
        sparse=np.array(sparse),
    )


def _numbers(values: Any) -> FloatArray:
    """JSON numbers as an array; a string is never a number."""
    numbers = np.array(values)
    if numbers.dtype.kind not in "biuf":
        raise PayloadError("a feature is not a number")
    return narrowed(numbers)


def _keys(tensor: Mapping[str, Any], count: int) -> NDArray[np.uint64]:
    if "keys" not in tensor:
        return np.arange(count, dtype=np.uint64)
    keys = np.array(tensor["keys"])
    if keys.shape != (count,) or (count and (keys.dtype.kind not in "iu" or keys.min() < 0)):
        raise PayloadError("the keys of a sparse tensor are not valid")
    return keys.astype(np.uint64)


def _width(tensor: Mapping[str, Any], count: int) -> int:
    """The columns of a tensor: its shape if it has one, else the count of its numbers."""
    if "shape" not in tensor:
        if "keys" in tensor:
            raise PayloadError("a sparse tensor has no shape")
        return count
    (width,) = tensor["shape"]
    return int(width)


def _matrix(rows: DecodedRows, columns: int) -> Features:
    if len(rows.counts) * columns <= DENSE_NUMBERS:
        return rows.dense(columns)
    return rows.features(columns)


_READERS: Mapping[str, Callable[[bytes, int], Features]] = {
    CSV: _csv,
    JSON: _json,
    JSON_LINES: _json_lines,
    RECORDIO: _recordio,
}
