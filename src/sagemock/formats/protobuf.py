"""The protobuf wire format, as far as messages of numbers need it.

It is read without a protobuf library: there is only one type of message, and its numbers become
arrays, without an object for each.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
"""Wire types."""

MAX_VARINT = 10
"""Bytes of the longest varint."""


class ProtobufError(ValueError):
    """Bytes that are not a message."""


def varint(number: int) -> bytes:
    r"""Encode a number as a varint.

    Examples
    --------
    >>> varint(1), varint(300)
    (b'\x01', b'\xac\x02')
    """
    encoded = bytearray()
    while number > 0x7F:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


def key(field: int, wire_type: int) -> bytes:
    """Encode the tag of a field."""
    return varint(field << 3 | wire_type)


def delimited(field: int, content: bytes, following: int = 0) -> bytes:
    """Encode a length-delimited field.

    Parameters
    ----------
    following
        The number of further bytes of its content, which the caller appends.
    """
    return key(field, BYTES) + varint(len(content) + following) + content


def read_varint(view: memoryview, position: int) -> tuple[int, int]:
    r"""Decode the varint at a position; also returns the position after it.

    Raises `ProtobufError`.

    Examples
    --------
    >>> read_varint(memoryview(b"\xac\x02"), 0)
    (300, 2)
    """
    number = 0
    for index in range(MAX_VARINT):
        if position >= len(view):
            raise ProtobufError("the message ends inside a number")
        byte = view[position]
        position += 1
        number |= (byte & 0x7F) << 7 * index
        if byte < 0x80:
            return number & 0xFFFF_FFFF_FFFF_FFFF, position
    raise ProtobufError("a number is longer than ten bytes")


def read_varints(
    content: NDArray[Any] | memoryview,
) -> tuple[NDArray[np.uint64], NDArray[np.intp]]:
    r"""Decode all varints of a packed field at once.

    Returns
    -------
    tuple
        The numbers, and the indices of their last bytes.

    Raises
    ------
    ProtobufError
        For a number that is too long, or not complete.

    Examples
    --------
    >>> numbers, ends = read_varints(memoryview(b"\x01\xac\x02"))
    >>> numbers.tolist(), ends.tolist()
    ([1, 300], [0, 2])
    """
    raw: NDArray[np.uint8] = np.frombuffer(content, np.uint8)
    ends = np.flatnonzero(raw < 0x80)
    if len(raw) and raw[-1] >= 0x80:
        raise ProtobufError("the message ends inside a number")
    longest = int(max((ends[1:] - ends[:-1]).max(initial=1), ends[:1].max(initial=0) + 1))
    if longest > MAX_VARINT:
        raise ProtobufError("a number is longer than ten bytes")
    # From the last byte, which has the highest bits, to the first one. Each pass adds one more
    # byte to every number; one that has no more is shifted by 0 and gets 0 added.
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
    """Varints as signed numbers of 32 bits; negative ones are encoded with 64 bits."""
    return numbers.astype(np.uint32).view(np.int32)


def fields(view: memoryview) -> Iterator[tuple[int, int, Any]]:
    """Decode the fields of a message.

    Yields
    ------
    tuple
        Number, wire type, and value: a number for a varint, otherwise a view of its bytes.

    Raises
    ------
    ProtobufError
        For bytes that are not a message.
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
