"""Home: what is in this server, and how to point a client at it."""

from __future__ import annotations

from collections.abc import Iterator

from sagemock.console.facets import status_counts
from sagemock.console.question import Question, plural
from sagemock.console.sources import FIRST, searchable, source
from sagemock.console.visit import Page, Table, Visit
from sagemock.world import World

COUNTED = (
    ("Training jobs", "training_jobs", "/search"),
    ("Models", "models", "/models"),
    ("Endpoint configurations", "endpoint_configs", "/endpoint-configs"),
    ("Endpoints", "endpoints", "/endpoints"),
)
RECENT = 6


def home(visit: Visit) -> Page:
    worlds = [world for world in visit.worlds.used() if any(_counts(world).values())]
    worlds.sort(key=lambda world: (world.account_id, world.region))
    jobs = visit.world.training_jobs.documents()
    context = {
        "title": "sagemock",
        "counts": _counts(visit.world),
        "others": list(_others(visit.world)),
        "statuses": {
            "Training jobs": ("TrainingJob", status_counts(visit.world, Question())),
            "Endpoints": ("Endpoint", status_counts(visit.world, Question("Endpoint"))),
        },
        "counted": COUNTED,
        "worlds": [(world, _counts(world)) for world in worlds],
        "recent": jobs[: -RECENT - 1 : -1],
    }
    header = ["account", "region", *(name for name, _, _ in COUNTED)]
    rows = [[world.account_id, world.region, *_counts(world).values()] for world in worlds]
    data = [dict(zip(header, row, strict=True)) for row in rows]
    return Page("home.html", context, data, Table(header, rows))


def _counts(world: World) -> dict[str, int]:
    return {name: len(getattr(world, table)) for name, table, _ in COUNTED}


def _others(world: World) -> Iterator[tuple[str, str, int]]:
    """Whatever else there is: the resource, its name in words, and how many."""
    for resource in searchable():
        if resource not in FIRST:
            count = len(source(world, resource))
            if count:
                yield resource, plural(resource), count
