"""AddTags, ListTags, DeleteTags."""

from __future__ import annotations

from typing import Any

from sagemock.api import job_component
from sagemock.api.listing import page
from sagemock.errors import NotOurs, ValidationException
from sagemock.resources.arn import Arn
from sagemock.resources.tag import MAX_TAGS, Tags, is_reserved, merged
from sagemock.store import Document, Table
from sagemock.world import Request, Response, World

LIST_PAGE = 50


def add_tags(world: World, request: Request) -> Response:
    """Tags of the same keys are overwritten; the answer holds all tags of the resource."""
    check(request["Tags"])
    table, key = _resource(world, request["ResourceArn"])
    changed = _change(world, table, key, lambda tags: _merged(tags, request["Tags"]))
    return {"Tags": changed["Tags"]}


def list_tags(world: World, request: Request) -> Response:
    table, key = _resource(world, request["ResourceArn"])
    document = table.get(key)
    tags = document["Tags"] if document is not None else []
    some, token = page(tags, request, default=LIST_PAGE)
    return {"Tags": list(some), **token}


def delete_tags(world: World, request: Request) -> Response:
    """Keys that the resource does not have are passed over.

    Raises `ValidationException` for one that AWS keeps for itself.
    """
    for unwanted in request["TagKeys"]:
        if is_reserved(unwanted):
            raise ValidationException(
                f"System prefix 'aws:' reserved for AWS usage in tag key: {unwanted}"
            )
    table, key = _resource(world, request["ResourceArn"])
    keys = set(request["TagKeys"])
    _change(world, table, key, lambda tags: [tag for tag in tags if tag["Key"] not in keys])
    return {}


def check(tags: Tags) -> None:
    """Raises `ValidationException` for keys that AWS keeps for itself."""
    if any(is_reserved(tag["Key"]) for tag in tags):
        raise ValidationException("aws: prefixed tag key names are not allowed for external use.")


def _merged(tags: Tags, new: Tags) -> list[dict[str, str]]:
    found = merged(tags, new)
    if len(found) > MAX_TAGS:
        raise ValidationException(f"A resource cannot have more than {MAX_TAGS} tags.")
    return found


def _change(world: World, table: Table, key: str, change: Any) -> Document:
    changed = table.update(key, lambda old: {**old, "Tags": change(old["Tags"])})
    if table is world.training_jobs:
        job_component.follow(world, changed)
    return changed


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
        "experiment": world.experiments,
        "experiment-trial": world.trials,
        "experiment-trial-component": world.trial_components,
    }
    arn = Arn.parse(text)
    if arn is None or arn.kind not in tables:
        raise NotOurs(text)
    table = tables[arn.kind]
    here = (arn.account_id, arn.region) == (world.account_id, world.region)
    if not here or arn.name not in table:
        raise ValidationException(f"Could not find resource with ARN {text}.")
    return table, arn.name
