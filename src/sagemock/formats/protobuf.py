"""The protobuf wire format, as far as a `Record` of aialgs.data needs it.

Read without a protobuf library: messages of this one type are all there is, and the positions of
the numbers are wanted, so that whole files can be read without parsing every record.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sagemock.algorithms.base import FloatArray

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
"""Wire types."""

FEATURES, LABEL = 1, 2
"""Fields of a Record; both are maps."""

ENTRY_KEY, ENTRY_VALUE = 1, 2
"""Fields of a map entry."""

FLOAT32, FLOAT64, INT32, RAW = 2, 3, 7, 9
"""Fields of a Value."""

VALUES, KEYS, SHAPE = 1, 2, 3
"""Fields of a tensor."""

MAX_COLUMNS = 1 << 24
"""More columns than that would fill the memory with zeros when made dense."""


class ProtobufError(ValueError):
    """Bytes that are no Record."""


def varint(number: int) -> bytes:
    """A number in the variable-length form."""
    encoded = bytearray()
    while number > 0x7F:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


def key(field: int, wire_type: int) -> bytes:
    """What stands before the content of a field."""
    return varint(field << 3 | wire_type)


def read_varint(view: memoryview, position: int) -> tuple[int, int]:
    """The number at a position, and the position behind it. Raises `ProtobufError`."""
    number = shift = 0
    while shift < 70:
        if position >= len(view):
            raise ProtobufError("the message ends inside a number")
        byte = view[position]
        position += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, position
        shift += 7
    raise ProtobufError("a number is longer than ten bytes")


def fields(view: memoryview, base: int = 0) -> Iterator[tuple[int, int, int, memoryview, int]]:
    """The fields of a message: number, wire type, value, content and its position.

    The value is that of a varint; the content that of all others. base: the position of the
    message. Raises `ProtobufError`.
    """
    position = 0
    while position < len(view):
        tag, position = read_varint(view, position)
        number, wire_type = tag >> 3, tag & 7
        if wire_type == VARINT:
            value, position = read_varint(view, position)
            yield number, wire_type, value, view[:0], base + position
            continue
        if wire_type == BYTES:
            size, position = read_varint(view, position)
        elif wire_type in (FIXED32, FIXED64):
            size = 4 if wire_type == FIXED32 else 8
        else:
            raise ProtobufError(f"unknown wire type {wire_type}")
        if size > len(view) - position:
            raise ProtobufError("the message ends inside a field")
        yield number, wire_type, 0, view[position : position + size], base + position
        position += size


@dataclass(frozen=True, slots=True)
class Tensor:
    """A tensor of a record.

    values: its numbers. keys: the columns they belong to, for a sparse one; columns: how many
    there are then. start and size: where the numbers are in the record, in bytes, when they are
    float32 in one piece.
    """

    values: FloatArray
    keys: np.ndarray[tuple[int], np.dtype[np.uint64]] | None
    columns: int | None
    start: int
    size: int
    is_dense_float32: bool

    def dense(self) -> FloatArray:
        """The numbers with the zeros between them. Raises `ProtobufError`."""
        if self.keys is None:
            if self.columns is not None and self.columns != len(self.values):
                raise ProtobufError(
                    f"a tensor of shape {self.columns} holds {len(self.values)} numbers"
                )
            return self.values
        if self.columns is None:
            raise ProtobufError("a sparse tensor has no shape")
        if self.columns > MAX_COLUMNS:
            raise ProtobufError(f"a sparse tensor has {self.columns} columns")
        if len(self.keys) != len(self.values):
            raise ProtobufError("a sparse tensor has as many keys as values")
        if len(self.keys) and int(self.keys.max()) >= self.columns:
            raise ProtobufError("a key of a sparse tensor is outside its shape")
        row = np.zeros(self.columns, np.float32)
        row[self.keys] = self.values
        return row


@dataclass(frozen=True, slots=True)
class Record:
    features: Tensor
    label: Tensor | None


def parse_record(view: memoryview) -> Record:
    """A Record with the tensors called `values`. Raises `ProtobufError`."""
    found: dict[int, Tensor] = {}
    for number, wire_type, _, content, position in fields(view):
        if number in (FEATURES, LABEL) and wire_type == BYTES:
            name, tensor = _entry(content, position)
            if name == b"values" and tensor is not None:
                found[number] = tensor
    if FEATURES not in found:
        raise ProtobufError("a record has no features")
    return Record(found[FEATURES], found.get(LABEL))


def _entry(view: memoryview, base: int) -> tuple[bytes, Tensor | None]:
    name, tensor = b"", None
    for number, wire_type, _, content, position in fields(view, base):
        if number == ENTRY_KEY and wire_type == BYTES:
            name = bytes(content)
        elif number == ENTRY_VALUE and wire_type == BYTES:
            for kind, inner_type, _, tensor_content, start in fields(content, position):
                if kind in _READ and inner_type == BYTES:
                    tensor = _tensor(kind, tensor_content, start)
    return name, tensor


_READ = {FLOAT32: "<f4", FLOAT64: "<f8", INT32: ""}


def _tensor(kind: int, view: memoryview, base: int) -> Tensor:
    pieces: list[FloatArray] = []
    keys: list[int] = []
    shape: list[int] = []
    start = size = 0
    for number, wire_type, value, content, position in fields(view, base):
        if number == VALUES:
            pieces.append(_numbers(kind, wire_type, value, content))
            start, size = position, len(content)
        elif number in (KEYS, SHAPE):
            target = keys if number == KEYS else shape
            target.extend([value] if wire_type == VARINT else _varints(content))
    values = np.concatenate(pieces) if pieces else np.empty(0, np.float32)
    columns = None
    if shape:
        columns = 1
        for extent in shape:
            columns *= extent
    return Tensor(
        values=values,
        keys=np.array(keys, np.uint64) if keys else None,
        columns=columns,
        start=start,
        size=size,
        is_dense_float32=kind == FLOAT32 and len(pieces) == 1 and not keys and not shape,
    )


def _numbers(kind: int, wire_type: int, value: int, content: memoryview) -> FloatArray:
    """Packed or single numbers of a tensor."""
    if kind == INT32:
        found = [value] if wire_type == VARINT else list(_varints(content))
        signed = np.array(found, np.uint64).astype(np.uint32).view(np.int32)
        return signed.astype(np.float32)
    dtype = np.dtype(_READ[kind])
    if wire_type == VARINT or len(content) % dtype.itemsize:
        raise ProtobufError("a tensor's values have a wrong length")
    return np.frombuffer(content, dtype).astype(np.float32)


def _varints(view: memoryview) -> Iterator[int]:
    position = 0
    while position < len(view):
        number, position = read_varint(view, position)
        yield number
