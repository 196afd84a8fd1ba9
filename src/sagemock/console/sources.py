"""What pages are about: where the documents of a resource are, and which properties they have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from sagemock.api import search, search_schema
from sagemock.query import Kind, ListOf, Scalar, Schema, Structure
from sagemock.query.families import NamedValues
from sagemock.query.page import Source
from sagemock.query.schema import Node
from sagemock.resources.types import of_search
from sagemock.store import Table
from sagemock.world import World

ENDPOINT_CONFIG = "EndpointConfig"
"""AWS's Search has no such resource, but its list is sorted and filtered all the same."""

FIRST = ("TrainingJob", "Model", "Endpoint")


@cache
def searchable() -> list[str]:
    """The resources that the Search page offers, those that sagemock has itself first."""
    return sorted(search_schema.resources(), key=lambda name: name not in FIRST)


def known(resource: str) -> bool:
    return resource == ENDPOINT_CONFIG or resource in searchable()


def source(world: World, resource: str) -> Source:
    """Where the documents of a resource are."""
    if resource == ENDPOINT_CONFIG:
        return world.endpoint_configs
    return search.source(world, of_search(resource))


@cache
def schema(resource: str) -> Schema:
    """The properties of a resource."""
    return _endpoint_configs() if resource == ENDPOINT_CONFIG else search_schema.schema(resource)


def _endpoint_configs() -> Schema:
    text = Scalar(Kind.TEXT)
    variant = {"VariantName": text, "ModelName": text, "InstanceType": text}
    members: dict[str, Node] = {
        "EndpointConfigName": text,
        "EndpointConfigArn": text,
        "ProductionVariants": ListOf(Structure(variant)),
        "CreationTime": Scalar(Kind.TIMESTAMP),
    }
    tags = NamedValues("Tags", "Key", "Value", Kind.TEXT)
    return Schema(
        "EndpointConfigName", Structure(members), {"Tags": tags}, default_sort="CreationTime"
    )


def key(world: World, resource: str) -> str:
    """The member by which documents of a resource have their pages."""
    found = source(world, resource)
    return found.key if isinstance(found, Table) else schema(resource).key


def document(world: World, resource: str, key: str) -> Mapping[str, Any] | None:
    """The document of that key, or None."""
    found = source(world, resource)
    if isinstance(found, Table):
        return found.get(key)
    return _first(found, schema(resource).key, key)


def _first(
    documents: Iterable[Mapping[str, Any]], member: str, key: str
) -> Mapping[str, Any] | None:
    return next((each for each in documents if str(each.get(member)) == key), None)
