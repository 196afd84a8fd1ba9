"""The tables that pages are about, and the properties of what they hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sagemock.api import search_schema
from sagemock.query import Kind, ListOf, Scalar, Schema, Structure
from sagemock.query.families import NamedValues
from sagemock.query.schema import Node
from sagemock.store import Table
from sagemock.world import World

_TEXT, _TIME = Scalar(Kind.TEXT), Scalar(Kind.TIMESTAMP)


@dataclass(frozen=True, slots=True)
class Source:
    """table: where a world keeps the documents; search: whether AWS's Search knows them."""

    table: Callable[[World], Table]
    schema: Callable[[], Schema]
    search: bool = True


def _endpoint_configs() -> Schema:
    """Search has no such resource, but the list of them is sorted and filtered all the same."""
    variant = {"VariantName": _TEXT, "ModelName": _TEXT, "InstanceType": _TEXT}
    members: dict[str, Node] = {
        "EndpointConfigName": _TEXT,
        "EndpointConfigArn": _TEXT,
        "ProductionVariants": ListOf(Structure(variant)),
        "CreationTime": _TIME,
        "LastModifiedTime": _TIME,
    }
    tags = NamedValues("Tags", "Key", "Value", Kind.TEXT)
    return Schema("EndpointConfigName", Structure(members), {"Tags": tags})


SOURCES: Mapping[str, Source] = {
    "TrainingJob": Source(
        lambda world: world.training_jobs, lambda: search_schema.schema("TrainingJob")
    ),
    "Model": Source(lambda world: world.models, lambda: search_schema.schema("Model")),
    "EndpointConfig": Source(lambda world: world.endpoint_configs, _endpoint_configs, search=False),
    "Endpoint": Source(lambda world: world.endpoints, lambda: search_schema.schema("Endpoint")),
}
"""By AWS's name of the resource."""


def searchable() -> list[str]:
    """The resources that the Search page offers."""
    return [name for name, source in SOURCES.items() if source.search]
