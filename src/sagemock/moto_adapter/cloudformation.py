"""CloudFormation, which reaches SageMaker inside moto without a request.

While the patch is on, stacks create and delete sagemock's models, endpoint configurations and
endpoints. Everything else in a template is moto's, as before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import Any
from unittest.mock import patch

from moto.core.common_models import CloudFormationModel
from moto.core.utils import camelcase_to_underscores
from moto.sagemaker import models as moto_sagemaker
from moto.sagemaker.exceptions import AWSValidationException

from sagemock.accounts.world import Response, World
from sagemock.api import operations
from sagemock.errors import NotOurs, ServiceError
from sagemock.moto_adapter.backend import world_of
from sagemock.resources import types
from sagemock.resources.resource_type import ResourceType
from sagemock.wire.service_model import CONTROL_PLANE

MAX_NAME = 63


def _run(world: World, operation: str, request: Mapping[str, Any]) -> Response:
    """Run an operation, with its errors as moto's. Raises `NotOurs` when it is left to moto.

    The error keeps the message but not the code: moto warns of codes that are missing from
    CloudFormation's model.
    """
    try:
        return operations.run(world, CONTROL_PLANE, operation, request)
    except ServiceError as error:
        raise AWSValidationException(error.message) from error


def enter(stack: ExitStack) -> None:
    """Let CloudFormation create and delete our resources until `stack` is closed."""
    for moto_class, kind in classes():
        create, delete = _cloudformation_methods(moto_class, kind)
        stack.enter_context(patch.object(moto_class, "create_from_cloudformation_json", create))
        stack.enter_context(patch.object(moto_class, "delete_from_cloudformation_json", delete))


def classes() -> Iterator[tuple[Any, ResourceType]]:
    """The classes of moto's that CloudFormation instantiates, each with the kind it stands for."""
    by_type = {kind.cloudformation: kind for kind in types.TYPES}
    for each in vars(moto_sagemaker).values():
        if isinstance(each, type) and issubclass(each, CloudFormationModel):
            kind = by_type.get(each.cloudformation_type())
            if kind is not None:
                yield each, kind


def _cloudformation_methods(moto_class: Any, kind: ResourceType) -> tuple[Any, Any]:
    """Replacements for the class methods by which CloudFormation creates and deletes a resource.

    They call moto's own methods for operations that are left to moto.
    """
    name_member = kind.name_member
    moto_create = moto_class.create_from_cloudformation_json
    moto_delete = moto_class.delete_from_cloudformation_json

    def create(
        cls: Any,
        /,
        resource_name: str,
        cloudformation_json: Any,
        account_id: str,
        region_name: str,
        **more: Any,
    ) -> Any:
        request = {name_member: _allowed(resource_name), **cloudformation_json["Properties"]}
        world = world_of(account_id, region_name)
        try:
            arn = _run(world, kind.operation("Create"), request)[kind.arn_member]
        except NotOurs:
            return moto_create(resource_name, cloudformation_json, account_id, region_name, **more)
        return _stack_resource(cls, name_member, request[name_member], arn)

    def delete(
        _cls: Any,
        /,
        resource_name: str,
        cloudformation_json: Any,
        account_id: str,
        region_name: str,
    ) -> None:
        # The physical ID of these resources is their ARN.
        name = resource_name.split("/")[-1]
        try:
            _run(world_of(account_id, region_name), kind.operation("Delete"), {name_member: name})
        except NotOurs:
            moto_delete(resource_name, cloudformation_json, account_id, region_name)

    return classmethod(create), classmethod(delete)


def _allowed(generated: str) -> str:
    """A name that SageMaker accepts, from one that CloudFormation generated.

    AWS truncates it as well. Names that moto generates may also contain an underscore.
    """
    return generated.replace("_", "-")[-MAX_NAME:].lstrip("-")


def _stack_resource(moto_class: Any, name_member: str, name: str, arn: str) -> Any:
    """What the stack keeps of a resource: an instance of moto's class with our name and ARN."""
    resource = moto_class.__new__(moto_class)
    snake = camelcase_to_underscores(name_member)
    setattr(resource, snake, name)
    resource.arn = arn
    resource.endpoint_config_arn = arn
    resource.tags = []
    return resource
