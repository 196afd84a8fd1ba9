"""The home page: what this server has, and how to point a client at it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sagemock.accounts.world import World
from sagemock.console.links import FOLDERS, heading, list_of, resource_of
from sagemock.console.naming import plural
from sagemock.console.page import CsvTable, Page
from sagemock.console.page_request import PageRequest
from sagemock.console.pages.sample import job_arguments
from sagemock.console.search.facets import status_counts
from sagemock.console.search.form import SearchForm
from sagemock.console.search.resource_lookup import find, searchable
from sagemock.demo import sample as sample_data
from sagemock.formats.media_type import RECORDIO
from sagemock.resources.resource_type import ResourceType
from sagemock.resources.types import LISTED, of_search

RECENT = 6


@dataclass(frozen=True, slots=True)
class Tile:
    """A kind of resource, and how many there are in all and in each status."""

    kind: ResourceType
    count: int
    statuses: tuple[tuple[str, int], ...]

    @property
    def name(self) -> str:
        """The plural of the kind."""
        return heading(self.kind)

    @property
    def path(self) -> str:
        """The path of its list."""
        return list_of(self.kind)

    def path_of(self, status: str) -> tuple[str, Sequence[tuple[str, str]]]:
        """Return the path and arguments of the search for a status.

        Those of the list if Search lacks the kind.
        """
        if self.kind.search is None:
            return self.path, ()
        return "/search", (
            ("resource", self.kind.search.resource),
            ("property", self.kind.status_member),
            ("operator", "Equals"),
            ("value", status),
        )


def home(page_request: PageRequest) -> Page:
    """Show counts, the newest jobs, and the other accounts and regions that have been used."""
    worlds = [world for world in page_request.worlds.used() if any(_counts(world).values())]
    worlds.sort(key=lambda world: (world.account_id, world.region))
    jobs = page_request.world.training_jobs.documents()
    context = {
        "title": "sagemock",
        "tiles": [_tile(page_request.world, kind) for kind in LISTED],
        "others": list(_others(page_request)),
        "worlds": [(world, _counts(world)) for world in worlds],
        "recent": jobs[: -RECENT - 1 : -1],
        "sample": None if jobs else _sample(page_request),
    }
    header = ["account", "region", *map(heading, LISTED)]
    rows = [[world.account_id, world.region, *_counts(world).values()] for world in worlds]
    data = [dict(zip(header, row, strict=True)) for row in rows]
    return Page("home.html", context, data, CsvTable(header, rows))


def _sample(page_request: PageRequest) -> Mapping[str, Any]:
    """Where the sample is, if it is loaded, and the arguments of a form that trains on it."""
    world = page_request.world
    return {
        "uris": [channel.uri for channel in sample_data.channels(world, RECORDIO)]
        if sample_data.is_loaded(world)
        else [],
        "arguments": job_arguments(world),
    }


def _tile(world: World, kind: ResourceType) -> Tile:
    resource = resource_of(kind)
    target = find(world, resource)
    request = SearchForm(resource, sort=target.schema.default_sort).request()
    statuses = tuple(status_counts(target, request)) if kind.statuses else ()
    return Tile(kind, len(world.table(kind)), statuses)


def _counts(world: World) -> dict[str, int]:
    return {heading(kind): len(world.table(kind)) for kind in LISTED}


def _others(page_request: PageRequest) -> Iterator[tuple[str, str, int]]:
    """Each kind without a tile of which there are any: its plural, the URL of all, how many."""
    for resource in searchable():
        kind = of_search(resource)
        if not kind.listed:
            count = len(find(page_request.world, resource).documents)
            if count and kind in FOLDERS.values():
                yield heading(kind), page_request.url(list_of(kind)), count
            elif count:
                url = page_request.url("/search", [("resource", resource)])
                yield plural(resource), url, count
