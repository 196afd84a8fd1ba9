"""Reads many records at once: array operations locate their numbers.

All known writers, first of all Google's protobuf library, write a Record with the same layout:
features, then label; in each a name, then a tensor; in that values, then keys, then shape, all
packed. A cursor for each record follows that layout, all of them together. Records that deviate
from it, even by an additional field, are left to `record`, which gives the same rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sagemock.algorithms.base import FloatArray
from sagemock.formats import protobuf, record
from sagemock.formats.protobuf import BYTES
from sagemock.formats.rows import DecodedRows, dense_columns

Bytes = NDArray[np.uint8]
Positions = NDArray[np.int64]

MAX_LENGTH = 5
"""Bytes of the longest length that is read."""


class Irregular(Exception):
    """A record does not have the usual layout."""


@dataclass(frozen=True, slots=True)
class _Spans:
    """A part of each record: where it starts, and its bytes."""

    starts: Positions
    sizes: Positions


@dataclass(frozen=True, slots=True)
class _Tensors:
    """A tensor of each record, all of the same kind; `shape` is 0 for those without one."""

    kind: int
    values: _Spans
    keys: _Spans
    shaped: NDArray[np.bool_]
    shape: Positions


def read(data: Bytes, starts: Positions, ends: Positions) -> tuple[DecodedRows, FloatArray | None]:
    """Decode the features and labels of records.

    Parameters
    ----------
    data
        The bytes of a file.
    starts, ends
        (records,), where the payloads start and end.

    Raises
    ------
    Irregular
        When a record does not have the usual layout, or is not valid.
    """
    features, labels = _equal(data, starts, ends) or _walked(data, starts, ends)
    return _rows(data, features), None if labels is None else _labels(data, labels)


_Located = tuple[_Tensors, _Tensors | None]
"""Where the features, and the labels if there are any, are in each record."""


def _walked(data: Bytes, starts: Positions, ends: Positions) -> _Located:
    """Locate the numbers of each record with cursors. Raises `Irregular`."""
    cursor = _Cursor(data, starts)
    features = cursor.entry(record.FEATURES)
    labels = cursor.entry(record.LABEL) if (cursor.position < ends).all() else None
    if not np.array_equal(cursor.position, ends):
        raise Irregular
    return features, labels


def _equal(data: Bytes, starts: Positions, ends: Positions) -> _Located | None:
    """Locate the numbers of records at equal distances that differ only in these numbers.

    A cursor follows the first one; the others are compared with it.
    """
    gaps = np.diff(starts)
    lengths = ends - starts
    if not len(gaps) or (gaps != gaps[0]).any() or (lengths != lengths[0]).any():
        return None
    features, labels = _walked(data, starts[:1], ends[:1])
    tensors = [features] if labels is None else [features, labels]
    if any(tensor.kind == record.INT32 or tensor.keys.sizes[0] for tensor in tensors):
        # Where a varint ends depends on its bytes.
        return None
    length, gap = int(lengths[0]), int(gaps[0])
    payloads: Bytes = np.ndarray((len(starts), length), np.uint8, data.data, starts[0], (gap, 1))
    end = 0
    for tensor in tensors:
        start = int(tensor.values.starts[0] - starts[0])
        if not (payloads[:, end:start] == payloads[0, end:start]).all():
            return None
        end = start + int(tensor.values.sizes[0])
    if not (payloads[:, end:] == payloads[0, end:]).all():
        return None
    distances = starts - starts[0]
    return _repeated(features, distances), labels and _repeated(labels, distances)


def _repeated(tensors: _Tensors, distances: Positions) -> _Tensors:
    """The tensor of one record, repeated for records at some distances from it."""

    def spans(first: _Spans) -> _Spans:
        return _Spans(first.starts[0] + distances, np.repeat(first.sizes, len(distances)))

    return _Tensors(
        tensors.kind,
        spans(tensors.values),
        spans(tensors.keys),
        np.repeat(tensors.shaped, len(distances)),
        np.repeat(tensors.shape, len(distances)),
    )


def _labels(data: Bytes, tensors: _Tensors) -> FloatArray:
    values, counts = _numbers(data, tensors.kind, tensors.values)
    if not (counts == 1).all():
        raise Irregular
    return values


def _rows(data: Bytes, tensors: _Tensors) -> DecodedRows:
    values, counts = _numbers(data, tensors.kind, tensors.values)
    sparse = (tensors.keys.sizes > 0) | (tensors.shaped & (counts == 0))
    if (sparse & ~tensors.shaped).any():
        raise Irregular
    widths = np.where(tensors.shaped, tensors.shape, counts).astype(np.uint64)
    if not sparse.any():
        return DecodedRows(values, counts, widths, None, sparse)
    sparse_keys, key_counts = _varints(data, tensors.keys)
    if not np.array_equal(key_counts, np.where(sparse, counts, 0)):
        raise Irregular
    if sparse.all():
        return DecodedRows(values, counts, widths, sparse_keys, sparse)
    keys = dense_columns(counts).astype(np.uint64)
    keys[np.repeat(sparse, counts)] = sparse_keys
    return DecodedRows(values, counts, widths, keys, sparse)


class _Cursor:
    """A position in each record. Each step raises `Irregular` unless it is possible in all records.

    A cursor may run past the end of its record, and reads whatever follows; its last position
    shows that.
    """

    def __init__(self, data: Bytes, starts: Positions) -> None:
        self._data = data
        self.position = starts.copy()

    def entry(self, field: int) -> _Tensors:
        """Read a map entry named `values` with a tensor and nothing else."""
        self._expect(protobuf.key(field, BYTES))
        end = self._length()
        self._expect(protobuf.delimited(record.ENTRY_KEY, record.NAME))
        self._expect(protobuf.key(record.ENTRY_VALUE, BYTES))
        self._same(self._length(), end)
        kind = self._kind()
        self._same(self._length(), end)
        values, _ = self._optional(record.VALUES, end)
        keys, _ = self._optional(record.KEYS, end)
        shape, shaped = self._optional(record.SHAPE, end)
        self._same(self.position, end)
        return _Tensors(kind, values, keys, shaped, self._single(shape, shaped))

    def _same(self, actual: Positions, expected: Positions) -> None:
        if not np.array_equal(actual, expected):
            raise Irregular

    def _byte(self, ahead: int = 0) -> Bytes:
        return self._data[np.minimum(self.position + ahead, len(self._data) - 1)]

    def _expect(self, content: bytes) -> None:
        for ahead, byte in enumerate(content):
            if not (self._byte(ahead) == byte).all():
                raise Irregular
        self.position += len(content)

    def _kind(self) -> int:
        tags = {protobuf.key(kind, BYTES)[0]: kind for kind in (*record.DTYPES, record.INT32)}
        tag = self._byte()
        kind = tags.get(int(tag[0]))
        if kind is None or not (tag == tag[0]).all():
            raise Irregular
        self.position += 1
        return kind

    def _length(self) -> Positions:
        """Read a length, and return the position at which its content ends."""
        size, read_bytes = self._varint(self.position)
        self.position += read_bytes
        return self.position + size

    def _varint(self, position: Positions) -> tuple[Positions, Positions]:
        """The varints at some positions, and how many bytes they have."""
        last = len(self._data) - 1
        byte = self._data[np.minimum(position, last)]
        number = (byte & 0x7F).astype(np.int64)
        sizes = np.ones_like(number)
        continued = byte >= 0x80
        for index in range(1, MAX_LENGTH):
            if not continued.any():
                return number, sizes
            byte = self._data[np.minimum(position + index, last)]
            number += np.where(continued, (byte & 0x7F).astype(np.int64) << 7 * index, 0)
            sizes += continued
            continued &= byte >= 0x80
        if continued.any():
            raise Irregular
        return number, sizes

    def _optional(self, field: int, end: Positions) -> tuple[_Spans, NDArray[np.bool_]]:
        """Read a packed field, which is empty if it is omitted; and whether it is present."""
        tag = protobuf.key(field, BYTES)[0]
        present = (self.position < end) & (self._byte() == tag)
        size, length_bytes = self._varint(self.position + 1)
        starts = self.position + np.where(present, 1 + length_bytes, 0)
        sizes = np.where(present, size, 0)
        self.position = starts + sizes
        if (self.position > end).any():
            raise Irregular
        return _Spans(starts, sizes), present

    def _single(self, spans: _Spans, present: NDArray[np.bool_]) -> Positions:
        """The single number in each span; 0 if there is no span."""
        if not present.any():
            return np.zeros_like(spans.sizes)
        number, sizes = self._varint(spans.starts)
        if not np.array_equal(np.where(present, sizes, 0), spans.sizes):
            raise Irregular
        return np.where(present, number, 0)


def _numbers(data: Bytes, kind: int, spans: _Spans) -> tuple[FloatArray, Positions]:
    """The numbers in the spans, and how many there are in each."""
    if kind == record.INT32:
        numbers, counts = _varints(data, spans)
        return protobuf.as_int32(numbers).astype(np.float32), counts
    dtype = record.DTYPES[kind]
    if (spans.sizes % dtype.itemsize).any():
        raise Irregular
    return record.narrowed(_gather(data, spans, dtype)), spans.sizes // dtype.itemsize


def _varints(data: Bytes, spans: _Spans) -> tuple[NDArray[np.uint64], Positions]:
    used = spans.sizes > 0
    if (data[(spans.starts + spans.sizes - 1)[used]] >= 0x80).any():
        raise Irregular
    raw = _gather(data, spans, np.dtype(np.uint8))
    try:
        numbers, last = protobuf.read_varints(raw)
    except protobuf.ProtobufError as error:
        raise Irregular from error
    ends = np.cumsum(spans.sizes)
    return numbers, np.diff(np.searchsorted(last, ends), prepend=0)


def _gather(data: Bytes, spans: _Spans, dtype: np.dtype[Any]) -> NDArray[Any]:
    """The joined contents of the spans, which may start at any byte."""
    if not len(spans.sizes) or not spans.sizes.any():
        return np.empty(0, dtype)
    size = int(spans.sizes[0])
    if (spans.sizes == size).all():
        return _windows(data, size, dtype)[spans.starts].reshape(-1)
    ends = (spans.starts + spans.sizes).tolist()
    pieces = map(data.data.__getitem__, map(slice, spans.starts.tolist(), ends))
    return np.frombuffer(b"".join(pieces), dtype)


def _windows(data: Bytes, size: int, dtype: np.dtype[Any]) -> NDArray[Any]:
    """A view whose row i has the numbers in the `size` bytes from byte i."""
    shape = (len(data) - size + 1, size // dtype.itemsize)
    view: NDArray[Any] = np.ndarray(shape, dtype, data.data, strides=(1, dtype.itemsize))
    return view
