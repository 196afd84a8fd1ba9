"""The properties that Search knows, derived from botocore's shapes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from sagemock.query import Kind, ListOf, MapOf, Scalar, Schema, Structure
from sagemock.query.families import AnyText, Family, NamedValues, Statistics, TypedMap
from sagemock.query.schema import Node
from sagemock.resources import types
from sagemock.resources.resource_type import ResourceType
from sagemock.resources.types import SEARCHABLE, of_search
from sagemock.wire import service_model

_KINDS = {
    "string": Kind.TEXT,
    "integer": Kind.NUMBER,
    "long": Kind.NUMBER,
    "float": Kind.NUMBER,
    "double": Kind.NUMBER,
    "boolean": Kind.BOOLEAN,
    "timestamp": Kind.TIMESTAMP,
    "blob": Kind.TEXT,
}

DEFAULT_SORT = "LastModifiedTime"
"""The default of SortBy, although not every shape has it."""

STATISTICS = ("Max", "Min", "Avg", "Last", "Count", "StdDev")
"""The statistics of a trial component's metric."""


def resources() -> list[str]:
    """The values of Resource for which SearchRecord has a member in this botocore."""
    known = service_model.structure_members("SearchRecord")
    return [name for name, each in SEARCHABLE.items() if each.member in known]


@cache
def schema(resource: str) -> Schema:
    """The schema of a value of Search's Resource enum."""
    kind, searchable = of_search(resource), SEARCHABLE[resource]
    members = _members(service_model.shape(searchable.shape))
    members.setdefault(DEFAULT_SORT, Scalar(Kind.TIMESTAMP))
    if kind is types.TRAINING_JOB:
        members["HyperParameters"] = MapOf(Scalar(Kind.HYPERPARAMETER))
        members["FinalMetricDataList"] = _with_single_precision(members["FinalMetricDataList"])
    return Schema(
        searchable.key,
        Structure(members),
        _families(kind, members),
        repeatable_contains=searchable.repeatable_contains,
        wrapper="Model" if kind is types.MODEL else None,
    )


def described_by(kind: ResourceType) -> Any:
    """The shape of a kind in Search, or that of its Describe answer if Search lacks the kind."""
    if kind.search is not None:
        return service_model.shape(kind.search.shape)
    operation = kind.operation("Describe")
    return service_model.operation(service_model.CONTROL_PLANE, operation).output_shape


@cache
def description_schema(kind: ResourceType) -> Schema:
    """The schema of a kind that Search lacks: the members of its Describe answer, and tags."""
    members = _members(described_by(kind))
    families = {"Tags": NamedValues("Tags", "Key", "Value", Kind.TEXT)}
    return Schema(kind.key, Structure(members), families, default_sort="CreationTime")


@cache
def dashboard_schema() -> Schema:
    """The schema of a model as the model dashboard shows it, with `ModelName` as its key."""
    members = {
        **_members(service_model.shape("ModelDashboardModel")),
        "ModelName": Scalar(Kind.TEXT),
        DEFAULT_SORT: Scalar(Kind.TIMESTAMP),
    }
    return Schema("ModelName", Structure(members))


def _members(shape: Any) -> dict[str, Node]:
    root = _node(shape, ())
    assert isinstance(root, Structure)
    return dict(root.members)


def _with_single_precision(metrics: Node) -> Node:
    assert isinstance(metrics, ListOf)
    assert isinstance(metrics.element, Structure)
    value = Scalar(Kind.NUMBER, single_precision=True)
    return ListOf(Structure({**metrics.element.members, "Value": value}))


def _families(kind: ResourceType, members: Mapping[str, Node]) -> dict[str, Family]:
    families: dict[str, Family] = {}
    if "Tags" in members:
        families["Tags"] = NamedValues("Tags", "Key", "Value", Kind.TEXT)
    return {**families, **_FAMILIES.get(kind, {})}


_FAMILIES: dict[ResourceType, dict[str, Family]] = {
    types.TRAINING_JOB: {
        "Metrics": NamedValues(
            "FinalMetricDataList",
            "MetricName",
            "Value",
            Kind.NUMBER,
            "<metric>",
            single_precision=True,
        )
    },
    types.TRIAL_COMPONENT: {
        "Metrics": Statistics(
            "Metrics", "MetricName", STATISTICS, "Last", "<metric>[.<statistic>]"
        ),
        "Parameters": TypedMap(
            "Parameters",
            {"NumberValue": Kind.NUMBER, "StringValue": Kind.TEXT},
            "<name>[.NumberValue|.StringValue]",
        ),
    },
    types.FEATURE_GROUP: {"AllTags": AnyText("Tags", ("Key", "Value"))},
    types.FEATURE_METADATA: {
        "AllParameters": AnyText("Parameters", ("Key", "Value")),
        "Parameters": NamedValues("Parameters", "Key", "Value", Kind.TEXT),
    },
}


def _node(shape: Any, above: tuple[str, ...]) -> Node:
    """The node of a shape. Where a shape contains itself, the inner one is left out."""
    if shape.type_name == "list":
        return ListOf(_node(shape.member, above))
    if shape.type_name == "map":
        return MapOf(_node(shape.value, above))
    if shape.type_name == "structure":
        inside = (*above, shape.name)
        return Structure(
            {
                name: _node(member, inside)
                for name, member in shape.members.items()
                if member.name not in inside
            }
        )
    return Scalar(_KINDS[shape.type_name])
