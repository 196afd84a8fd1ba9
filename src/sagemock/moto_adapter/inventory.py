"""The SageMaker resources that moto keeps, in the wire shape in which AWS describes them.

moto has objects with attributes in snake case. botocore's shapes tell which of them belong in a
description, and their types. Members that moto does not keep are left out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from moto.core.utils import camelcase_to_underscores

from sagemock.resources import types
from sagemock.resources.resource_type import ResourceType
from sagemock.wire import service_model

NewDocument = dict[str, Any]


class MotoInventory:
    """`services.Inventory` on moto's SageMaker."""

    def __init__(self, account_id: str, region: str) -> None:
        self._account_id = account_id
        self._region = region

    def documents(self, kind: ResourceType) -> list[NewDocument]:
        """Every resource of a kind; none of a kind that moto does not keep for Search."""
        read = _READERS.get(kind)
        if read is None:
            return []
        from moto.sagemaker.models import sagemaker_backends

        backend = sagemaker_backends[self._account_id][self._region]
        shape = service_model.shape(kind.shape)
        described = [_wire(shape, each) for each in read(backend)]
        return [_with_time(kind.shape, each) for each in described]


def _with_time(shape: str, document: NewDocument) -> NewDocument:
    """The document with a `LastModifiedTime`: that of its creation where moto keeps none."""
    if "CreationTime" in document and "LastModifiedTime" in service_model.structure_members(shape):
        return {"LastModifiedTime": document["CreationTime"], **document}
    return document


def _described(shape: str, resource: Any, **more: Any) -> NewDocument:
    """The members of a shape that a resource of moto's has, in either spelling, and `more`."""
    document = {}
    for member in service_model.structure_members(shape):
        for name in (camelcase_to_underscores(member), member):
            if hasattr(resource, name):
                document[member] = getattr(resource, name)
                break
    return {**document, **more}


def _wire(shape: Any, value: Any) -> Any:
    """A value in wire shape; None for a value that does not fit the shape."""
    if value is None:
        return None
    try:
        return _WIRE[shape.type_name](shape, value)
    except (AttributeError, TypeError, ValueError):
        return None


def _structure(shape: Any, value: Any) -> NewDocument:
    members = {name: _wire(member, value.get(name)) for name, member in shape.members.items()}
    return {name: item for name, item in members.items() if item is not None}


def _list(shape: Any, value: Any) -> list[Any]:
    items = (_wire(shape.member, item) for item in value)
    return [item for item in items if item is not None]


def _map(shape: Any, value: Any) -> NewDocument:
    entries = {str(key): _wire(shape.value, item) for key, item in value.items()}
    return {key: item for key, item in entries.items() if item is not None}


def _time(_: Any, value: Any) -> float:
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp()
    return float(value)


_WIRE: Mapping[str, Callable[[Any, Any], Any]] = {
    "structure": _structure,
    "list": _list,
    "map": _map,
    "string": lambda _, value: str(value),
    "integer": lambda _, value: int(value),
    "long": lambda _, value: int(value),
    "float": lambda _, value: float(value),
    "double": lambda _, value: float(value),
    "boolean": lambda _, value: bool(value),
    "timestamp": _time,
}


def _model_packages(backend: Any) -> Iterator[NewDocument]:
    for each in list(backend.model_packages.values()):
        yield {**each.gen_response_object(), "Tags": each.tags}


def _model_package_groups(backend: Any) -> Iterator[NewDocument]:
    for each in list(backend.model_package_groups.values()):
        yield _described("ModelPackageGroup", each, ModelPackageGroupArn=each.arn)


def _pipelines(backend: Any) -> Iterator[NewDocument]:
    for each in list(backend.pipelines.values()):
        yield _described(
            "Pipeline", each, PipelineArn=each.arn, LastRunTime=each.last_execution_time
        )


def _pipeline_executions(backend: Any) -> Iterator[NewDocument]:
    for pipeline in list(backend.pipelines.values()):
        for each in list(pipeline.pipeline_executions.values()):
            yield _described(
                "PipelineExecution",
                each,
                PipelineArn=pipeline.arn,
                PipelineExecutionArn=each.arn,
                FailureReason=each.pipeline_execution_failure_reason,
            )


def _model_cards(backend: Any) -> Iterator[NewDocument]:
    """The latest version of each card."""
    for versions in list(backend.model_cards.values()):
        if versions:
            card = versions[-1]
            yield {
                **card.describe(),
                "LastModifiedTime": card.last_modified_time,
                "Tags": card.tags,
                **_of_content(card.content),
            }


_CARD_MEMBERS = {
    "ModelId": ("model_overview", "model_id"),
    "RiskRating": ("intended_uses", "risk_rating"),
    "ModelPackageGroupName": ("model_package_details", "model_package_group_name"),
}
"""Members of a model card that Search knows, and their section and name in its JSON content."""


def _of_content(content: str) -> NewDocument:
    try:
        card = json.loads(content)
        return {
            member: card[section][name]
            for member, (section, name) in _CARD_MEMBERS.items()
            if card.get(section, {}).get(name) is not None
        }
    except (ValueError, AttributeError, TypeError):
        return {}


_READERS: Mapping[ResourceType, Callable[[Any], Iterator[Any]]] = {
    types.MODEL_PACKAGE: _model_packages,
    types.MODEL_PACKAGE_GROUP: _model_package_groups,
    types.PIPELINE: _pipelines,
    types.PIPELINE_EXECUTION: _pipeline_executions,
    types.MODEL_CARD: _model_cards,
}
"""How to read the resources of a kind from moto's backend; moto keeps no others for Search."""
