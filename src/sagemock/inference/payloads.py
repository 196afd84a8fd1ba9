"""Request bodies: rows of features in each content type that Linear Learner takes.

Source: the page *Common Data Formats for Inference* of the developer guide.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from sagemock.algorithms.base import FloatArray
from sagemock.formats import csv, recordio
from sagemock.formats.media_type import media_type

CSV = "text/csv"
JSON = "application/json"
JSON_LINES = "application/jsonlines"
RECORDIO = "application/x-recordio-protobuf"


class PayloadError(ValueError):
    """A body that is no rows of the model's features."""


def read(body: bytes, content_type: str | None, columns: int) -> FloatArray:
    """The features (rows, columns) of a request body. Raises `PayloadError`."""
    reader = _READERS.get(media_type(content_type or ""))
    if reader is None:
        raise PayloadError(f"content type {content_type}")
    try:
        features = reader(body, columns)
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, RecursionError) as error:
        raise PayloadError(str(error)) from error
    if features.ndim != 2 or features.shape[1] != columns:
        raise PayloadError(f"rows of shape {features.shape} instead of {columns} columns")
    return features


def _csv(body: bytes, _: int) -> FloatArray:
    return csv.decode(body)


def _recordio(body: bytes, columns: int) -> FloatArray:
    return recordio.decode(body)[0].dense(columns)


def _json(body: bytes, columns: int) -> FloatArray:
    return _rows(json.loads(body)["instances"], columns)


def _json_lines(body: bytes, columns: int) -> FloatArray:
    return _rows((json.loads(line) for line in body.splitlines() if line.strip()), columns)


def _rows(instances: Iterable[Mapping[str, Any]], columns: int) -> FloatArray:
    rows = [_row(instance, columns) for instance in instances]
    if not rows:
        raise PayloadError("no rows")
    return np.array(rows, np.float32)


def _row(instance: Mapping[str, Any], columns: int) -> Any:
    """One instance: plain features, or a tensor that may be sparse; further keys are ignored."""
    holder = instance if "features" in instance else instance["data"]
    features = holder["features"]
    if not isinstance(features, Mapping):
        return features
    if "keys" not in features:
        return features["values"]
    row = np.zeros(columns, np.float32)
    keys = np.array(features["keys"], np.int64)
    if keys.size and (keys.min() < 0 or len(keys) != len(features["values"])):
        raise PayloadError("a sparse tensor with wrong keys")
    row[keys] = features["values"]
    return row


_READERS: Mapping[str, Callable[[bytes, int], FloatArray]] = {
    CSV: _csv,
    JSON: _json,
    JSON_LINES: _json_lines,
    RECORDIO: _recordio,
}
