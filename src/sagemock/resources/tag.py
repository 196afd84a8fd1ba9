"""Tags of resources."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import TagTypeDef

RESERVED = "aws:"
"""The prefix of keys that only AWS's own services use, in whatever case."""

Tags = Iterable["TagTypeDef"]


def merged(tags: Tags, new: Tags) -> list[TagTypeDef]:
    """`tags` with `new` added or overwritten; existing keys keep their order."""
    by_key = {tag["Key"]: tag["Value"] for tag in tags}
    by_key.update({tag["Key"]: tag["Value"] for tag in new})
    return [{"Key": key, "Value": value} for key, value in by_key.items()]


def is_reserved(key: str) -> bool:
    """Whether only AWS itself may add and delete tags with that key."""
    return key.lower().startswith(RESERVED)
