"""What pages are about: where the documents of a resource are, and which properties they have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from sagemock.accounts.world import World
from sagemock.api import search, search_schema
from sagemock.console.links import KINDS
from sagemock.query import Schema
from sagemock.query.page import Source
from sagemock.resources.types import SEARCHABLE
from sagemock.store import Table


@cache
def searchable() -> list[str]:
    """The resources that the Search page offers, those that have lists of their own first."""
    return sorted(search_schema.resources(), key=lambda name: not KINDS[name].listed)


def known(resource: str) -> bool:
    """Whether there are pages of it; those that only have a list are sorted and filtered too."""
    return resource in searchable() or (resource in KINDS and KINDS[resource].listed)


def source(world: World, resource: str) -> Source:
    """Where the documents of a resource are."""
    return search.source(world, KINDS[resource])


@cache
def schema(resource: str) -> Schema:
    """The properties of a resource."""
    if resource in SEARCHABLE:
        return search_schema.schema(resource)
    return search_schema.description_schema(KINDS[resource])


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
