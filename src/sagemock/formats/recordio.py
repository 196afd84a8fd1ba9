"""RecordIO-protobuf, the format of SageMaker's first-generation algorithms.

A file is a row of frames: magic number, payload length, payload, zeros to a multiple of four,
all little endian. A payload is a protobuf `Record` of the package `aialgs.data`: two maps,
features and label, from a name to a tensor. Source: the page *Common Data Formats for Training*
of the developer guide, and the SDK's `sagemaker.amazon.common`.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sagemock.algorithms.base import Dataset, FloatArray
from sagemock.formats import protobuf

MAGIC = 0xCED7230A
HEADER = struct.Struct("<II")
LENGTH_MASK = (1 << 29) - 1
"""The upper three bits of the length say how a record is split; here it never is."""


Bytes = NDArray[np.uint8]


class RecordError(ValueError):
    """Bytes that are not RecordIO-protobuf, or records that do not fit each other."""


def encode(features: FloatArray, labels: FloatArray | None = None) -> bytes:
    """Dense float32 records, byte for byte as the SDK writes them.

    features: (rows, columns); labels: (rows,) or None.
    """
    tensors = [(protobuf.FEATURES, "values", features)]
    if labels is not None:
        tensors.append((protobuf.LABEL, "values", labels.reshape(-1, 1)))
    return _encode(tensors)


def encode_labels(tensors: Mapping[str, FloatArray]) -> bytes:
    """Records without features, whose label map has several names, each (rows, numbers)."""
    return _encode([(protobuf.LABEL, name, values) for name, values in tensors.items()])


def _encode(tensors: Sequence[tuple[int, str, FloatArray]]) -> bytes:
    """One record a row: field, name and values (rows, numbers) of each of its tensors."""
    rows = len(tensors[0][2])
    pieces: list[Bytes] = []
    for field, name, values in tensors:
        pieces.append(np.frombuffer(_tensor_entry(field, name, 4 * values.shape[1]), np.uint8))
        pieces.append(np.ascontiguousarray(values, "<f4").view(np.uint8).reshape(rows, -1))
    length = sum(piece.shape[-1] for piece in pieces)
    header = np.frombuffer(HEADER.pack(MAGIC, length), np.uint8)
    frames = np.zeros((rows, HEADER.size + length + -length % 4), np.uint8)
    position = 0
    for piece in (header, *pieces):
        frames[:, position : position + piece.shape[-1]] = piece
        position += piece.shape[-1]
    return frames.tobytes()


def _tensor_entry(field: int, name: str, size: int) -> bytes:
    """All that stands before the `size` bytes of values in a map entry of a Record."""
    values = protobuf.key(protobuf.VALUES, protobuf.BYTES) + protobuf.varint(size)
    tensor = protobuf.key(protobuf.FLOAT32, protobuf.BYTES)
    tensor += protobuf.varint(len(values) + size) + values
    entry = protobuf.key(protobuf.ENTRY_KEY, protobuf.BYTES)
    entry += protobuf.varint(len(name)) + name.encode()
    entry += protobuf.key(protobuf.ENTRY_VALUE, protobuf.BYTES)
    entry += protobuf.varint(len(tensor) + size) + tensor
    return protobuf.key(field, protobuf.BYTES) + protobuf.varint(len(entry) + size) + entry


def decode(data: bytes, *, labelled: bool = True) -> Dataset:
    """The rows of a file.

    Records of one layout, which is nearly always all of them, are read at once; others one by
    one. Rows without a label get NaN where `labelled` is false, and are refused where it is
    true. Raises `RecordError`.
    """
    fast = _decode_uniform(data)
    if fast is None:
        fast = _decode_each(data)
    features, labels = fast
    if labelled and labels is None:
        raise RecordError("a record has no label")
    if labels is None:
        labels = np.full(len(features), np.nan, np.float32)
    return Dataset(features, labels)


Columns = tuple[FloatArray, FloatArray | None]


def _decode_uniform(data: bytes) -> Columns | None:
    """All records at once, if every one has the bytes of the first around its numbers."""
    if len(data) < HEADER.size:
        return None
    magic, length = HEADER.unpack_from(data)
    stride = HEADER.size + length + -length % 4
    if magic != MAGIC or len(data) % stride:
        return None
    try:
        record = protobuf.parse_record(memoryview(data)[HEADER.size : HEADER.size + length])
    except protobuf.ProtobufError:
        return None
    spans = [record.features, record.label] if record.label is not None else [record.features]
    if not all(span.is_dense_float32 for span in spans):
        return None
    frames = np.frombuffer(data, np.uint8).reshape(-1, stride)
    template = frames[0]
    around = np.ones(stride, bool)
    for span in spans:
        start = HEADER.size + span.start
        around[start : start + span.size] = False
    for start, end in _runs(around):
        # Compared run by run: the numbers between them are most of the data.
        if not (frames[:, start:end] == template[start:end]).all():
            return None
    features = _floats(frames, HEADER.size + record.features.start, record.features.size)
    label = record.label
    if label is None:
        return features, None
    if label.size != 4:
        return None
    return features, _floats(frames, HEADER.size + label.start, 4).reshape(-1)


def _runs(mask: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Iterator[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)


def _floats(frames: Bytes, start: int, size: int) -> FloatArray:
    columns = np.empty((len(frames), size), np.uint8)
    columns[:] = frames[:, start : start + size]
    return columns.view("<f4").astype(np.float32, copy=False)


def _decode_each(data: bytes) -> Columns:
    """Record by record: sparse ones, other number types, and files that mix them."""
    rows: list[FloatArray] = []
    labels: list[Any] = []
    width = 0
    for payload in frames(data):
        try:
            record = protobuf.parse_record(payload)
            row = record.features.dense()
            label = None if record.label is None else record.label.dense()
        except protobuf.ProtobufError as error:
            raise RecordError(str(error)) from error
        if rows and len(row) != width:
            raise RecordError(
                f"cannot copy sequence with size {len(row)} to array axis with dimension {width}"
            )
        if label is not None and len(label) != 1:
            raise RecordError(f"a label holds {len(label)} numbers instead of one")
        width = len(row)
        rows.append(row)
        labels.append(None if label is None else label[0])
    if not rows:
        raise RecordError("there are no records")
    features = np.stack(rows)
    if any(label is None for label in labels):
        if any(label is not None for label in labels):
            raise RecordError("a record has no label")
        return features, None
    return features, np.array(labels, np.float32)


def frames(data: bytes) -> Iterator[memoryview]:
    """The payloads of a file. Raises `RecordError`."""
    view = memoryview(data)
    position = 0
    while position < len(view):
        if position + HEADER.size > len(view):
            raise RecordError("the file ends inside a record's header")
        magic, field = HEADER.unpack_from(view, position)
        if magic != MAGIC:
            raise RecordError(f"no record begins at byte {position}")
        length = field & LENGTH_MASK
        start = position + HEADER.size
        if start + length > len(view):
            raise RecordError("the file ends inside a record")
        yield view[start : start + length]
        position = start + length + -length % 4
