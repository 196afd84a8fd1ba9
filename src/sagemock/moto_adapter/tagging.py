"""The Resource Groups Tagging API, which reaches SageMaker inside moto without a request.

While the patch is on, it sees the tags of sagemock's and moto's resources, and changes them through
AddTags and DeleteTags.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from moto.core.resource_tagging import TaggedResource
from moto.core.resource_tagging import iter_taggable_backends as backends_in_use
from moto.resourcegroupstaggingapi import models as tagging_models
from moto.sagemaker.exceptions import AWSValidationException
from moto.sagemaker.models import SageMakerModelBackend, sagemaker_backends

from sagemock.accounts.world import World
from sagemock.api import operations
from sagemock.errors import ServiceError
from sagemock.moto_adapter import moto_tags
from sagemock.moto_adapter.backend import world_of
from sagemock.resources import types
from sagemock.resources.resource_type import ResourceType
from sagemock.wire.service_model import CONTROL_PLANE

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import TagTypeDef

Failures = dict[str, dict[str, Any]]
"""`FailureInfo` as a dict, by the ARN of the resource that could not be changed."""


def enter(stack: ExitStack) -> None:
    """Let the tagging API see and change our resources until `stack` is closed."""
    moto_tags.enter(stack)
    tagging = tagging_models.ResourceGroupsTaggingAPIBackend
    moto_tag, moto_untag = tagging.tag_resources, tagging.untag_resources

    def tag_resources(backend: Any, resource_arns: Sequence[str], tags: Any) -> Failures:
        return _one_by_one(resource_arns, lambda arns: moto_tag(backend, arns, tags))

    def untag_resources(backend: Any, resource_arn_list: Sequence[str], tag_keys: Any) -> Failures:
        return _one_by_one(resource_arn_list, lambda arns: moto_untag(backend, arns, tag_keys))

    def iter_taggable_backends(account_id: str, region_name: str) -> Iterator[Any]:
        # moto skips backends that do not exist yet: that of another account, or one in which only
        # CloudFormation, the console or `control` has created resources.
        with suppress(KeyError):
            sagemaker_backends[account_id][region_name]
        return backends_in_use(account_id, region_name)

    methods: Sequence[tuple[Any, Callable[..., Any]]] = (
        (tagging_models, iter_taggable_backends),
        (tagging, tag_resources),
        (tagging, untag_resources),
        (SageMakerModelBackend, iter_tagged_resources),
        (SageMakerModelBackend, tag_resource),
        (SageMakerModelBackend, untag_resource),
    )
    for owner, method in methods:
        stack.enter_context(patch.object(owner, method.__name__, method))


def _one_by_one(arns: Sequence[str], change: Callable[[list[str]], Failures]) -> Failures:
    """Change the tags of each resource; an error of SageMaker is reported for that one alone."""
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


def iter_tagged_resources(backend: Any) -> Iterator[TaggedResource]:
    """All resources of SageMaker; replaces the method of moto's backend."""
    for kind, resource in moto_tags.resources(backend):
        yield _tagged(kind, resource.arn, moto_tags.tags_of(resource))
    world = world_of(backend.account_id, backend.region_name)
    world.settle()
    for kind in types.OURS:
        if kind.arn_kind:
            for document in world.table(kind).documents():
                yield _tagged(kind, document[kind.arn_member], document.get("Tags", ()))


def _tagged(kind: ResourceType, arn: str, tags: Iterable[TagTypeDef]) -> TaggedResource:
    pairs = {tag["Key"]: tag["Value"] for tag in tags}
    return TaggedResource(arn, pairs, f"sagemaker:{kind.arn_kind}")


def tag_resource(backend: Any, arn: str, tags: Mapping[str, str]) -> None:
    """Add tags; replaces the method of moto's backend. Raises our errors as moto's."""
    pairs = [{"Key": key, "Value": value} for key, value in tags.items()]
    _run(backend, "AddTags", {"ResourceArn": arn, "Tags": pairs})


def untag_resource(backend: Any, arn: str, tag_keys: Sequence[str]) -> None:
    """Remove tags; replaces the method of moto's backend. Raises our errors as moto's."""
    _run(backend, "DeleteTags", {"ResourceArn": arn, "TagKeys": list(tag_keys)})


def _run(backend: Any, operation: str, request: Mapping[str, Any]) -> None:
    world: World = world_of(backend.account_id, backend.region_name)
    try:
        operations.run(world, CONTROL_PLANE, operation, request)
    except ServiceError as error:
        raise AWSValidationException(error.message) from error
