"""The document of a resource that has no page of its own."""

from __future__ import annotations

from werkzeug.exceptions import NotFound

from sagemock.console.question import spaced
from sagemock.console.sources import SOURCES
from sagemock.console.visit import Page, Visit


def document(visit: Visit, resource: str, key: str) -> Page:
    source = SOURCES.get(resource)
    found = source.table(visit.world).get(key) if source is not None else None
    if found is None:
        raise NotFound(f"There is no {spaced(resource).lower()} {key!r} in {visit.region}.")
    context = {"title": key, "resource": resource, "document": found}
    return Page("document.html", context, {resource: dict(found)})
