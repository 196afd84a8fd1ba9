"""Tags of the resources that moto keeps, of whichever kind.

moto's own methods do not know every kind, keep duplicate keys, and fail on a resource that was
created without tags.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from sagemock import forks
from sagemock.resources import types
from sagemock.resources.resource_type import ResourceType, snake
from sagemock.resources.tag import Tags

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import TagTypeDef

_ATTRIBUTES = {
    types.NOTEBOOK_INSTANCE_LIFECYCLE_CONFIG: "notebook_instance_lifecycle_configurations"
}
"""The attributes of moto's backend whose names do not follow from those of their kinds."""


def resources(backend: Any) -> Iterator[tuple[ResourceType, Any]]:
    """Each taggable resource of moto's SageMaker backend, with its kind."""
    for kind in types.TYPES:
        if kind.arn_kind and (not kind.ours or kind in types.ALSO_OF_MOTO):
            for resource in of_kind(backend, kind):
                yield kind, resource


def of_kind(backend: Any, kind: ResourceType) -> Iterator[Any]:
    """The resources of a kind in moto's backend; none of a kind that moto does not know.

    The versions of a model card share their ARN and tags, so only the latest is included.
    """
    if kind is types.PIPELINE_EXECUTION:
        for pipeline in list(backend.pipelines.values()):
            yield from list(pipeline.pipeline_executions.values())
    elif kind is types.MODEL_CARD:
        yield from (versions[-1] for versions in list(backend.model_cards.values()) if versions)
    else:
        attribute = _ATTRIBUTES.get(kind, snake(kind.plural))
        yield from list(getattr(backend, attribute, {}).values())


def tags_of(resource: Any) -> Sequence[TagTypeDef]:
    """The tags of a resource in moto's backend."""
    return getattr(resource, "tags", None) or ()


def enter(stack: ExitStack) -> None:
    """Keep the tags of notebook instance lifecycle configurations until `stack` is closed.

    moto drops them when the resource is created; all others it keeps.
    """
    from moto.sagemaker.responses import SageMakerResponse

    moto_create = SageMakerResponse.create_notebook_instance_lifecycle_config

    def create_notebook_instance_lifecycle_config(response: Any) -> Any:
        answer = moto_create(response)
        name = response._get_param("NotebookInstanceLifecycleConfigName")
        created = response.sagemaker_backend.notebook_instance_lifecycle_configurations[name]
        created.tags = response._get_param("Tags") or []
        return answer

    stack.enter_context(
        patch.object(
            SageMakerResponse,
            moto_create.__name__,
            create_notebook_instance_lifecycle_config,
        )
    )


class MotoTags:
    """`services.ResourceTags` on moto's SageMaker."""

    def __init__(self, account_id: str, region: str) -> None:
        self._account_id = account_id
        self._region = region
        self._lock = forks.lock()

    def read(self, arn: str) -> Sequence[TagTypeDef] | None:
        """The tags of a resource; None without a resource of that ARN."""
        resource = self._find(arn)
        return None if resource is None else list(tags_of(resource))

    def change(
        self, arn: str, change: Callable[[Tags], list[TagTypeDef]]
    ) -> list[TagTypeDef] | None:
        """Replace the tags of a resource by what `change` makes of them.

        Returns the new tags; None without a resource of that ARN.
        """
        with self._lock:
            resource = self._find(arn)
            if resource is None:
                return None
            resource.tags = change(tags_of(resource))
            return list(resource.tags)

    def _find(self, arn: str) -> Any:
        from moto.sagemaker.models import sagemaker_backends

        backend = sagemaker_backends[self._account_id][self._region]
        return next((each for _, each in resources(backend) if each.arn == arn), None)
