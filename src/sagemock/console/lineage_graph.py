"""The graph of the Lineage page: what QueryLineage answers about lineage entities.

Around an entity are what it comes from and what comes from it, and not what else has the same data
set or the same image: that would be nearly everything.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import chain, zip_longest

from sagemock.accounts.world import World
from sagemock.console.naming import spaced
from sagemock.lineage import of_jobs
from sagemock.lineage.entities import Entity, document_of, entity
from sagemock.lineage.query import query
from sagemock.resources import types
from sagemock.resources.arn import Arn
from sagemock.resources.resource_type import ResourceType

Place = tuple[ResourceType, str]
"""The kind and the key of what has a page."""


@dataclass(frozen=True, slots=True)
class LineageNode:
    """A lineage entity as people know it.

    Attributes
    ----------
    arn
        The ARN of the entity.
    kind
        The words for its type, such as `training job` or `data set`.
    name
        The name of the resource that it stands for; of an artifact, its URI.
    entity
        The entity.
    place
        That resource if it exists, or the entity.
    """

    arn: str
    kind: str
    name: str
    entity: Place
    place: Place

    @property
    def is_artifact(self) -> bool:
        """Whether it is an artifact."""
        return self.entity[0] is types.ARTIFACT


Edge = tuple[LineageNode, LineageNode]


@dataclass
class Graph:
    """Nodes, the nearest to the start first, and edges between them.

    Attributes
    ----------
    edges
        Each with the type of the association; None where nodes in between are folded.
    complete
        Whether these are all, and not only as many as were looked for.
    """

    nodes: dict[LineageNode, None] = field(default_factory=dict)
    edges: dict[Edge, str | None] = field(default_factory=dict)
    complete: bool = True


def trace(world: World, starts: Sequence[str], limit: int) -> Graph:
    """Return what some entities come from and what comes from them, up to `limit` nodes."""
    if not starts:
        return Graph()
    before, after = (
        query(
            world,
            {
                "StartArns": starts,
                "Direction": direction,
                "IncludeEdges": True,
                "MaxDepth": limit,
                "MaxResults": limit,
            },
            0,
        )
        for direction in ("Ascendants", "Descendants")
    )
    nearest_first = zip_longest(before[0]["Vertices"], after[0]["Vertices"])
    arns = list(dict.fromkeys(each["Arn"] for each in chain.from_iterable(nearest_first) if each))
    nodes = {arn: node for arn in arns[:limit] if (node := node_of(world, arn)) is not None}
    edges = {
        (nodes[edge["SourceArn"]], nodes[edge["DestinationArn"]]): edge.get("AssociationType")
        for edge in (*before[0]["Edges"], *after[0]["Edges"])
        if edge["SourceArn"] in nodes and edge["DestinationArn"] in nodes
    }
    complete = before[1] is None and after[1] is None and len(arns) <= limit
    return Graph(dict.fromkeys(nodes.values()), edges, complete)


def node_of(world: World, arn: str) -> LineageNode | None:
    """Return an entity as a node, None if there is none with that ARN."""
    located, each = document_of(world, arn), entity(world, arn)
    if located is None or each is None:
        return None
    kind, document = located
    uri = document.get("Source", {}).get("SourceUri" if kind in _WITH_URI else "SourceArn", "")
    resource = Arn.parse(uri)
    own: Place = (kind, document[world.table(kind).key])
    name = uri if kind is types.ARTIFACT else (each.name or "")
    if resource is None:
        return LineageNode(arn, _words(each), name, own, own)
    return LineageNode(arn, _words(each), resource.name, own, _place(world, resource) or own)


_WITH_URI = (types.ARTIFACT, types.ACTION, types.CONTEXT)


def _place(world: World, resource: Arn) -> Place | None:
    kind = types.of_arn_kind(resource.kind)
    own = (resource.account_id, resource.region) == (world.account_id, world.region)
    if kind is None or not own or not kind.listed or resource.name not in world.table(kind):
        return None
    return kind, resource.name


def _words(each: Entity) -> str:
    if each.kind is types.ARTIFACT and each.type == of_jobs.MODEL:
        # Models are what CreateModel creates, everywhere else in the console.
        return "model artifact"
    return spaced(each.type).lower() if each.type else each.kind.words


def fold(graph: Graph, kinds: Collection[str]) -> Graph:
    """Return a graph without the nodes of some kinds; what they connected is connected still."""
    after: dict[LineageNode, dict[LineageNode, str | None]] = {}
    for (start, end), association in graph.edges.items():
        after.setdefault(start, {})[end] = association
    nodes = {node: None for node in graph.nodes if node.kind not in kinds}
    edges: dict[Edge, str | None] = {}
    for node in nodes:
        waiting, passed = deque(after.get(node, {}).items()), set[LineageNode]()
        while waiting:
            end, association = waiting.popleft()
            if end in nodes:
                edges.setdefault((node, end), association)
            elif end not in passed:
                passed.add(end)
                waiting.extend((each, None) for each in after.get(end, {}))
    return Graph(nodes, {edge: kind for edge, kind in edges.items() if edge[0] != edge[1]})


def first(graph: Graph, limit: int) -> Graph:
    """Return the part of a graph that is nearest to its start."""
    nodes = dict.fromkeys(list(graph.nodes)[:limit])
    edges = {edge: kind for edge, kind in graph.edges.items() if set(edge) <= nodes.keys()}
    return Graph(nodes, edges, graph.complete)


def columns(graph: Graph) -> dict[LineageNode, int]:
    """Return the column of each node, from left to right along the edges.

    A node is as far to the left as what precedes it allows, but next to what follows it if nothing
    precedes it. Users may associate entities in a circle, which is entered where it was reached.
    """
    before: dict[LineageNode, set[LineageNode]] = {node: set() for node in graph.nodes}
    after: dict[LineageNode, set[LineageNode]] = {node: set() for node in graph.nodes}
    for start, end in graph.edges:
        before[end].add(start)
        after[start].add(end)
    left = {node: len(starts) for node, starts in before.items()}
    placed = dict[LineageNode, int]()
    while left:
        free = [node for node, count in left.items() if not count] or [next(iter(left))]
        for node in free:
            del left[node]
            placed[node] = 1 + max(
                (placed[each] for each in before[node] if each in placed), default=-1
            )
            for each in after[node] & left.keys():
                left[each] -= 1
    for node in placed:
        if not before[node] and after[node]:
            placed[node] = max(0, min(placed[each] for each in after[node]) - 1)
    return placed
