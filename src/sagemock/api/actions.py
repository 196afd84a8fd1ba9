"""CreateAction, DescribeAction, ListActions, UpdateAction, DeleteAction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagemock.accounts.world import Response, World
from sagemock.api.lineage_entities import ACTIONS
from sagemock.resources import clock, lineage_entity

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import (
        CreateActionRequestTypeDef,
        DeleteActionRequestTypeDef,
        DescribeActionRequestTypeDef,
        ListActionsRequestTypeDef,
        UpdateActionRequestTypeDef,
    )


def create_action(world: World, request: CreateActionRequestTypeDef) -> Response:
    """Create an action.

    Raises `ValidationException` when the name is taken, and `ResourceLimitExceeded`.
    """
    arn = ACTIONS.arn(world, request["ActionName"])
    return ACTIONS.create(world, lineage_entity.new_action(request, arn, clock.now()))


def describe_action(world: World, request: DescribeActionRequestTypeDef) -> Response:
    """Describe an action. Raises `ResourceNotFound`."""
    return ACTIONS.describe(world, ACTIONS.key_of(world, request["ActionName"]))


def list_actions(world: World, request: ListActionsRequestTypeDef) -> Response:
    """One page of the actions, the latest first by default."""
    return ACTIONS.summaries(world, request)


def update_action(world: World, request: UpdateActionRequestTypeDef) -> Response:
    """Change members and properties of an action. Raises `ResourceNotFound`."""
    key = ACTIONS.key_of(world, request["ActionName"])
    changes = {name: value for name, value in request.items() if name != "ActionName"}
    return ACTIONS.change(world, key, changes)


def delete_action(world: World, request: DeleteActionRequestTypeDef) -> Response:
    """Delete an action.

    Raises `ResourceNotFound`, and `ValidationException` while it has associations.
    """
    return ACTIONS.remove(world, ACTIONS.key_of(world, request["ActionName"]))
