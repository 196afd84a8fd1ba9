"""AddTags, ListTags, DeleteTags."""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import TYPE_CHECKING, Any

from sagemock.accounts.world import Response, World
from sagemock.api.listing import page
from sagemock.documents import Document
from sagemock.errors import ValidationException
from sagemock.resources import types
from sagemock.resources.arn import Arn
from sagemock.resources.tag import Tags, is_reserved, merged
from sagemock.store import NoSuchKey, Table

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import (
        AddTagsInputTypeDef,
        DeleteTagsInputTypeDef,
        ListTagsInputTypeDef,
        TagTypeDef,
    )

LIST_PAGE = 50


def add_tags(world: World, request: AddTagsInputTypeDef) -> Response:
    """Tags of the same keys are overwritten; the answer holds all tags of the resource."""
    arn, limit = request["ResourceArn"], world.rules.max_tags
    return {"Tags": _change(world, arn, lambda tags: _merged(tags, request["Tags"], limit))}


def check_add_tags(request: Document) -> None:
    """Raises `ValidationException` for tags whose keys AWS keeps for itself."""
    if any(is_reserved(tag["Key"]) for tag in request.get("Tags", ())):
        raise ValidationException("aws: prefixed tag key names are not allowed for external use.")


def list_tags(world: World, request: ListTagsInputTypeDef) -> Response:
    arn = request["ResourceArn"]
    document = _document(world, arn)
    tags = document["Tags"] if document is not None else world.services.tags.read(arn)
    if tags is None:
        raise _missing(arn)
    some, token = page(tags, request, default=LIST_PAGE)
    return {"Tags": list(some), **token}


def delete_tags(world: World, request: DeleteTagsInputTypeDef) -> Response:
    """Keys that the resource does not have are passed over."""
    keys = set(request["TagKeys"])
    _change(world, request["ResourceArn"], lambda tags: _without(tags, keys))
    return {}


def check_delete_tags(request: DeleteTagsInputTypeDef) -> None:
    """Raises `ValidationException` for keys that AWS keeps for itself."""
    for unwanted in request["TagKeys"]:
        if is_reserved(unwanted):
            raise ValidationException(
                f"System prefix 'aws:' reserved for AWS usage in tag key: {unwanted}"
            )


def _merged(tags: Tags, new: Tags, limit: float) -> list[TagTypeDef]:
    all_tags = merged(tags, new)
    if len(all_tags) > limit:
        raise ValidationException(f"A resource cannot have more than {limit} tags.")
    return all_tags


def _without(tags: Tags, keys: Container[str]) -> list[TagTypeDef]:
    return [tag.copy() for tag in tags if tag["Key"] not in keys]


def _change(world: World, arn: str, change: Callable[[Tags], list[TagTypeDef]]) -> list[TagTypeDef]:
    """The tags of the resource after the change. Raises `ValidationException`."""
    place = _place(world, arn)
    if place is None:
        tags = world.services.tags.change(arn, change)
        if tags is None:
            raise _missing(arn)
        return tags
    table, key = place
    try:
        changed = table.update(key, lambda old: {**old, "Tags": change(old["Tags"])})
    except NoSuchKey:
        raise _missing(arn) from None
    result: list[TagTypeDef] = changed["Tags"]
    return result


def _document(world: World, arn: str) -> Document | None:
    """The resource of an ARN; None for one that is not kept here.

    Raises `ValidationException` for one that should be kept here and does not exist.
    """
    place = _place(world, arn)
    if place is None:
        return None
    table, key = place
    document: Document | None = table.get(key)
    if document is None:
        raise _missing(arn)
    return document


def _place(world: World, text: str) -> tuple[Table[Any], str] | None:
    """The table and the key of the resource of an ARN; None for a kind that is not kept here.

    Raises `ValidationException` for an ARN of another account or region.
    """
    arn = Arn.parse(text)
    if arn is None or (arn.account_id, arn.region) != (world.account_id, world.region):
        raise _missing(text)
    kind = types.of_arn_kind(arn.kind)
    return (world.table(kind), arn.name) if kind is not None and kind.ours else None


def _missing(arn: str) -> ValidationException:
    return ValidationException(f"Could not find resource with ARN {arn}.")
