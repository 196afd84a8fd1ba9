"""Tags of resources."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import TagTypeDef

RESERVED = "aws:"
"""AWS's own services make the keys that begin with it, in whatever case."""

Tags = Iterable["TagTypeDef"]


def merged(tags: Tags, new: Tags) -> list[TagTypeDef]:
    """`tags` with `new` laid over them: a key stays in its place, further ones follow."""
    by_key = {tag["Key"]: tag["Value"] for tag in tags}
    by_key.update({tag["Key"]: tag["Value"] for tag in new})
    return [{"Key": key, "Value": value} for key, value in by_key.items()]


def is_reserved(key: str) -> bool:
    """Whether only AWS itself adds and deletes tags of that key."""
    return key.lower().startswith(RESERVED)
