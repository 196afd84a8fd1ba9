"""The document of a resource that has no page of its own."""

from __future__ import annotations

from werkzeug.exceptions import NotFound

from sagemock.console import sources
from sagemock.console.question import spaced
from sagemock.console.visit import Page, Visit


def document(visit: Visit, resource: str, key: str) -> Page:
    known = sources.known(resource)
    found = sources.document(visit.world, resource, key) if known else None
    if found is None:
        raise NotFound(f"There is no {spaced(resource).lower()} {key!r} in {visit.region}.")
    context = {"title": key, "resource": resource, "document": found}
    return Page("document.html", context, {resource: dict(found)})
