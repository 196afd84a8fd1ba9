"""Which kinds of resources pages can search and show, and where their documents are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sagemock import query
from sagemock.accounts.world import World
from sagemock.api import search_schema
from sagemock.api.search import source
from sagemock.console.links import KINDS
from sagemock.documents import Document
from sagemock.query import QueryError, Schema, SearchPage
from sagemock.query.page import Source
from sagemock.resources.resource_type import ResourceType
from sagemock.resources.types import SEARCHABLE
from sagemock.store import Table


@dataclass(frozen=True, slots=True)
class SearchTarget:
    """The resources of one kind in one account and region.

    Attributes
    ----------
    resource
        What URLs name the kind by.
    documents
        A table of sagemock's, or what moto keeps.
    """

    resource: str
    documents: Source
    schema: Schema

    @property
    def key(self) -> str:
        """The member by which documents have their pages."""
        return self.documents.key if isinstance(self.documents, Table) else self.schema.key

    def search(self, request: Mapping[str, Any]) -> SearchPage:
        """Run a SearchRequest. Raises `QueryError`."""
        return query.search(self.documents, self.schema, request)

    def get(self, key: str) -> Document | None:
        """Return the document with that key, or None."""
        if isinstance(self.documents, Table):
            return self.documents.get(key)
        member = self.schema.key
        return next((each for each in self.documents if str(each.get(member)) == key), None)


@cache
def searchable() -> list[str]:
    """Return the resources that the Search page offers, first those that have lists as well."""
    return sorted(search_schema.resources(), key=lambda name: not KINDS[name].listed)


def find(world: World, resource: str) -> SearchTarget:
    """Return a kind that can be searched or described. Raises `QueryError` for another one."""
    if resource not in searchable() and not (resource in KINDS and _is_described(KINDS[resource])):
        raise QueryError(f"There is no resource {resource} to search here.")
    kind = KINDS[resource]
    return SearchTarget(resource, source(world, kind), _schema(resource))


def _is_described(kind: ResourceType) -> bool:
    return kind.ours and "Describe" in kind.verbs


def searched(world: World, resource: str) -> SearchTarget | None:
    """Return a kind that the Search page offers, None for another one."""
    return find(world, resource) if resource in searchable() else None


@cache
def _schema(resource: str) -> Schema:
    if resource in SEARCHABLE:
        return search_schema.schema(resource)
    return search_schema.description_schema(KINDS[resource])
