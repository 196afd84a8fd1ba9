"""What a node of the lineage graph says: its name, its status, and what is folded into it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sagemock.accounts.world import World
from sagemock.console.budget import cut, middle
from sagemock.console.lineage_graph import Graph, LineageNode
from sagemock.console.search.columns import is_changing
from sagemock.resources import lifecycle

MAX_LINE = 34
"""Characters of a line; with two of them, any name that AWS takes is shown in full."""

Tone = Literal["good", "changing", "bad", "ended", "plain"]
"""What a status means: its colour. The last one is for what has no status."""

GLYPHS: Mapping[Tone, str] = {"good": "✓", "changing": "◐", "bad": "✕", "ended": "■", "plain": ""}


@dataclass(frozen=True, slots=True)
class NodeText:
    """The texts of a node.

    Attributes
    ----------
    name
        The lines of its name.
    note
        The status and what is folded; of what is in S3, the prefix.
    """

    name: Sequence[str]
    note: str
    status: str
    tone: Tone


def texts(world: World, graph: Graph, shown: Iterable[LineageNode]) -> dict[LineageNode, NodeText]:
    """Return the texts of the nodes that are shown; the others of the graph are folded."""
    nodes = dict.fromkeys(shown)
    folded: dict[LineageNode, Counter[str]] = {node: Counter() for node in nodes}
    for start, end in graph.edges:
        for node, other in ((start, end), (end, start)):
            if node in folded and other.is_artifact and other not in nodes:
                folded[node][other.kind] += 1
    return {node: _text(world, node, folded[node]) for node in nodes}


def _text(world: World, node: LineageNode, folded: Counter[str]) -> NodeText:
    if node.is_artifact:
        folder, _, last = node.name.removeprefix("s3://").rstrip("/").rpartition("/")
        note = folder if len(folder) <= MAX_LINE else f"…{folder[1 - MAX_LINE :]}"
        return NodeText(name_lines(last), note, "", "plain")
    status, success = _status(world, node)
    tone = tone_of(status, success)
    parts = [f"{GLYPHS[tone]} {cut(status, 16)}".strip()] if status else []
    if folded:
        words = next(iter(folded)) if len(folded) == 1 else "artifact"
        parts.append(counted(folded.total(), words))
    return NodeText(name_lines(node.name), cut(" · ".join(parts), MAX_LINE + 4), status, tone)


def _status(world: World, node: LineageNode) -> tuple[str, str]:
    """The status of what a node stands for, and the one that it is to reach."""
    kind, key = node.place
    if kind.statuses:
        document = world.table(kind).get(key) or {}
        return str(document.get(kind.status_member, "")), kind.statuses.success
    kind, key = node.entity
    status = (world.table(kind).get(key) or {}).get("Status", "")
    text = status.get("PrimaryStatus", "") if isinstance(status, Mapping) else str(status)
    return text, lifecycle.COMPLETED


def counted(count: int, words: str) -> str:
    """Return a number of nodes of a kind.

    >>> counted(1, "data set"), counted(1200, "model")
    ('1 data set', '1,200 models')
    """
    return f"{count:,} {words}{'' if count == 1 else 's'}"


def tone_of(status: str, success: str) -> Tone:
    """Return what a status means, where `success` is the one that a resource is to reach."""
    if not status:
        return "plain"
    if is_changing(status):
        return "changing"
    if status == success:
        return "good"
    return "bad" if "fail" in status.lower() or status == "OutOfService" else "ended"


def name_lines(name: str, length: int = MAX_LINE) -> list[str]:
    """Return a name in two lines at most, broken after a separator near its middle.

    >>> name_lines("a-short-name"), name_lines("first-part-second-part", 14)
    (['a-short-name'], ['first-part-', 'second-part'])
    """
    if len(name) <= length:
        return [name]
    name = middle(name, 2 * length)
    half = len(name) / 2
    ends = [match.end() for match in re.finditer(r"[-_./:]", name)]
    fitting = [end for end in ends if len(name) - length <= end <= length]
    end = min(fitting, key=lambda end: abs(end - half), default=-(-len(name) // 2))
    return [name[:end], name[end:]]


def left_out(
    graph: Graph, shown: Collection[LineageNode], folded: Collection[str]
) -> dict[str, int]:
    """Return how many nodes that are not folded are not shown, by kind."""
    return dict(
        Counter(node.kind for node in graph.nodes if node not in shown and node.kind not in folded)
    )
