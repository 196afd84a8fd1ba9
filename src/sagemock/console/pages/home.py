"""Home: what is in this server, and how to point a client at it."""

from __future__ import annotations

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
        "counted": COUNTED,
        "worlds": [(world, _counts(world)) for world in worlds],
        "recent": jobs[: -RECENT - 1 : -1],
        "url": visit.request.host_url.rstrip("/"),
    }
    header = ["account", "region", *(name for name, _, _ in COUNTED)]
    rows = [[world.account_id, world.region, *_counts(world).values()] for world in worlds]
    data = [dict(zip(header, row, strict=True)) for row in rows]
    return Page("home.html", context, data, Table(header, rows))


def _counts(world: World) -> dict[str, int]:
    return {name: len(getattr(world, table)) for name, table, _ in COUNTED}
