"""The document of a resource that has no page of its own."""

from __future__ import annotations

from werkzeug.exceptions import NotFound

from sagemock.console.links import FOLDERS, KINDS, list_of, resource_of
from sagemock.console.search import resource_lookup
from sagemock.console.search.form import plural, spaced
from sagemock.console.visit import Page, Visit
from sagemock.query import Kind, Scalar
from sagemock.query.schema import Node


def listed(visit: Visit, folder: str, name: str) -> Page:
    """One of a kind that has a list, but no page of its own."""
    return document(visit, resource_of(FOLDERS[folder]), name)


def document(visit: Visit, resource: str, key: str) -> Page:
    known = resource_lookup.known(resource)
    found = resource_lookup.document(visit.world, resource, key) if known else None
    if found is None:
        raise NotFound(f"There is no {spaced(resource).lower()} {key!r} in {visit.region}.")
    members = resource_lookup.schema(resource).root.members
    times = [name for name, node in members.items() if is_time(node)]
    scalars = [(name, value) for name, value in found.items() if not isinstance(value, dict | list)]
    kind = KINDS[resource]
    context = {
        "title": key,
        "resource": resource,
        "list_of": list_of(kind) if kind.search is None else None,
        "document": found,
        "scalars": scalars,
        "times": times,
        "plural": plural,
        "spaced": spaced,
    }
    return Page("document.html", context, {resource: dict(found)})


def is_time(node: Node) -> bool:
    return isinstance(node, Scalar) and node.kind is Kind.TIMESTAMP
