"""CreateContext, DescribeContext, ListContexts, UpdateContext, DeleteContext."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagemock.accounts.world import Response, World
from sagemock.api.lineage_entities import CONTEXTS
from sagemock.resources import clock, lineage_entity

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import (
        CreateContextRequestTypeDef,
        DeleteContextRequestTypeDef,
        DescribeContextRequestTypeDef,
        ListContextsRequestTypeDef,
        UpdateContextRequestTypeDef,
    )


def create_context(world: World, request: CreateContextRequestTypeDef) -> Response:
    """Create a context.

    Raises `ValidationException` when the name is taken, and `ResourceLimitExceeded`.
    """
    arn = CONTEXTS.arn(world, request["ContextName"])
    return CONTEXTS.create(world, lineage_entity.new_context(request, arn, clock.now()))


def describe_context(world: World, request: DescribeContextRequestTypeDef) -> Response:
    """Describe a context. Raises `ResourceNotFound`."""
    return CONTEXTS.describe(world, CONTEXTS.key_of(world, request["ContextName"]))


def list_contexts(world: World, request: ListContextsRequestTypeDef) -> Response:
    """One page of the contexts, the latest first by default."""
    return CONTEXTS.summaries(world, request)


def update_context(world: World, request: UpdateContextRequestTypeDef) -> Response:
    """Change members and properties of a context. Raises `ResourceNotFound`."""
    key = CONTEXTS.key_of(world, request["ContextName"])
    changes = {name: value for name, value in request.items() if name != "ContextName"}
    return CONTEXTS.change(world, key, changes)


def delete_context(world: World, request: DeleteContextRequestTypeDef) -> Response:
    """Delete a context.

    Raises `ResourceNotFound`, and `ValidationException` while it has associations.
    """
    return CONTEXTS.remove(world, CONTEXTS.key_of(world, request["ContextName"]))
