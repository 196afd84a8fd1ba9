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
"""The default of MaxResults."""


def add_tags(world: World, request: AddTagsInputTypeDef) -> Response:
    """Add tags, or overwrite those with the same keys; the answer has all tags of the resource."""
    arn, limit = request["ResourceArn"], world.rules.max_tags
    return {"Tags": _change(world, arn, lambda tags: _merged(tags, request["Tags"], limit))}


def check_add_tags(request: Document) -> None:
    """Raises `ValidationException` for keys that are reserved for AWS."""
    if any(is_reserved(tag["Key"]) for tag in request.get("Tags", ())):
        raise ValidationException("aws: prefixed tag key names are not allowed for external use.")


def list_tags(world: World, request: ListTagsInputTypeDef) -> Response:
    """One page of the tags of a resource. Raises `ValidationException` when it does not exist."""
    arn = request["ResourceArn"]
    document = _document(world, arn)
    tags = document["Tags"] if document is not None else world.services.tags.read(arn)
    if tags is None:
        raise _missing(arn)
    tags_of_page, token = page(tags, request, default=LIST_PAGE)
    return {"Tags": list(tags_of_page), **token}


def delete_tags(world: World, request: DeleteTagsInputTypeDef) -> Response:
    """Remove tags; keys that the resource does not have are ignored."""
    keys = set(request["TagKeys"])
    _change(world, request["ResourceArn"], lambda tags: _without(tags, keys))
    return {}


def check_delete_tags(request: DeleteTagsInputTypeDef) -> None:
    """Raises `ValidationException` for keys that are reserved for AWS."""
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
    """Change the tags of a resource, and return them. Raises `ValidationException`."""
    located = _table_and_key(world, arn)
    if located is None:
        tags = world.services.tags.change(arn, change)
        if tags is None:
            raise _missing(arn)
        return tags
    table, key = located
    try:
        changed = table.update(key, lambda old: {**old, "Tags": change(old["Tags"])})
    except NoSuchKey:
        raise _missing(arn) from None
    result: list[TagTypeDef] = changed["Tags"]
    return result


def _document(world: World, arn: str) -> Document | None:
    """The resource of an ARN; None for one that moto keeps.

    Raises `ValidationException` for one of our kinds that does not exist.
    """
    located = _table_and_key(world, arn)
    if located is None:
        return None
    table, key = located
    document: Document | None = table.get(key)
    if document is None:
        raise _missing(arn)
    return document


def _table_and_key(world: World, text: str) -> tuple[Table[Any], str] | None:
    """The table and the key of the resource of an ARN; None for a kind that moto keeps.

    Raises `ValidationException` for an ARN of another account or region.
    """
    arn = Arn.parse(text)
    if arn is None or (arn.account_id, arn.region) != (world.account_id, world.region):
        raise _missing(text)
    kind = types.of_arn_kind(arn.kind)
    if kind is None or not kind.ours:
        return None
    table = world.table(kind)
    if kind in types.ALSO_OF_MOTO and not world.rules.checks and arn.name not in table:
        return None
    return table, arn.name


def _missing(arn: str) -> ValidationException:
    return ValidationException(f"Could not find resource with ARN {arn}.")
