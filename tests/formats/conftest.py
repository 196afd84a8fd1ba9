"""Google's own protobuf library, against which records are read and written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from google.protobuf import descriptor_pool, json_format, message_factory
from google.protobuf.descriptor_pb2 import FileDescriptorProto

DESCRIPTOR = Path(__file__).parents[2] / "fixtures" / "record.json"


@pytest.fixture(scope="session")
def record_type() -> Any:
    """The class of `aialgs.data.Record`."""
    pool = descriptor_pool.DescriptorPool()
    pool.Add(json_format.Parse(DESCRIPTOR.read_text(), FileDescriptorProto()))
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("aialgs.data.Record"))
