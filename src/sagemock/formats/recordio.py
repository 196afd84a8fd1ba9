"""RecordIO-protobuf, the format of SageMaker's first-generation algorithms.

A file is a row of frames: magic number, payload length, payload, zeros to a multiple of four,
all little endian. A payload is a protobuf `Record` of the package `aialgs.data`: two maps,
features and label, from a name to a tensor. Source: the page *Common Data Formats for Training*
of the developer guide, and the SDK's `sagemaker.amazon.common`.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from mmap import mmap

import numpy as np
from numpy.typing import NDArray

from sagemock.algorithms.base import FloatArray
from sagemock.formats import protobuf, record, record_layout
from sagemock.formats.rows import DecodedRows, concatenated

MAGIC = 0xCED7230A
MAGIC_BYTES = struct.pack("<I", MAGIC)
HEADER = struct.Struct("<II")
LENGTH_BITS = 29
"""The three bits above tell how a record is split over frames."""

WHOLE, FIRST, MIDDLE, LAST = range(4)
"""What a frame holds of its record. A split is where the payload itself had the magic number,
which the frames leave out: so MXNet writes them."""

BLOCK = 1024
"""Records that are read at once where not all can be."""

Bytes = NDArray[np.uint8]
Buffer = bytes | mmap
"""The bytes of a file, or the file mapped into memory."""

Positions = NDArray[np.int64]
Decoded = tuple[DecodedRows, FloatArray | None]


class RecordError(ValueError):
    """Bytes that are not RecordIO-protobuf."""


def encode(features: FloatArray, labels: FloatArray | None = None) -> bytes:
    """Dense float32 records, byte for byte as the SDK writes them.

    features: (rows, columns); labels: (rows,) or None.
    """
    tensors = [(record.FEATURES, "values", features)]
    if labels is not None:
        tensors.append((record.LABEL, "values", labels.reshape(-1, 1)))
    return _encode(tensors)


def encode_labels(tensors: Mapping[str, FloatArray]) -> bytes:
    """Records without features, whose label map has several names, each (rows, numbers)."""
    return _encode([(record.LABEL, name, values) for name, values in tensors.items()])


def frame(payload: bytes) -> bytes:
    """A payload of any length as a frame, or as several where it holds the magic number."""
    # Only magic numbers at multiples of four can be taken for the start of a frame.
    words = np.frombuffer(payload[: len(payload) // 4 * 4], "<u4")
    cuts = [4 * int(place) for place in np.flatnonzero(words == MAGIC)]
    starts = [0, *(cut + 4 for cut in cuts)]
    parts = [payload[a:b] for a, b in zip(starts, [*cuts, len(payload)], strict=True)]
    kinds = [FIRST, *[MIDDLE] * (len(parts) - 2), LAST] if cuts else [WHOLE]
    return b"".join(
        HEADER.pack(MAGIC, kind << LENGTH_BITS | len(part)) + part + bytes(-len(part) % 4)
        for kind, part in zip(kinds, parts, strict=True)
    )


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
    values = protobuf.delimited(record.VALUES, b"", following=size)
    tensor = protobuf.delimited(record.FLOAT32, values, following=size)
    entry = protobuf.delimited(record.ENTRY_KEY, name.encode())
    entry += protobuf.delimited(record.ENTRY_VALUE, tensor, following=size)
    return protobuf.delimited(field, entry, following=size)


def decode(data: Buffer) -> Decoded:
    """The features and labels of a file's records; no labels if no record has one.

    Records that look as writers make them, which is nearly always all of them, are read at
    once; others one by one, with their neighbours. Raises `RecordError`.
    """
    spans = _frames(data)
    if spans is None:
        return _each(_joined(data))
    starts, ends = spans
    try:
        return record_layout.read(np.frombuffer(data, np.uint8), starts, ends)
    except record_layout.Irregular:
        return _blocks(data, starts, ends)


def _blocks(data: Buffer, starts: Positions, ends: Positions) -> Decoded:
    """Block by block, so that a record that strays slows down none but its neighbours."""
    decoded = []
    for place in range(0, len(starts), BLOCK):
        block = slice(place, place + BLOCK)
        try:
            some = record_layout.read(np.frombuffer(data, np.uint8), starts[block], ends[block])
        except record_layout.Irregular:
            view = memoryview(data)
            spans = zip(starts[block].tolist(), ends[block].tolist(), strict=True)
            some = _each(view[start:end] for start, end in spans)
        decoded.append(some)
    labels = [found for _, found in decoded if found is not None]
    if labels and len(labels) != len(decoded):
        raise RecordError("a record has no label")
    rows = concatenated([found for found, _ in decoded])
    return rows, np.concatenate(labels) if labels else None


def _frames(data: Buffer) -> tuple[Positions, Positions] | None:
    """Where payloads start and end; None if one is split over frames. Raises `RecordError`."""
    if not data:
        raise RecordError("there are no records")
    return _equal_frames(data) or _walked_frames(data)


def _equal_frames(data: Buffer) -> tuple[Positions, Positions] | None:
    """The frames of a file that all have the first one's length."""
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


def _walked_frames(data: Buffer) -> tuple[Positions, Positions] | None:
    starts, ends = [], []
    for kind, start, end in _walk(data):
        if kind != WHOLE:
            return None
        starts.append(start)
        ends.append(end)
    return np.array(starts, np.int64), np.array(ends, np.int64)


def _walk(data: Buffer) -> Iterator[tuple[int, int, int]]:
    """The frames one after another: kind, start and end of the payload. Raises `RecordError`."""
    position, size = 0, len(data)
    unpack = HEADER.unpack_from
    while position < size:
        if position + HEADER.size > size:
            raise RecordError("the file ends inside a record's header")
        magic, told = unpack(data, position)
        if magic != MAGIC:
            raise RecordError(f"no record begins at byte {position}")
        length = told & (1 << LENGTH_BITS) - 1
        start = position + HEADER.size
        end = start + length
        if end > size:
            raise RecordError("the file ends inside a record")
        yield told >> LENGTH_BITS, start, end
        position = end + -length % 4


def _joined(data: Buffer) -> Iterator[memoryview]:
    """The payloads of a file in which some are split. Raises `RecordError`."""
    view = memoryview(data)
    parts: list[memoryview] = []
    for kind, start, end in _walk(data):
        if kind > LAST or (kind in (WHOLE, FIRST)) == bool(parts):
            raise RecordError("a record is split in a wrong way")
        parts.append(view[start:end])
        if kind in (WHOLE, LAST):
            yield memoryview(MAGIC_BYTES.join(parts))
            parts = []
    if parts:
        raise RecordError("the file ends inside a record")


def _each(payloads: Iterable[memoryview]) -> Decoded:
    """Record by record."""
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
    found = [np.concatenate([np.empty(0, np.float32), *label.values]) for label in labels]
    if any(len(each) != 1 for each in found):
        raise RecordError("a label holds other than one number")
    return rows, np.concatenate(found)
