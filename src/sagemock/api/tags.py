"""AddTags, ListTags, DeleteTags."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sagemock.api.listing import page
from sagemock.errors import NotOurs, ValidationException
from sagemock.resources.arn import Arn
from sagemock.store import Document, Table
from sagemock.world import Request, Response, World

LIST_PAGE = 50


def add_tags(world: World, request: Request) -> Response:
    """Tags of the same keys are overwritten; the answer holds all tags of the resource."""
    table, key = _resource(world, request["ResourceArn"])
    changed = _change(table, key, lambda tags: merged(tags, request["Tags"]))
    return {"Tags": changed["Tags"]}


def list_tags(world: World, request: Request) -> Response:
    table, key = _resource(world, request["ResourceArn"])
    document = table.get(key)
    tags = document["Tags"] if document is not None else []
    some, token = page(tags, request, default=LIST_PAGE)
    return {"Tags": list(some), **token}


def delete_tags(world: World, request: Request) -> Response:
    """Keys that the resource does not have are passed over."""
    table, key = _resource(world, request["ResourceArn"])
    unwanted = set(request["TagKeys"])
    _change(table, key, lambda tags: [tag for tag in tags if tag["Key"] not in unwanted])
    return {}


def merged(
    tags: Iterable[Mapping[str, str]], new: Iterable[Mapping[str, str]]
) -> list[dict[str, str]]:
    """`tags` with `new` laid over them: a key stays in its place, further ones follow."""
    by_key = {tag["Key"]: tag["Value"] for tag in tags}
    by_key.update({tag["Key"]: tag["Value"] for tag in new})
    return [{"Key": key, "Value": value} for key, value in by_key.items()]


def _change(table: Table, key: str, change: Any) -> Document:
    return table.update(key, lambda old: {**old, "Tags": change(old["Tags"])})


def _resource(world: World, text: str) -> tuple[Table, str]:
    """The table and the name of the resource that an ARN is of.

    Raises `NotOurs` for a kind of resource that moto keeps, and `ValidationException` for one
    that does not exist here: an ARN of another account or region is never one of ours.
    """
    tables = {
        "training-job": world.training_jobs,
        "model": world.models,
        "endpoint-config": world.endpoint_configs,
        "endpoint": world.endpoints,
    }
    arn = Arn.parse(text)
    if arn is None or arn.kind not in tables:
        raise NotOurs(text)
    table = tables[arn.kind]
    here = (arn.account_id, arn.region) == (world.account_id, world.region)
    if not here or arn.name not in table:
        raise ValidationException(f"Could not find resource with ARN {text}.")
    return table, arn.name
