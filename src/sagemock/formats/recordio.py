"""RecordIO-protobuf, the format of SageMaker's first-generation algorithms.

A file is a sequence of frames: magic number, length of the payload, payload, zeros up to a
multiple of four, all little endian. A payload is a protobuf `Record` of the package `aialgs.data`:
two maps, features and label, from a name to a tensor. Sources: the page *Common Data Formats for
Training* of the developer guide, and `sagemaker.amazon.common` in the SDK.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from mmap import mmap
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sagemock.algorithms.base import Features, FloatArray, is_sparse
from sagemock.formats import protobuf, record, record_layout
from sagemock.formats.rows import DecodedRows, concatenated

MAGIC = 0xCED7230A
MAGIC_BYTES = struct.pack("<I", MAGIC)
HEADER = struct.Struct("<II")
LENGTH_BITS = 29
"""The three bits above say how a record is split into frames."""

WHOLE, FIRST, MIDDLE, LAST = range(4)
"""The part of a record in a frame. As in MXNet, a record is split where its payload contains the
magic number, which is omitted from the frames."""

BLOCK = 1024
"""Records that are read at once if not all can be."""

Bytes = NDArray[np.uint8]
Buffer = bytes | mmap
"""The bytes of a file, or the file mapped into memory."""

Positions = NDArray[np.int64]
Decoded = tuple[DecodedRows, FloatArray | None]


class RecordError(ValueError):
    """Bytes that are not RecordIO-protobuf."""


def encode(features: Features, labels: FloatArray | None = None) -> bytes:
    """Encode float32 records, byte for byte as the SDK writes them.

    Parameters
    ----------
    features
        (rows, columns); a sparse matrix is encoded as sparse records.
    labels
        (rows,); None for records without labels.

    Examples
    --------
    >>> rows, labels = decode(encode(np.float32([[1, 2], [3, 4]]), np.float32([0, 1])))
    >>> print(rows.features(), labels)
    [[1. 2.]
     [3. 4.]] [0. 1.]
    """
    if is_sparse(features):
        return _encode_sparse(features, labels)
    tensors = [(record.FEATURES, "values", features)]
    if labels is not None:
        tensors.append((record.LABEL, "values", labels.reshape(-1, 1)))
    return _encode(tensors)


def _encode_sparse(features: Any, labels: FloatArray | None) -> bytes:
    """Encode a record for each row of a sparse matrix, with the columns of its values."""
    values = np.ascontiguousarray(features.data, "<f4")
    keys = [protobuf.varint(key) for key in features.indices.tolist()]
    shape = protobuf.delimited(record.SHAPE, protobuf.varint(features.shape[1]))
    bounds = features.indptr.tolist()
    payloads = []
    for row, (start, end) in enumerate(pairwise(bounds)):
        tensor = shape
        if start < end:
            tensor = (
                protobuf.delimited(record.VALUES, values[start:end].tobytes())
                + protobuf.delimited(record.KEYS, b"".join(keys[start:end]))
                + shape
            )
        value = protobuf.delimited(record.FLOAT32, tensor)
        entry = protobuf.delimited(record.ENTRY_KEY, record.NAME)
        entry += protobuf.delimited(record.ENTRY_VALUE, value)
        payload = protobuf.delimited(record.FEATURES, entry)
        if labels is not None:
            label = np.ascontiguousarray(labels[row : row + 1], "<f4").tobytes()
            payload += _tensor_entry(record.LABEL, "values", len(label)) + label
        payloads.append(frame(payload))
    return b"".join(payloads)


def encode_labels(tensors: Mapping[str, FloatArray]) -> bytes:
    """Encode records without features, with a label map of several names, each (rows, numbers)."""
    return _encode([(record.LABEL, name, values) for name, values in tensors.items()])


def frame(payload: bytes) -> bytes:
    """Encode a payload as one frame, or as several if it contains the magic number."""
    # Only magic numbers at multiples of four can be mistaken for the start of a frame.
    words = np.frombuffer(payload[: len(payload) // 4 * 4], "<u4")
    cuts = [4 * int(index) for index in np.flatnonzero(words == MAGIC)]
    starts = [0, *(cut + 4 for cut in cuts)]
    parts = [payload[a:b] for a, b in zip(starts, [*cuts, len(payload)], strict=True)]
    kinds = [FIRST, *[MIDDLE] * (len(parts) - 2), LAST] if cuts else [WHOLE]
    return b"".join(
        HEADER.pack(MAGIC, kind << LENGTH_BITS | len(part)) + part + bytes(-len(part) % 4)
        for kind, part in zip(kinds, parts, strict=True)
    )


def _encode(tensors: Sequence[tuple[int, str, FloatArray]]) -> bytes:
    """Encode a record for each row; tensors are field, name and values (rows, numbers)."""
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
    """Encode a map entry of a Record up to the values of its tensor, which have `size` bytes."""
    values = protobuf.delimited(record.VALUES, b"", following=size)
    tensor = protobuf.delimited(record.FLOAT32, values, following=size)
    entry = protobuf.delimited(record.ENTRY_KEY, name.encode())
    entry += protobuf.delimited(record.ENTRY_VALUE, tensor, following=size)
    return protobuf.delimited(field, entry, following=size)


def decode(data: Buffer) -> Decoded:
    """Decode the features and labels of a file's records; labels are None if no record has one.

    Records with the usual layout, which nearly always all of them have, are read at once; others
    one by one, together with their neighbours. Raises `RecordError`.
    """
    spans = payload_spans(data)
    if spans is None:
        return _one_by_one(joined_payloads(data))
    starts, ends = spans
    try:
        return record_layout.read(np.frombuffer(data, np.uint8), starts, ends)
    except record_layout.Irregular:
        return decode_blocks(data, starts, ends)


def decode_blocks(data: Buffer, starts: Positions, ends: Positions) -> Decoded:
    """Decode block by block, so that an irregular record slows down only its neighbours."""
    decoded: list[Decoded] = []
    for first in range(0, len(starts), BLOCK):
        block = slice(first, first + BLOCK)
        try:
            decoded.append(
                record_layout.read(np.frombuffer(data, np.uint8), starts[block], ends[block])
            )
        except record_layout.Irregular:
            view = memoryview(data)
            spans = zip(starts[block].tolist(), ends[block].tolist(), strict=True)
            decoded.append(_one_by_one(view[start:end] for start, end in spans))
    labels = [of_block for _, of_block in decoded if of_block is not None]
    if labels and len(labels) != len(decoded):
        raise RecordError("a record has no label")
    rows = concatenated([of_block for of_block, _ in decoded])
    return rows, np.concatenate(labels) if labels else None


def payload_spans(data: Buffer) -> tuple[Positions, Positions] | None:
    """Find where payloads start and end; None if a record is split. Raises `RecordError`."""
    if not data:
        raise RecordError("there are no records")
    return equal_payload_spans(data) or _walked_payload_spans(data)


def equal_payload_spans(data: Buffer) -> tuple[Positions, Positions] | None:
    """Find the payloads of a file in which all frames have the length of the first one."""
    if len(data) < HEADER.size:
        return None
    magic, length = HEADER.unpack_from(data)
    stride = HEADER.size + length + -length % 4
    if magic != MAGIC or len(data) % stride:
        return None
    count = len(data) // stride
    headers: NDArray[np.uint32] = np.ndarray((count, 2), "<u4", data, strides=(stride, 4))
    if not (headers == (magic, length)).all():
        return None
    starts = np.arange(count) * stride + HEADER.size
    return starts, starts + length


def _walked_payload_spans(data: Buffer) -> tuple[Positions, Positions] | None:
    starts, ends = [], []
    for kind, start, end in _walk(data):
        if kind != WHOLE:
            return None
        starts.append(start)
        ends.append(end)
    return np.array(starts, np.int64), np.array(ends, np.int64)


def _walk(data: Buffer) -> Iterator[tuple[int, int, int]]:
    """Walk over the frames: kind, start and end of each payload. Raises `RecordError`."""
    position, size = 0, len(data)
    unpack = HEADER.unpack_from
    while position < size:
        if position + HEADER.size > size:
            raise RecordError("the file ends inside a record's header")
        magic, kind_and_length = unpack(data, position)
        if magic != MAGIC:
            raise RecordError(f"no record begins at byte {position}")
        length = kind_and_length & (1 << LENGTH_BITS) - 1
        start = position + HEADER.size
        end = start + length
        if end > size:
            raise RecordError("the file ends inside a record")
        yield kind_and_length >> LENGTH_BITS, start, end
        position = end + -length % 4


def joined_payloads(data: Buffer) -> Iterator[memoryview]:
    """Yield the payloads of records, the split ones joined. Raises `RecordError`."""
    view = memoryview(data)
    parts: list[memoryview] = []
    for kind, start, end in _walk(data):
        if kind > LAST or (kind in (WHOLE, FIRST)) == bool(parts):
            raise RecordError("the frames of a split record are not in order")
        parts.append(view[start:end])
        if kind in (WHOLE, LAST):
            yield memoryview(MAGIC_BYTES.join(parts))
            parts = []
    if parts:
        raise RecordError("the file ends inside a record")


def _one_by_one(payloads: Iterable[memoryview]) -> Decoded:
    """Decode record by record."""
    features: list[record.Tensor] = []
    labels: list[record.Tensor] = []
    try:
        for payload in payloads:
            parsed = record.parse(payload)
            features.append(parsed.features)
            if parsed.label is not None:
                labels.append(parsed.label)
        rows = record.rows(features)
    except protobuf.ProtobufError as error:
        raise RecordError(str(error)) from error
    if not labels:
        return rows, None
    if len(labels) != len(features):
        raise RecordError("a record has no label")
    numbers = [np.concatenate([np.empty(0, np.float32), *label.values]) for label in labels]
    if any(len(of_label) != 1 for of_label in numbers):
        raise RecordError("a label is not a single number")
    return rows, np.concatenate(numbers)
