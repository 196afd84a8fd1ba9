"""The page of a resource without a page of its own: its document."""

from __future__ import annotations

from werkzeug.exceptions import NotFound

from sagemock.console.faults.waiting import waiting_job
from sagemock.console.links import FOLDERS, KINDS, list_of, resource_of
from sagemock.console.naming import plural, spaced
from sagemock.console.page import Page
from sagemock.console.page_request import PageRequest
from sagemock.console.search import resource_lookup
from sagemock.console.search.columns import is_changing
from sagemock.query import Kind, QueryError, Scalar
from sagemock.query.schema import Node


def listed(page_request: PageRequest, folder: str, name: str) -> Page:
    """Show a resource of a kind that has a list, but no page of its own."""
    return show(page_request, resource_of(FOLDERS[folder]), name)


def show(page_request: PageRequest, resource: str, key: str) -> Page:
    """Show the document with that key. Raises `NotFound`."""
    missing = NotFound(f"There is no {spaced(resource).lower()} {key!r} in {page_request.region}.")
    try:
        target = resource_lookup.find(page_request.world, resource)
    except QueryError:
        raise missing from None
    document = target.get(key)
    if document is None:
        raise missing
    members = target.schema.root.members
    times = [name for name, node in members.items() if is_time(node)]
    scalars = [
        (name, value) for name, value in document.items() if not isinstance(value, dict | list)
    ]
    kind = KINDS[resource]
    context = {
        "title": key,
        "resource": resource,
        "list_of": list_of(kind) if kind.search is None else None,
        "document": document,
        "scalars": scalars,
        "waiting": waiting_job(page_request.world, kind, key) if kind.statuses else None,
        "times": times,
        "changing": [
            name for name, value in scalars if name.endswith("Status") and is_changing(value)
        ],
        "plural": plural,
        "spaced": spaced,
    }
    return Page("document.html", context, {resource: dict(document)})


def is_time(node: Node) -> bool:
    """Return whether a member is a point in time."""
    return isinstance(node, Scalar) and node.kind is Kind.TIMESTAMP
