"""The protobuf message `Record` of the package `aialgs.data`, one at a time.

It accepts everything that a protobuf parser accepts: fields in any order, numbers packed or not,
unknown fields. `record_layout` reads whole files of records with the usual layout.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sagemock.algorithms.base import FloatArray
from sagemock.formats import protobuf
from sagemock.formats.protobuf import BYTES, VARINT, ProtobufError
from sagemock.formats.rows import DecodedRows

FEATURES, LABEL = 1, 2
"""Fields of a Record; both are maps from a name to a Value."""

ENTRY_KEY, ENTRY_VALUE = 1, 2
"""Fields of a map entry."""

FLOAT32, FLOAT64, INT32 = 2, 3, 7
"""Fields of a Value: the kinds of tensor."""

VALUES, KEYS, SHAPE = 1, 2, 3
"""Fields of a tensor."""

NAME = b"values"
"""The name of the tensor with the features, and of the one with the label."""

DTYPES: dict[int, np.dtype[Any]] = {FLOAT32: np.dtype("<f4"), FLOAT64: np.dtype("<f8")}


@dataclass(slots=True)
class Tensor:
    """A tensor.

    Attributes
    ----------
    values
        Its numbers, in one or more pieces.
    keys
        The column of each number if it is sparse, in one or more pieces.
    shape
        Empty if it has none.
    """

    values: list[FloatArray] = field(default_factory=list)
    keys: list[NDArray[np.uint64]] = field(default_factory=list)
    shape: list[int] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many values it has."""
        return sum(map(len, self.values))

    @property
    def key_count(self) -> int:
        """How many keys it has."""
        return sum(map(len, self.keys))

    @property
    def is_sparse(self) -> bool:
        """Whether it is sparse: a sparse row without values has a shape, but no keys."""
        return self.key_count > 0 or (self.count == 0 and bool(self.shape))

    @property
    def width(self) -> int:
        """The columns that it declares. Raises `ProtobufError`."""
        if not self.shape:
            if self.is_sparse:
                raise ProtobufError("a sparse tensor has no shape")
            return self.count
        width = 1
        for extent in self.shape:
            width *= extent
            # Checked for each: the product of a million extents would take forever.
            if width >= 1 << 63:
                raise ProtobufError("a tensor has too many columns")
        return width


@dataclass(frozen=True, slots=True)
class Record:
    """The features of a row, and its label if it has one."""

    features: Tensor
    label: Tensor | None


def parse(payload: memoryview) -> Record:
    """Decode the tensors named `values` of a Record. Raises `ProtobufError`."""
    tensors: dict[int, Tensor] = {}
    for number, wire_type, content in protobuf.fields(payload):
        if number in (FEATURES, LABEL) and wire_type == BYTES:
            name, tensor = _entry(content)
            if name == NAME and tensor is not None:
                tensors[number] = tensor
    if FEATURES not in tensors:
        raise ProtobufError("a record has no features")
    features = tensors[FEATURES]
    if features.key_count not in (0, features.count):
        raise ProtobufError("a sparse tensor must have as many keys as values")
    return Record(features, tensors.get(LABEL))


def _entry(view: memoryview) -> tuple[bytes, Tensor | None]:
    name, tensor = b"", None
    for number, wire_type, content in protobuf.fields(view):
        if number == ENTRY_KEY and wire_type == BYTES:
            name = bytes(content)
        elif number == ENTRY_VALUE and wire_type == BYTES:
            for kind, inner_type, inner in protobuf.fields(content):
                if kind in (FLOAT32, FLOAT64, INT32) and inner_type == BYTES:
                    tensor = _tensor(kind, inner)
    return name, tensor


def _tensor(kind: int, view: memoryview) -> Tensor:
    tensor = Tensor()
    for number, wire_type, content in protobuf.fields(view):
        if number == VALUES:
            tensor.values.append(_numbers(kind, wire_type, content))
        elif number == KEYS:
            tensor.keys.append(_varints(wire_type, content))
        elif number == SHAPE:
            tensor.shape.extend(_varints(wire_type, content).tolist())
    return tensor


def _varints(wire_type: int, content: int | memoryview) -> NDArray[np.uint64]:
    """Decode varints, packed or not."""
    if isinstance(content, int):
        return np.array([content], np.uint64)
    if wire_type != BYTES:
        raise ProtobufError("the keys or the shape of a tensor have another wire type")
    numbers, _ = protobuf.read_varints(content)
    return numbers


def _numbers(kind: int, wire_type: int, content: int | memoryview) -> FloatArray:
    """Decode the values of a tensor, packed or not."""
    if kind == INT32:
        return protobuf.as_int32(_varints(wire_type, content)).astype(np.float32)
    dtype = DTYPES[kind]
    if isinstance(content, int) or wire_type == VARINT or len(content) % dtype.itemsize:
        raise ProtobufError("the values of a tensor have the wrong length")
    return narrowed(np.frombuffer(content, dtype))


def narrowed(values: NDArray[Any]) -> FloatArray:
    """Numbers as float32; those that are too large become infinite."""
    with np.errstate(over="ignore", invalid="ignore"):
        return values.astype(np.float32, copy=False)


def rows(tensors: Sequence[Tensor]) -> DecodedRows:
    """The tensors as rows. Raises `ProtobufError`."""
    sparse = np.array([tensor.is_sparse for tensor in tensors], bool)
    counts = np.array([tensor.count for tensor in tensors], np.int64)
    keys = None
    if sparse.any():
        all_keys = [_keys(tensor) for tensor in tensors]
        keys = np.concatenate(all_keys)
    values = [piece for tensor in tensors for piece in tensor.values]
    return DecodedRows(
        values=np.concatenate(values) if values else np.empty(0, np.float32),
        counts=counts,
        widths=np.array([tensor.width for tensor in tensors], np.uint64),
        keys=keys,
        sparse=sparse,
    )


def _keys(tensor: Tensor) -> NDArray[np.uint64]:
    if not tensor.is_sparse:
        return np.arange(tensor.count, dtype=np.uint64)
    return np.concatenate([np.empty(0, np.uint64), *tensor.keys])
