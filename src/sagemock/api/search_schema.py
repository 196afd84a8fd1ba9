"""What can be searched, read off botocore's shapes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from sagemock import service_model
from sagemock.query import Kind, ListOf, MapOf, NamedValues, Scalar, Schema, Structure
from sagemock.query.schema import Node

_SHAPES = {
    "TrainingJob": ("TrainingJob", "TrainingJobName"),
    "Endpoint": ("Endpoint", "EndpointName"),
    "Model": ("Model", "ModelName"),
}
"""The shape of each resource's documents, and the member that identifies one."""

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


@cache
def schema(resource: str) -> Schema:
    """The schema of a value of Search's Resource enum."""
    shape_name, key = _SHAPES[resource]
    shape = service_model.shape(shape_name)
    root = _node(shape, ())
    assert isinstance(root, Structure)
    members = dict(root.members)
    # Search sorts by it where nothing else is said, although not every shape has it.
    members.setdefault("LastModifiedTime", Scalar(Kind.TIMESTAMP))
    if resource == "TrainingJob":
        members["HyperParameters"] = MapOf(Scalar(Kind.HYPERPARAMETER))
    # The shape of the model dashboard wraps the model; both spellings are understood.
    wrapper = "Model" if resource == "Model" else None
    return Schema(key, Structure(members), _families(members), wrapper=wrapper)


def _families(members: Mapping[str, Node]) -> dict[str, NamedValues]:
    families = {}
    if "Tags" in members:
        families["Tags"] = NamedValues("Tags", "Key", "Value", Kind.TEXT)
    if "FinalMetricDataList" in members:
        families["Metrics"] = NamedValues("FinalMetricDataList", "MetricName", "Value", Kind.NUMBER)
    return families


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
