"""The Lineage page: data sets, jobs, models and endpoints in one graph."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sagemock.accounts.world import World
from sagemock.console import lineage_graph, lineage_nodes
from sagemock.console.charts.graph import draw
from sagemock.console.lineage_graph import ARTIFACT, COLUMNS, DATA_SET, Graph, Node
from sagemock.console.lineage_nodes import NodeText
from sagemock.console.links import Arguments, kind_of_node, list_of, page_of, resource_of
from sagemock.console.page import Page
from sagemock.console.page_request import PageRequest
from sagemock.console.search.form import is_searchable_value
from sagemock.console.search.resource_lookup import find

LIMIT = 60
"""Nodes of the graph."""

MAX_REACHED = 300
"""Nodes that are looked for, to say how many are left out."""

NEWEST = 12
"""Resources of each kind from which the graph starts if the URL names none."""

FOLDED = (DATA_SET, ARTIFACT)
"""Kinds that are folded unless the URL says what to show."""


def lineage(page_request: PageRequest) -> Page:
    """Show the graph around the resource that `kind` and `name` say, or around the newest ones.

    `contains` is a part of the names to start from, `show` a kind of nodes that is not folded.
    """
    world, args = page_request.world, page_request.args
    kind, name = args.get("kind", ""), args.get("name", "")
    focus = (kind, name) if kind in COLUMNS and name else None
    part = "" if focus else args.get("contains", "").strip()
    starts, totals = ([focus], {}) if focus else _starts(world, part)
    graph = lineage_graph.trace(world, starts, MAX_REACHED)
    shown_kinds = _shown_kinds(args.getlist("show"), focus)
    folded = [words for words in COLUMNS if words not in shown_kinds]
    part_shown = lineage_graph.first(lineage_graph.fold(graph, folded), LIMIT)
    left_out = lineage_nodes.left_out(graph, part_shown.nodes, folded)
    for words, total in totals.items():
        if words not in folded:
            drawn = sum(node[0] == words for node in part_shown.nodes)
            left_out[words] = max(left_out.get(words, 0), total - drawn)
    texts = lineage_nodes.texts(world, graph, part_shown.nodes)
    kept: Arguments = [("kind", kind), ("name", name)] if focus else []
    if part:
        kept = [("contains", part)]
    context = {
        "title": f"Lineage of {name}" if focus else "Lineage",
        "focus": focus,
        "part": part,
        "drawing": _drawing(part_shown, texts) if part_shown.nodes else None,
        "texts": texts,
        "tones": _tones(texts.values()),
        "kinds": _kinds(page_request, graph, shown_kinds, kept),
        "shown_arguments": [("show", each) for each in args.getlist("show")],
        "left_out": [
            (lineage_nodes.counted(left_out[words], words), _list(page_request, words, part))
            for words in COLUMNS
            if left_out.get(words)
        ],
        "complete": graph.complete,
        "newest": NEWEST,
        "link": lambda node: _link(page_request, node),
        "node_count": len(part_shown.nodes),
        "found": bool(graph.nodes),
    }
    return Page("lineage.html", context, _data(lineage_graph.first(graph, LIMIT), left_out))


def _data(graph: Graph, left_out: dict[str, int]) -> dict[str, Any]:
    return {
        "nodes": [{"kind": kind, "name": name} for kind, name in graph.nodes],
        "edges": [{"from": start, "to": end} for start, end in graph.edges],
        "left_out": {words: count for words, count in left_out.items() if count},
    }


def _starts(world: World, part: str) -> tuple[list[Node], dict[str, int]]:
    """The newest resources of each kind, or those whose names contain a text; and how many."""
    starts, totals = list[Node](), dict[str, int]()
    for words in reversed(COLUMNS):
        kind = kind_of_node(words)
        if kind is None:
            continue
        if not part:
            documents = world.table(kind).documents()
            names = [document[kind.key] for document in documents[: -NEWEST - 1 : -1]]
            totals[words] = len(documents)
        elif is_searchable_value(part):
            condition = {"Name": kind.key, "Operator": "Contains", "Value": part}
            request = {
                "SearchExpression": {"Filters": [condition]},
                "SortBy": "CreationTime",
                "SortOrder": "Descending",
                "MaxResults": LIMIT,
            }
            answer = find(world, resource_of(kind)).search(request)
            names = [document[kind.key] for document in answer.documents]
            totals[words] = answer.total
        else:
            names = []
        starts += [(words, name) for name in names]
    return starts, totals


def _shown_kinds(named: Sequence[str], focus: Node | None) -> set[str]:
    shown = {words for words in named if words in COLUMNS}
    if not shown:
        shown = {words for words in COLUMNS if words not in FOLDED}
    return shown | {focus[0]} if focus else shown


def _kinds(
    page_request: PageRequest, graph: Graph, shown: Collection[str], kept: Arguments
) -> list[dict[str, Any]]:
    """The kinds that the graph has, each with the URL that folds or unfolds it."""
    kinds = []
    for words in COLUMNS:
        count = sum(node[0] == words for node in graph.nodes)
        if not count:
            continue
        others = [each for each in COLUMNS if (each in shown) != (each == words)]
        standard = others == [each for each in COLUMNS if each not in FOLDED]
        arguments = [*kept, *(("show", each) for each in others if not standard)]
        kinds.append(
            {
                "text": lineage_nodes.counted(count, words),
                "shown": words in shown,
                "url": page_request.url("/lineage", arguments),
            }
        )
    return kinds


def _drawing(graph: Graph, texts: dict[Node, NodeText]) -> Any:
    lines = {node: [*text.name, text.note] for node, text in texts.items()}
    return draw(graph.nodes, graph.edges, COLUMNS, lines)


def _tones(texts: Collection[NodeText]) -> list[tuple[str, str, str]]:
    """The legend: each tone of a status that occurs, its sign, and the statuses that have it."""
    return [
        (tone, glyph, ", ".join(dict.fromkeys(each.status for each in texts if each.tone == tone)))
        for tone, glyph in lineage_nodes.GLYPHS.items()
        if glyph and any(each.tone == tone for each in texts)
    ]


def _list(page_request: PageRequest, words: str, part: str) -> str | None:
    """The URL of the list of a kind, of those whose names contain a text."""
    kind = kind_of_node(words)
    if kind is None:
        return None
    path = list_of(kind)
    if not part:
        return page_request.url(path)
    if path != "/search":
        return page_request.url(path, [("name", part)])
    condition = [("property", kind.key), ("operator", "Contains"), ("value", part)]
    return page_request.url(path, condition)


def _link(page_request: PageRequest, node: Node) -> str | None:
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
        DATA_SET: "InputDataConfig.DataSource.S3DataSource.S3Uri",
        ARTIFACT: "ModelArtifacts.S3ModelArtifacts",
    }[words]
    arguments = [
        ("resource", "TrainingJob"),
        ("property", prop),
        ("operator", "Equals"),
        ("value", name),
    ]
    return page_request.url("/search", arguments)
