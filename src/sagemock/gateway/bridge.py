"""moto's own callers of SageMaker, led to our resources.

CloudFormation and the Resource Groups Tagging API reach SageMaker inside moto, without a
request. While the plug is on they find the models, endpoint configurations, endpoints and
training jobs that are ours, and everything else in moto as before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import Any
from unittest.mock import patch

from moto.core.resource_tagging import TaggedResource
from moto.core.utils import camelcase_to_underscores
from moto.resourcegroupstaggingapi.models import ResourceGroupsTaggingAPIBackend
from moto.sagemaker import models as moto_sagemaker
from moto.sagemaker.exceptions import AWSValidationException

from sagemock import operations
from sagemock.errors import NotOurs, ServiceError
from sagemock.gateway.backend import world_of
from sagemock.gateway.dispatch import CONTROL_PLANE
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
Failures = dict[str, dict[str, Any]]
"""What the tagging API could not do, by ARN: `FailureInfo` as a dict."""

OUR_TYPES = frozenset(f"sagemaker:{kind}" for kind in _TABLES)


def enter(stack: ExitStack) -> None:
    """Lead moto's callers to us until `stack` is closed."""
    _bridge_cloudformation(stack)
    _bridge_tagging(stack)


def _run(world: World, operation: str, request: Mapping[str, Any]) -> Response:
    """Run an operation, with moto's error for ours. Raises `NotOurs` when moto has it.

    The error keeps our text and not the code: of codes that CloudFormation's model lacks, moto
    warns.
    """
    try:
        return operations.run(world, CONTROL_PLANE, operation, request)
    except ServiceError as error:
        raise AWSValidationException(error.message) from error


def _bridge_cloudformation(stack: ExitStack) -> None:
    for moto_class, noun in (
        (moto_sagemaker.Model, "Model"),
        (moto_sagemaker.FakeEndpointConfig, "EndpointConfig"),
        (moto_sagemaker.FakeEndpoint, "Endpoint"),
        (moto_sagemaker.FakeSagemakerNotebookInstance, "NotebookInstance"),
        (
            moto_sagemaker.FakeSageMakerNotebookInstanceLifecycleConfig,
            "NotebookInstanceLifecycleConfig",
        ),
    ):
        create, delete = _cloudformation_methods(moto_class, noun)
        stack.enter_context(patch.object(moto_class, "create_from_cloudformation_json", create))
        stack.enter_context(patch.object(moto_class, "delete_from_cloudformation_json", delete))


def _cloudformation_methods(moto_class: Any, noun: str) -> tuple[Any, Any]:
    """The two class methods by which moto's CloudFormation makes and removes a resource.

    Resources that moto has itself are left to its own methods.
    """
    name_member = f"{noun}Name"
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
            arn = _run(world, f"Create{noun}", request)[f"{noun}Arn"]
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
        # The physical id of these resources is their ARN.
        name = resource_name.split("/")[-1]
        try:
            _run(world_of(account_id, region_name), f"Delete{noun}", {name_member: name})
        except NotOurs:
            moto_delete(resource_name, cloudformation_json, account_id, region_name)

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
    _bridge_tags(stack)
    backend_class = ResourceGroupsTaggingAPIBackend
    moto_tag, moto_untag = backend_class.tag_resources, backend_class.untag_resources

    def tag_resources(backend: Any, resource_arns: Sequence[str], tags: Any) -> Failures:
        return _one_by_one(resource_arns, lambda arns: moto_tag(backend, arns, tags))

    def untag_resources(backend: Any, resource_arn_list: Sequence[str], tag_keys: Any) -> Failures:
        return _one_by_one(resource_arn_list, lambda arns: moto_untag(backend, arns, tag_keys))

    for function in (tag_resources, untag_resources):
        stack.enter_context(patch.object(backend_class, function.__name__, function))


def _one_by_one(arns: Sequence[str], change: Callable[[list[str]], Failures]) -> Failures:
    """Change the tags of each resource; what SageMaker refuses is told of that resource alone."""
    failures: Failures = {}
    for arn in arns:
        try:
            failures |= change([arn])
        except AWSValidationException as error:
            failures[arn] = {
                "StatusCode": 400,
                "ErrorCode": "InvalidParameterException",
                "ErrorMessage": error.message,
            }
    return failures


def _bridge_tags(stack: ExitStack) -> None:
    backend_class = moto_sagemaker.SageMakerModelBackend
    moto_resources = backend_class.iter_tagged_resources
    moto_tag = backend_class.tag_resource
    moto_untag = backend_class.untag_resource

    def iter_tagged_resources(backend: Any) -> Iterator[TaggedResource]:
        for resource in moto_resources(backend):
            if resource.resource_type not in OUR_TYPES:
                yield resource
        world = world_of(backend.account_id, backend.region_name)
        world.settle()
        yield from _our_tagged_resources(world)

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
