"""moto's own callers of SageMaker, led to our resources.

CloudFormation and the Resource Groups Tagging API reach SageMaker inside moto, without a
request. While the plug is on they find the models, endpoint configurations, endpoints and
training jobs that are ours, and everything else in moto as before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import Any
from unittest.mock import patch

from moto.core.resource_tagging import TaggedResource
from moto.core.utils import camelcase_to_underscores
from moto.sagemaker import models as moto_sagemaker
from moto.sagemaker.exceptions import AWSValidationException

from sagemock import api
from sagemock.errors import NotOurs, ServiceError
from sagemock.gateway.backend import world_of
from sagemock.gateway.dispatch import CONTROL_PLANE
from sagemock.gateway.validation import validator
from sagemock.world import Response, World

_TABLES = {
    "training-job": ("training_jobs", "TrainingJobArn"),
    "model": ("models", "ModelArn"),
    "endpoint-config": ("endpoint_configs", "EndpointConfigArn"),
    "endpoint": ("endpoints", "EndpointArn"),
    "experiment": ("experiments", "ExperimentArn"),
    "experiment-trial": ("trials", "TrialArn"),
    "experiment-trial-component": ("trial_components", "TrialComponentArn"),
}
MAX_NAME = 63
OUR_TYPES = frozenset(f"sagemaker:{kind}" for kind in _TABLES)


def enter(stack: ExitStack) -> None:
    """Lead moto's callers to us until `stack` is closed."""
    _bridge_cloudformation(stack)
    _bridge_tagging(stack)


def _run(world: World, operation: str, request: Mapping[str, Any]) -> Response:
    """Run an operation of ours as if it had been called, with moto's error for ours."""
    try:
        validator(CONTROL_PLANE, operation)(request)
        response: Response = api.OPERATIONS[operation](world, request)
    except ServiceError as error:
        raise AWSValidationException(error.message) from error
    return response


def _bridge_cloudformation(stack: ExitStack) -> None:
    for moto_class, noun in (
        (moto_sagemaker.Model, "Model"),
        (moto_sagemaker.FakeEndpointConfig, "EndpointConfig"),
        (moto_sagemaker.FakeEndpoint, "Endpoint"),
    ):
        create, delete = _cloudformation_methods(noun)
        stack.enter_context(patch.object(moto_class, "create_from_cloudformation_json", create))
        stack.enter_context(patch.object(moto_class, "delete_from_cloudformation_json", delete))


def _cloudformation_methods(noun: str) -> tuple[Any, Any]:
    """The two class methods by which moto's CloudFormation makes and removes a resource."""
    name_member = f"{noun}Name"

    def create(
        cls: Any,
        /,
        resource_name: str,
        cloudformation_json: Any,
        account_id: str,
        region_name: str,
        **_: Any,
    ) -> Any:
        request = {name_member: _allowed(resource_name), **cloudformation_json["Properties"]}
        world = world_of(account_id, region_name)
        arn = _run(world, f"Create{noun}", request)[f"{noun}Arn"]
        return _stack_resource(cls, name_member, request[name_member], arn)

    def delete(
        _cls: Any, /, resource_name: str, _json: Any, account_id: str, region_name: str
    ) -> None:
        # The physical id of these resources is their ARN.
        name = resource_name.split("/")[-1]
        _run(world_of(account_id, region_name), f"Delete{noun}", {name_member: name})

    return classmethod(create), classmethod(delete)


def _allowed(generated: str) -> str:
    """A name that CloudFormation made up of those of stack and resource, as SageMaker takes it.

    AWS cuts it to size; of moto's stacks the names may also hold an underscore.
    """
    return generated.replace("_", "-")[-MAX_NAME:].lstrip("-")


def _stack_resource(moto_class: Any, name_member: str, name: str, arn: str) -> Any:
    """What CloudFormation keeps of a resource: moto's class with our name and ARN."""
    resource = moto_class.__new__(moto_class)
    snake = camelcase_to_underscores(name_member)
    setattr(resource, snake, name)
    resource.arn = arn
    resource.endpoint_config_arn = arn
    resource.tags = []
    return resource


def _bridge_tagging(stack: ExitStack) -> None:
    backend_class = moto_sagemaker.SageMakerModelBackend
    moto_resources = backend_class.iter_tagged_resources
    moto_tag = backend_class.tag_resource
    moto_untag = backend_class.untag_resource

    def iter_tagged_resources(backend: Any) -> Iterator[TaggedResource]:
        for resource in moto_resources(backend):
            if resource.resource_type not in OUR_TYPES:
                yield resource
        yield from _our_tagged_resources(world_of(backend.account_id, backend.region_name))

    def tag_resource(backend: Any, arn: str, tags: dict[str, str]) -> None:
        world = world_of(backend.account_id, backend.region_name)
        pairs = [{"Key": key, "Value": value} for key, value in tags.items()]
        try:
            _run(world, "AddTags", {"ResourceArn": arn, "Tags": pairs})
        except NotOurs:
            moto_tag(backend, arn, tags)

    def untag_resource(backend: Any, arn: str, tag_keys: list[str]) -> None:
        world = world_of(backend.account_id, backend.region_name)
        try:
            _run(world, "DeleteTags", {"ResourceArn": arn, "TagKeys": tag_keys})
        except NotOurs:
            moto_untag(backend, arn, tag_keys)

    for function in (iter_tagged_resources, tag_resource, untag_resource):
        stack.enter_context(patch.object(backend_class, function.__name__, function))


def _our_tagged_resources(world: World) -> Iterator[TaggedResource]:
    for kind, (table, arn_member) in _TABLES.items():
        for document in getattr(world, table).documents():
            tags = {tag["Key"]: tag["Value"] for tag in document.get("Tags", ())}
            yield TaggedResource(document[arn_member], tags, f"sagemaker:{kind}")
