"""What can be searched, read off botocore's shapes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from sagemock import service_model
from sagemock.query import Kind, ListOf, MapOf, Scalar, Schema, Structure
from sagemock.query.families import AnyText, Family, NamedValues, Statistics, TypedMap
from sagemock.query.schema import Node
from sagemock.resources.types import SEARCHABLE

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
"""What a search sorts by unless it says otherwise, although not every shape has it."""

STATISTICS = ("Max", "Min", "Avg", "Last", "Count", "StdDev")
"""Of a trial component's metric."""


def resources() -> list[str]:
    """The resources of this botocore's Search that answers have a member for."""
    known = service_model.structure_members("SearchRecord")
    return [name for name, each in SEARCHABLE.items() if each.member in known]


@cache
def schema(resource: str) -> Schema:
    """The schema of a value of Search's Resource enum."""
    searchable = SEARCHABLE[resource]
    root = _node(service_model.shape(searchable.shape), ())
    assert isinstance(root, Structure)
    members = dict(root.members)
    members.setdefault(DEFAULT_SORT, Scalar(Kind.TIMESTAMP))
    if resource == "TrainingJob":
        members["HyperParameters"] = MapOf(Scalar(Kind.HYPERPARAMETER))
        members["FinalMetricDataList"] = _with_single_precision(members["FinalMetricDataList"])
    return Schema(
        searchable.key,
        Structure(members),
        _families(resource, members),
        repeatable_contains=searchable.repeatable_contains,
        wrapper="Model" if resource == "Model" else None,
    )


@cache
def dashboard_schema() -> Schema:
    """The schema of a model as the model dashboard shows it, with `ModelName` as its key."""
    root = _node(service_model.shape("ModelDashboardModel"), ())
    assert isinstance(root, Structure)
    members = {
        **root.members,
        "ModelName": Scalar(Kind.TEXT),
        DEFAULT_SORT: Scalar(Kind.TIMESTAMP),
    }
    return Schema("ModelName", Structure(members))


def _with_single_precision(metrics: Node) -> Node:
    assert isinstance(metrics, ListOf)
    assert isinstance(metrics.element, Structure)
    value = Scalar(Kind.NUMBER, single_precision=True)
    return ListOf(Structure({**metrics.element.members, "Value": value}))


def _families(resource: str, members: Mapping[str, Node]) -> dict[str, Family]:
    families: dict[str, Family] = {}
    if "Tags" in members:
        families["Tags"] = NamedValues("Tags", "Key", "Value", Kind.TEXT)
    return {**families, **_FAMILIES.get(resource, {})}


_FAMILIES: dict[str, dict[str, Family]] = {
    "TrainingJob": {
        "Metrics": NamedValues(
            "FinalMetricDataList",
            "MetricName",
            "Value",
            Kind.NUMBER,
            "<metric>",
            single_precision=True,
        )
    },
    "ExperimentTrialComponent": {
        "Metrics": Statistics(
            "Metrics", "MetricName", STATISTICS, "Last", "<metric>[.<statistic>]"
        ),
        "Parameters": TypedMap(
            "Parameters",
            {"NumberValue": Kind.NUMBER, "StringValue": Kind.TEXT},
            "<name>[.NumberValue|.StringValue]",
        ),
    },
    "FeatureGroup": {"AllTags": AnyText("Tags", ("Key", "Value"))},
    "FeatureMetadata": {
        "AllParameters": AnyText("Parameters", ("Key", "Value")),
        "Parameters": NamedValues("Parameters", "Key", "Value", Kind.TEXT),
    },
}


def _node(shape: Any, above: tuple[str, ...]) -> Node:
    """The part of a schema that a shape is; a shape inside itself is cut off."""
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
