"""The lineage: from data sets to endpoints, as one graph."""

from __future__ import annotations

from collections.abc import Iterator

from sagemock.console import tracing
from sagemock.console.charts.graph import draw
from sagemock.console.links import home_of_node
from sagemock.console.visit import Page, Visit
from sagemock.world import World

LIMIT = 60
"""Nodes on one page."""

JOBS = 12
"""How many of the newest jobs are shown when nothing in particular is asked for."""


def lineage(visit: Visit) -> Page:
    """The graph around what `kind` and `name` say, or around all that serves and the newest."""
    kind, name = visit.args.get("kind", ""), visit.args.get("name", "")
    focus = (kind, name) if kind in tracing.COLUMNS and name else None
    starts = [focus] if focus else list(_newest(visit.world))
    graph = tracing.graph(visit.world, starts, LIMIT)
    drawing = draw(graph.nodes, graph.edges, tracing.COLUMNS) if graph.nodes else None
    context = {
        "title": "Lineage",
        "focus": focus,
        "drawing": drawing,
        "cut": graph.cut,
        "words": lambda node: _words(visit.world, node),
        "link": lambda node: _link(visit, node),
        "node_count": len(graph.nodes),
    }
    data = {
        "nodes": [{"kind": kind, "name": name} for kind, name in graph.nodes],
        "edges": [{"from": start, "to": end} for start, end in graph.edges],
    }
    return Page("lineage.html", context, data)


def _newest(world: World) -> Iterator[tracing.Node]:
    for kind, table, key in (
        ("endpoint", world.endpoints, "EndpointName"),
        ("endpoint configuration", world.endpoint_configs, "EndpointConfigName"),
        ("model", world.models, "ModelName"),
        ("training job", world.training_jobs, "TrainingJobName"),
    ):
        for document in table.documents()[: -JOBS - 1 : -1]:
            yield kind, document[key]


def _link(visit: Visit, node: tracing.Node) -> str:
    """A thing's page; a search for the jobs that read a data set or wrote an artifact."""
    kind, name = node
    home = home_of_node(kind, name)
    if home is not None:
        return visit.url(home)
    prop = {
        "data set": "InputDataConfig.DataSource.S3DataSource.S3Uri",
        "artifact": "ModelArtifacts.S3ModelArtifacts",
    }[kind]
    asked = [
        ("resource", "TrainingJob"),
        ("property", prop),
        ("operator", "Equals"),
        ("value", name),
    ]
    return visit.url("/search", asked)


SHORT = 24
"""Characters of the second line of a node."""


def _words(world: World, node: tracing.Node) -> tuple[str, str]:
    """What a node says: its name, and where it is or how it is."""
    kind, name = node
    if kind in ("data set", "artifact"):
        folder, _, last = name.removeprefix("s3://").rstrip("/").rpartition("/")
        return last, folder if len(folder) <= SHORT else f"…{folder[1 - SHORT :]}"
    if kind == "training job":
        return name, (world.training_jobs.get(name) or {}).get("TrainingJobStatus", "")
    if kind == "endpoint":
        return name, (world.endpoints.get(name) or {}).get("EndpointStatus", "")
    return name, ""
