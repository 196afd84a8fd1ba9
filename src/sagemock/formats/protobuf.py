"""The protobuf wire format, as far as messages of numbers need it.

Read without a protobuf library: one type of message is all there is, and its numbers are wanted
as arrays, without an object for each.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
"""Wire types."""

MAX_VARINT = 10
"""Bytes of the longest number."""


class ProtobufError(ValueError):
    """Bytes that are no message."""


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


def delimited(field: int, content: bytes, following: int = 0) -> bytes:
    """A field of bytes; `following` further bytes of its content are left to the caller."""
    return key(field, BYTES) + varint(len(content) + following) + content


def read_varint(view: memoryview, position: int) -> tuple[int, int]:
    """The number at a position, and the position behind it. Raises `ProtobufError`."""
    number = 0
    for place in range(MAX_VARINT):
        if position >= len(view):
            raise ProtobufError("the message ends inside a number")
        byte = view[position]
        position += 1
        number |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            return number & 0xFFFF_FFFF_FFFF_FFFF, position
    raise ProtobufError("a number is longer than ten bytes")


def read_varints(content: NDArray[Any] | memoryview) -> NDArray[np.uint64]:
    """The numbers of a packed field, all at once. Raises `ProtobufError`."""
    raw: NDArray[np.uint8] = np.frombuffer(content, np.uint8)
    going = raw >= 0x80
    if not going.any():
        return raw.astype(np.uint64)
    if going[-1]:
        raise ProtobufError("the message ends inside a number")
    ends = np.flatnonzero(~going)
    longest = int(np.diff(ends, prepend=-1).max())
    if longest > MAX_VARINT:
        raise ProtobufError("a number is longer than ten bytes")
    # Every byte takes up those that follow it in its number, one more in each pass; the first
    # byte of each number then holds all of it.
    low: NDArray[Any] = (raw & 0x7F).astype(np.uint32 if longest <= 4 else np.uint64)
    seven = low.dtype.type(7)
    numbers = low.copy()
    for _ in range(longest - 1):
        following = np.where(going[:-1], numbers[1:] << seven, 0)
        np.bitwise_or(low[:-1], following, out=numbers[:-1])
    first = np.empty(len(raw), bool)
    first[0] = True
    np.logical_not(going[:-1], out=first[1:])
    return numbers[first].astype(np.uint64)


def as_int32(numbers: NDArray[np.uint64]) -> NDArray[np.int32]:
    """Varints as signed numbers: negative ones are written as if they had 64 bits."""
    return numbers.astype(np.uint32).view(np.int32)


def fields(view: memoryview) -> Iterator[tuple[int, int, Any]]:
    """The fields of a message: number, wire type, and value.

    The value of a varint is a number, that of all others a view of its bytes. Raises
    `ProtobufError`.
    """
    position = 0
    while position < len(view):
        tag, position = read_varint(view, position)
        number, wire_type = tag >> 3, tag & 7
        if number == 0:
            raise ProtobufError("a field has no number")
        if wire_type == VARINT:
            value, position = read_varint(view, position)
            yield number, wire_type, value
            continue
        if wire_type == BYTES:
            size, position = read_varint(view, position)
        elif wire_type in (FIXED32, FIXED64):
            size = 4 if wire_type == FIXED32 else 8
        else:
            raise ProtobufError(f"unknown wire type {wire_type}")
        if size > len(view) - position:
            raise ProtobufError("the message ends inside a field")
        yield number, wire_type, view[position : position + size]
        position += size
