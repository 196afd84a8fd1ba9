"""What has a name: resources of all kinds, grouped by kind."""

from __future__ import annotations

from typing import Any

from sagemock.console import name_search
from sagemock.console.budget import excerpt
from sagemock.console.links import heading, resource_of
from sagemock.console.page import CsvTable, Page
from sagemock.console.page_request import PageRequest
from sagemock.documents import Document
from sagemock.resources.resource_type import ResourceType

MAX_OF_MANY, MAX_OF_ONE = 6, 100
"""Rows of a kind among others, and where it is the only one that is asked for."""


def find(page_request: PageRequest) -> Page:
    """Show the resources whose names contain `q`, of all kinds or of the one that `kind` says."""
    part = page_request.args.get("q", "").strip()
    only = page_request.args.get("kind", "")
    groups = name_search.search(page_request.world, part) if part else []
    if only:
        groups = [each for each in groups if resource_of(each.kind) == only]
    total = sum(len(each.matches) for each in groups)
    limit = MAX_OF_ONE if only else MAX_OF_MANY
    context = {
        "title": f"“{part}”" if part else "Find",
        "name_part": part,
        "total": total,
        "groups": [(each, excerpt(each.matches, limit)) for each in groups],
        "heading": heading,
        "resource_of": resource_of,
        "status_of": status_of,
        "only": only,
    }
    rows = [
        [resource_of(group.kind), each.name, status_of(group.kind, each.document)]
        for group in groups
        for each in group.matches
    ]
    header = ["Resource", "Name", "Status"]

    def data() -> dict[str, Any]:
        return {"total": total, "results": [dict(zip(header, row, strict=True)) for row in rows]}

    return Page("find.html", context, data, CsvTable(header, rows))


def status_of(kind: ResourceType, document: Document) -> str:
    """Return the status of a resource; empty if it has none."""
    status = document.get(kind.status_member) or document.get("Status") or ""
    return str(status.get("PrimaryStatus", "") if isinstance(status, dict) else status)
