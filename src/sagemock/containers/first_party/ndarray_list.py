"""MXNet's file format for arrays, with names (`*.params`) or without, as far as models need it.

All little endian: a header, the arrays, their names. The layout is that of artifacts of 2020 and
2023, byte for byte; MXNet 1.9.1 reads and writes the same.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

LIST_MAGIC = 0x112
ARRAY_MAGIC = 0xF993FAC9
"""The second version of MXNet's array."""

ARRAY_MAGICS = (ARRAY_MAGIC, 0xF993FACA)
"""The third version has the same layout; MXNet writes it when shapes have numpy's semantics."""

DENSE = 0
CPU = 1
DTYPES = {0: "<f4", 1: "<f8", 2: "<f2", 3: "u1", 4: "<i4", 5: "i1", 6: "<i8"}
MAX_DIMENSIONS = 32


class NDArrayError(ValueError):
    """Bytes that are not such a file."""


def encode(
    arrays: Mapping[str, NDArray[np.float32]] | Sequence[NDArray[np.float32]],
) -> bytes:
    """Encode float32 arrays, in their order, with the keys of a mapping as their names."""
    names = list(arrays) if isinstance(arrays, Mapping) else []
    parts = [struct.pack("<QQQ", LIST_MAGIC, 0, len(arrays))]
    for array in arrays.values() if isinstance(arrays, Mapping) else arrays:
        parts.append(struct.pack("<IiI", ARRAY_MAGIC, DENSE, array.ndim))
        parts.append(struct.pack(f"<{array.ndim}q", *array.shape))
        parts.append(struct.pack("<iii", CPU, 0, 0))
        parts.append(np.ascontiguousarray(array, "<f4").tobytes())
    parts.append(struct.pack("<Q", len(names)))
    parts += [struct.pack("<Q", len(name)) + name.encode() for name in names]
    return b"".join(parts)


def decode(data: bytes) -> dict[str, NDArray[np.float32]]:
    """Decode the arrays of a file by name, as float32. Raises `NDArrayError`."""
    arrays, names = _read(data)
    if len(names) != len(arrays):
        raise NDArrayError(f"{len(arrays)} arrays with {len(names)} names")
    return dict(zip(names, arrays, strict=True))


def decode_list(data: bytes) -> list[NDArray[np.float32]]:
    """Decode the arrays of a file in their order, as float32. Raises `NDArrayError`."""
    return _read(data)[0]


def _read(data: bytes) -> tuple[list[NDArray[np.float32]], list[str]]:
    reader = _ByteReader(data)
    magic, _, count = reader.numbers("QQQ")
    if magic != LIST_MAGIC:
        raise NDArrayError("not a list of arrays")
    if count > len(data):
        raise NDArrayError("more arrays than bytes")
    arrays = [_array(reader) for _ in range(count)]
    (named,) = reader.numbers("Q")
    if named not in (0, count):
        raise NDArrayError(f"{count} arrays with {named} names")
    names = [reader.take(*reader.numbers("Q")).decode("utf-8", "replace") for _ in range(named)]
    return arrays, names


def _array(reader: _ByteReader) -> NDArray[np.float32]:
    magic, storage, dimensions = reader.numbers("IiI")
    if magic not in ARRAY_MAGICS or storage != DENSE or dimensions > MAX_DIMENSIONS:
        raise NDArrayError("an array of another kind")
    shape = reader.numbers(f"{dimensions}q")
    _, _, code = reader.numbers("iii")
    if code not in DTYPES or any(extent < 0 for extent in shape):
        raise NDArrayError("an array of another type")
    dtype = np.dtype(DTYPES[code])
    values = np.frombuffer(reader.take(math.prod(shape) * dtype.itemsize), dtype)
    with np.errstate(over="ignore"):
        return values.reshape(shape).astype(np.float32)


class _ByteReader:
    """Reads the bytes from start to end."""

    def __init__(self, data: bytes) -> None:
        self._view = memoryview(data)
        self._position = 0

    def take(self, size: int) -> bytes:
        """The next bytes."""
        end = self._position + size
        if end > len(self._view):
            raise NDArrayError("the file ends too early")
        piece = bytes(self._view[self._position : end])
        self._position = end
        return piece

    def numbers(self, kinds: str) -> tuple[Any, ...]:
        """The next numbers, by the codes of `struct`."""
        layout = struct.Struct(f"<{kinds}")
        return layout.unpack(self.take(layout.size))
