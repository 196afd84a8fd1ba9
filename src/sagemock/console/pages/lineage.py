"""The Lineage page: what comes from what, as QueryLineage knows it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from werkzeug.exceptions import NotFound

from sagemock.console import lineage_graph, lineage_nodes, lineage_starts
from sagemock.console.charts.graph import Drawing, NodeLayout, draw
from sagemock.console.lineage_graph import Graph, LineageNode
from sagemock.console.lineage_nodes import NodeText
from sagemock.console.lineage_starts import Starts
from sagemock.console.links import Arguments, list_of, page_of
from sagemock.console.page import Page
from sagemock.console.page_request import PageRequest
from sagemock.resources import types

LIMIT = 60
"""Nodes of the graph."""

MAX_REACHED = 300
"""Nodes that are looked for, to say how many are left out."""

NEWEST = 12
"""Resources of each kind from which the graph starts if the URL names none."""


def lineage(page_request: PageRequest) -> Page:
    """Show the graph around the resource that `kind` and `name` say, or around the newest ones.

    `contains` is a part of the names to start from, `show` a kind of nodes that is not folded.
    Raises `NotFound` for another kind.
    """
    world, args = page_request.world, page_request.args
    kind, name = args.get("kind", ""), args.get("name", "")
    if kind and kind not in lineage_starts.KINDS:
        raise NotFound(f"Nothing of the kind {kind!r} has a lineage.")
    focus = (kind, name) if kind and name else None
    part = "" if focus else args.get("contains", "").strip()
    if focus:
        starts = lineage_starts.around(world, lineage_starts.KINDS[kind], name)
    elif part:
        starts = lineage_starts.named(world, part, LIMIT)
    else:
        starts = lineage_starts.newest(world, NEWEST)
    graph = lineage_graph.trace(world, starts.arns, MAX_REACHED)
    focused = [node for node in graph.nodes if focus and node.arn in starts.arns]
    shown_kinds = _shown_kinds(graph, args.getlist("show"), focused)
    folded = {node.kind for node in graph.nodes} - shown_kinds
    drawn = lineage_graph.first(lineage_graph.fold(graph, folded), LIMIT)
    left_out = _left_out(graph, drawn, folded, starts)
    texts = lineage_nodes.texts(world, graph, drawn.nodes)
    kept: Arguments = [("kind", kind), ("name", name)] if focus else []
    if part:
        kept = [("contains", part)]
    context = {
        "title": f"Lineage of {name}" if focus else "Lineage",
        "focus": focus,
        "focused": focused,
        "part": part,
        "drawing": _drawing(drawn, texts) if drawn.nodes else None,
        "texts": texts,
        "tones": _tones(texts.values()),
        "kinds": _kinds(page_request, graph, shown_kinds, kept),
        "shown_arguments": [("show", each) for each in args.getlist("show")],
        "left_out": [
            (lineage_nodes.counted(count, words), _list(page_request, words, part))
            for words, count in left_out.items()
        ],
        "complete": graph.complete,
        "newest": NEWEST,
        "link": lambda node: page_request.url(page_of(*node.place)),
        "node_count": len(drawn.nodes),
        "found": bool(graph.nodes),
        "off": world.config.lineage == "off",
    }
    return Page("lineage.html", context, _data(lineage_graph.first(graph, LIMIT), left_out))


def _data(graph: Graph, left_out: Mapping[str, int]) -> dict[str, Any]:
    return {
        "nodes": [{"kind": each.kind, "name": each.name, "arn": each.arn} for each in graph.nodes],
        "edges": [
            {"from": start.arn, "to": end.arn, "type": association}
            for (start, end), association in graph.edges.items()
        ],
        "left_out": left_out,
    }


def _left_out(
    graph: Graph, drawn: Graph, folded: Collection[str], starts: Starts
) -> dict[str, int]:
    """How many nodes, and resources from which the graph does not start, are not drawn."""
    counts = lineage_nodes.left_out(graph, drawn.nodes, folded)
    for words, total in starts.totals.items():
        if words not in folded:
            shown = sum(node.kind == words for node in drawn.nodes)
            counts[words] = max(counts.get(words, 0), total - shown)
    return {words: count for words, count in counts.items() if count > 0}


def _standard(graph: Graph) -> set[str]:
    """The kinds that are shown if the URL does not say which: all but artifacts."""
    return {node.kind for node in graph.nodes if not node.is_artifact}


def _shown_kinds(graph: Graph, named: Sequence[str], focused: Collection[LineageNode]) -> set[str]:
    # Where there are only artifacts, they are what there is to see.
    standard = _standard(graph) or {node.kind for node in graph.nodes}
    return (set(named) or standard) | {node.kind for node in focused}


def _kinds(
    page_request: PageRequest, graph: Graph, shown: Collection[str], kept: Arguments
) -> list[dict[str, Any]]:
    """The kinds that the graph has, each with the URL that folds or unfolds it."""
    counts: dict[str, int] = {}
    for node in sorted(graph.nodes, key=lineage_graph.columns(graph).__getitem__):
        counts[node.kind] = counts.get(node.kind, 0) + 1
    kinds = []
    for words, count in counts.items():
        others = [each for each in counts if (each in shown) != (each == words)]
        standard = set(others) == _standard(graph)
        arguments = [*kept, *(("show", each) for each in others if not standard)]
        if not others:
            arguments.append(("show", ""))
        kinds.append(
            {
                "text": lineage_nodes.counted(count, words),
                "shown": words in shown,
                "url": page_request.url("/lineage", arguments),
            }
        )
    return kinds


def _drawing(graph: Graph, texts: Mapping[LineageNode, NodeText]) -> Drawing[LineageNode]:
    columns = lineage_graph.columns(graph)
    layouts = {
        node: NodeLayout(columns[node], node.kind, [*texts[node].name, texts[node].note])
        for node in graph.nodes
    }
    return draw(layouts, graph.edges)


def _tones(texts: Collection[NodeText]) -> list[tuple[str, str, str]]:
    """The legend: each tone of a status that occurs, its sign, and the statuses that have it."""
    return [
        (tone, glyph, ", ".join(dict.fromkeys(each.status for each in texts if each.tone == tone)))
        for tone, glyph in lineage_nodes.GLYPHS.items()
        if glyph and any(each.tone == tone for each in texts)
    ]


def _list(page_request: PageRequest, words: str, part: str) -> str | None:
    """The URL of the list of a kind, of those whose names contain a text; None without a list."""
    kind = lineage_starts.KINDS.get(words)
    if kind is None or not kind.listed:
        return None
    path = list_of(kind)
    if not part:
        return page_request.url(path)
    if path != "/search":
        return page_request.url(path, [("name", part)])
    condition = [("property", types.TRAINING_JOB.key), ("operator", "Contains"), ("value", part)]
    return page_request.url(path, condition)
