"""Google's own protobuf library, against which records are read and written."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

_KINDS = (
    (2, "float32_tensor", "Float32Tensor"),
    (3, "float64_tensor", "Float64Tensor"),
    (7, "int32_tensor", "Int32Tensor"),
)


def _file() -> descriptor_pb2.FileDescriptorProto:
    """`record.proto` of SageMaker, as the developer guide prints it."""
    kinds = descriptor_pb2.FieldDescriptorProto
    file = descriptor_pb2.FileDescriptorProto(name="record.proto", package="aialgs.data")
    tensors = {
        "Float32Tensor": kinds.TYPE_FLOAT,
        "Float64Tensor": kinds.TYPE_DOUBLE,
        "Int32Tensor": kinds.TYPE_INT32,
    }
    for name, kind in tensors.items():
        tensor = file.message_type.add(name=name)
        columns = (("values", kind), ("keys", kinds.TYPE_UINT64), ("shape", kinds.TYPE_UINT64))
        for number, (field, of) in enumerate(columns, 1):
            added = tensor.field.add(name=field, number=number, type=of, label=3)
            added.options.packed = True
    value = file.message_type.add(name="Value")
    value.oneof_decl.add(name="value")
    for number, field, of in _KINDS:
        value.field.add(
            name=field,
            number=number,
            type=kinds.TYPE_MESSAGE,
            label=1,
            type_name=f".aialgs.data.{of}",
            oneof_index=0,
        )
    record = file.message_type.add(name="Record")
    for number, field in enumerate(("features", "label"), 1):
        name = f"{field.capitalize()}Entry"
        entry = record.nested_type.add(name=name)
        entry.options.map_entry = True
        entry.field.add(name="key", number=1, type=kinds.TYPE_STRING, label=1)
        entry.field.add(
            name="value",
            number=2,
            type=kinds.TYPE_MESSAGE,
            label=1,
            type_name=".aialgs.data.Value",
        )
        record.field.add(
            name=field,
            number=number,
            type=kinds.TYPE_MESSAGE,
            label=3,
            type_name=f".aialgs.data.Record.{name}",
        )
    for number, field in enumerate(("uid", "metadata", "configuration"), 3):
        record.field.add(name=field, number=number, type=kinds.TYPE_STRING, label=1)
    return file


@pytest.fixture(scope="session")
def record_type() -> Any:
    """The class of `aialgs.data.Record`."""
    pool = descriptor_pool.DescriptorPool()
    pool.Add(_file())
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("aialgs.data.Record"))
