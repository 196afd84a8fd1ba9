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


def read_varints(
    content: NDArray[Any] | memoryview,
) -> tuple[NDArray[np.uint64], NDArray[np.intp]]:
    """The numbers of a packed field, all at once, and the places of their last bytes.

    Raises `ProtobufError`.
    """
    raw: NDArray[np.uint8] = np.frombuffer(content, np.uint8)
    ends = np.flatnonzero(raw < 0x80)
    if len(raw) and raw[-1] >= 0x80:
        raise ProtobufError("the message ends inside a number")
    longest = int(max((ends[1:] - ends[:-1]).max(initial=1), ends[:1].max(initial=0) + 1))
    if longest > MAX_VARINT:
        raise ProtobufError("a number is longer than ten bytes")
    # From the last byte, which is the highest, to the first one. Each pass takes up one more
    # byte of every number; where a number has no more, it is shifted by nothing and added zero.
    dtype = np.dtype(np.uint16 if longest <= 2 else np.uint32 if longest <= 4 else np.uint64)
    numbers: NDArray[Any] = raw.take(ends).astype(dtype)
    padded = np.concatenate([np.zeros(longest - 1, np.uint8), raw])
    going = np.ones(len(ends), np.uint8)
    for back in range(1, longest):
        byte = padded[longest - 1 - back :].take(ends)
        going &= byte >> 7
        numbers <<= (going * np.uint8(7)).astype(dtype)
        byte &= going * np.uint8(0x7F)
        numbers |= byte.astype(dtype)
    return numbers.astype(np.uint64), ends


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
