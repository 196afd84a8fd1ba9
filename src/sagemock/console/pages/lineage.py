"""The lineage: from data sets to endpoints, as one graph."""

from __future__ import annotations

from collections.abc import Iterator

from sagemock.accounts.world import World
from sagemock.console import tracing
from sagemock.console.charts.graph import draw
from sagemock.console.links import kind_of_node, page_of
from sagemock.console.page import Page
from sagemock.console.page_request import PageRequest
from sagemock.console.search.form import is_searchable_value

LIMIT = 60
"""Nodes on one page."""

JOBS = 12
"""How many of the newest jobs are shown when nothing in particular is asked for."""


def lineage(page_request: PageRequest) -> Page:
    """The graph around what `kind` and `name` say, or around all that serves and the newest."""
    kind, name = page_request.args.get("kind", ""), page_request.args.get("name", "")
    focus = (kind, name) if kind in tracing.COLUMNS and name else None
    starts = [focus] if focus else list(_newest(page_request.world))
    graph = tracing.graph(page_request.world, starts, LIMIT)
    drawing = draw(graph.nodes, graph.edges, tracing.COLUMNS) if graph.nodes else None
    context = {
        "title": "Lineage",
        "focus": focus,
        "drawing": drawing,
        "cut": graph.cut,
        "words": lambda node: _words(page_request.world, node),
        "link": lambda node: _link(page_request, node),
        "node_count": len(graph.nodes),
    }
    data = {
        "nodes": [{"kind": kind, "name": name} for kind, name in graph.nodes],
        "edges": [{"from": start, "to": end} for start, end in graph.edges],
    }
    return Page("lineage.html", context, data)


def _newest(world: World) -> Iterator[tracing.Node]:
    for words in reversed(tracing.COLUMNS):
        kind = kind_of_node(words)
        if kind is not None:
            for document in world.table(kind).documents()[: -JOBS - 1 : -1]:
                yield words, document[kind.key]


def _link(page_request: PageRequest, node: tracing.Node) -> str | None:
    """A thing's page; a search for the jobs that read a data set or wrote an artifact.

    None for what Search cannot be asked for.
    """
    words, name = node
    kind = kind_of_node(words)
    if kind is not None:
        return page_request.url(page_of(kind, name))
    if not is_searchable_value(name):
        return None
    prop = {
        tracing.DATA_SET: "InputDataConfig.DataSource.S3DataSource.S3Uri",
        tracing.ARTIFACT: "ModelArtifacts.S3ModelArtifacts",
    }[words]
    asked = [
        ("resource", "TrainingJob"),
        ("property", prop),
        ("operator", "Equals"),
        ("value", name),
    ]
    return page_request.url("/search", asked)


SHORT = 24
"""Characters of the second line of a node."""


def _words(world: World, node: tracing.Node) -> tuple[str, str]:
    """What a node says: its name, and where it is or how it is."""
    words, name = node
    kind = kind_of_node(words)
    if kind is None:
        folder, _, last = name.removeprefix("s3://").rstrip("/").rpartition("/")
        return last, folder if len(folder) <= SHORT else f"…{folder[1 - SHORT :]}"
    document = world.table(kind).get(name) if kind.statuses else None
    return name, document[kind.status_member] if document is not None else ""
