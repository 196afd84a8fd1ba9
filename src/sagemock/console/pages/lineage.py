"""The Lineage page: data sets, jobs, models and endpoints in one graph."""

from __future__ import annotations

from collections.abc import Iterator

from sagemock.accounts.world import World
from sagemock.console import lineage_graph
from sagemock.console.charts.graph import draw
from sagemock.console.links import kind_of_node, page_of
from sagemock.console.page import Page
from sagemock.console.page_request import PageRequest
from sagemock.console.search.form import is_searchable_value

LIMIT = 60
"""Nodes of the graph."""

NEWEST = 12
"""Resources of each kind from which the graph starts if the URL names none."""


def lineage(page_request: PageRequest) -> Page:
    """Show the graph around the resource that `kind` and `name` say, or around the newest ones."""
    kind, name = page_request.args.get("kind", ""), page_request.args.get("name", "")
    focus = (kind, name) if kind in lineage_graph.COLUMNS and name else None
    starts = [focus] if focus else list(_newest(page_request.world))
    graph = lineage_graph.trace(page_request.world, starts, LIMIT)
    drawing = draw(graph.nodes, graph.edges, lineage_graph.COLUMNS) if graph.nodes else None
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


def _newest(world: World) -> Iterator[lineage_graph.Node]:
    for words in reversed(lineage_graph.COLUMNS):
        kind = kind_of_node(words)
        if kind is not None:
            for document in world.table(kind).documents()[: -NEWEST - 1 : -1]:
                yield words, document[kind.key]


def _link(page_request: PageRequest, node: lineage_graph.Node) -> str | None:
    """The URL of a resource's page, or of the search for the jobs of a data set or an artifact.

    None where Search would refuse it.
    """
    words, name = node
    kind = kind_of_node(words)
    if kind is not None:
        return page_request.url(page_of(kind, name))
    if not is_searchable_value(name):
        return None
    prop = {
        lineage_graph.DATA_SET: "InputDataConfig.DataSource.S3DataSource.S3Uri",
        lineage_graph.ARTIFACT: "ModelArtifacts.S3ModelArtifacts",
    }[words]
    arguments = [
        ("resource", "TrainingJob"),
        ("property", prop),
        ("operator", "Equals"),
        ("value", name),
    ]
    return page_request.url("/search", arguments)


MAX_FOLDER = 24
"""Characters of an S3 prefix in a node."""


def _words(world: World, node: lineage_graph.Node) -> tuple[str, str]:
    """The two lines of a node: its name, and its status or its S3 prefix."""
    words, name = node
    kind = kind_of_node(words)
    if kind is None:
        folder, _, last = name.removeprefix("s3://").rstrip("/").rpartition("/")
        return last, folder if len(folder) <= MAX_FOLDER else f"…{folder[1 - MAX_FOLDER :]}"
    document = world.table(kind).get(name) if kind.statuses else None
    return name, document[kind.status_member] if document is not None else ""
