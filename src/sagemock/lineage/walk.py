"""QueryLineage as pure code: a walk from one entity over associations, and a page of what it finds.

The work is bound by what is walked up to the end of the page, not by the size of the graph. Only a
query for the paths to entities that match a filter walks all that it can reach.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Generic, Protocol, TypeVar

V = TypeVar("V")


class Associations(Protocol):
    """What is walked: associations by the ARN at their other end."""

    def outgoing(self, arn: str, /) -> Mapping[str, Any]:
        """Return the associations from an entity, by their destinations."""
        ...

    def incoming(self, arn: str, /) -> Mapping[str, Any]:
        """Return the associations to an entity, by their sources."""
        ...


@dataclass(frozen=True, slots=True)
class WalkRequest(Generic[V]):
    """What to walk, and what of it to return.

    Parameters
    ----------
    starts : Iterable[str]
        The ARNs from which the walk begins.
    up, down : bool
        Whether to walk from destinations to sources, and from sources to destinations.
    max_depth : int
        How many associations may lie between a start and an entity.
    matches : Callable[[V], bool] or None
        Whether to return an entity; None returns all.
    paths : bool
        Whether to return associations, and the entities on the way to those that match.
    start, end : int
        The page, as a half-open range of positions among the entities that are returned.
    """

    starts: Iterable[str]
    up: bool
    down: bool
    max_depth: int
    matches: Callable[[V], bool] | None
    paths: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class WalkPage(Generic[V]):
    """A page of entities, nearest first, and of the associations at them.

    Attributes
    ----------
    vertices
        Each with its ARN.
    edges
        Associations between an entity of this page and one of this page or of an earlier one.
    more
        Whether a further page would have an entity.
    """

    vertices: list[tuple[str, V]]
    edges: list[Any]
    more: bool


@dataclass(slots=True)
class _Walk(Generic[V]):
    """A walk, breadth first, and where it has been.

    Attributes
    ----------
    depths
        The entities that it has reached, in that order, with their distances from a start.
    """

    graph: Associations
    entity: Callable[[str], V | None]
    request: WalkRequest[V]
    depths: dict[str, int] = field(default_factory=dict)

    def vertices(self) -> Iterator[tuple[str, V]]:
        """Walk on, and yield each entity when it is reached."""
        depths, limit = self.depths, self.request.max_depth
        frontier: Iterable[str] = self.request.starts
        depth = 0
        while frontier:
            layer = list[str]()
            for arn in frontier:
                if arn not in depths and (entity := self.entity(arn)) is not None:
                    depths[arn] = depth
                    layer.append(arn)
                    yield arn, entity
            depth += 1
            frontier = self._beyond(layer) if layer and depth <= limit else ()

    def _beyond(self, layer: Iterable[str]) -> Iterator[str]:
        """What is adjacent to entities; what is written meanwhile may be missing."""
        for arn in layer:
            if self.request.up:
                yield from list(self.graph.incoming(arn))
            if self.request.down:
                yield from list(self.graph.outgoing(arn))

    def edges(self, arn: str, known: Collection[str]) -> Iterator[Any]:
        """The associations between an entity and known others that the walk could pass."""
        near = self.depths[arn] < self.request.max_depth
        for passes_here, passes_there, edges in (
            (self.request.up, self.request.down, self.graph.incoming(arn)),
            (self.request.down, self.request.up, self.graph.outgoing(arn)),
        ):
            # Whichever is shorter: one image may belong to all jobs.
            others = list(edges) if len(edges) <= len(known) else list(known)
            for other in others:
                edge = edges.get(other) if other in known else None
                if edge is not None and (
                    (passes_here and near)
                    or (passes_there and self.depths[other] < self.request.max_depth)
                ):
                    yield edge

    def on_paths(self, matching: Iterable[str]) -> set[str]:
        """The entities on the shortest ways from a start to those that match, with both ends."""
        kept = set(matching)
        waiting = list(kept)
        while waiting:
            arn = waiting.pop()
            for edges in self._back(arn):
                for other in list(edges) if len(edges) <= len(self.depths) else list(self.depths):
                    nearer = self.depths.get(other) == self.depths[arn] - 1
                    if nearer and other in edges and other not in kept:
                        kept.add(other)
                        waiting.append(other)
        return kept

    def _back(self, arn: str) -> Iterator[Mapping[str, Any]]:
        """The associations by which the walk may have come to an entity."""
        if self.request.down:
            yield self.graph.incoming(arn)
        if self.request.up:
            yield self.graph.outgoing(arn)


def walk(
    graph: Associations, entity: Callable[[str], V | None], request: WalkRequest[V]
) -> WalkPage[V]:
    """A page of what a walk finds.

    Parameters
    ----------
    graph : Associations
        The associations.
    entity : Callable[[str], V or None]
        What is known about the entity with an ARN; the walk does not pass where that is None.
    request : WalkRequest
        The query.
    """
    steps = _Walk(graph, entity, request)
    matches = request.matches
    returned: Iterator[tuple[str, V]] = steps.vertices()
    if matches is not None:
        if request.paths:
            reached = list(returned)
            kept = steps.on_paths(arn for arn, each in reached if matches(each))
            returned = (pair for pair in reached if pair[0] in kept)
        else:
            returned = (pair for pair in returned if matches(pair[1]))
    upto = list(islice(returned, request.end + 1))
    page = upto[request.start : request.end]
    edges = list(_edges(steps, upto, request)) if request.paths else []
    return WalkPage(page, edges, len(upto) > request.end)


def _edges(steps: _Walk[V], upto: list[tuple[str, V]], request: WalkRequest[V]) -> Iterator[Any]:
    """The associations of a page; each is on the page of its end that is returned later."""
    known: dict[str, None] = {arn: None for arn, _ in upto[: request.start]}
    for arn, _ in upto[request.start : request.end]:
        known[arn] = None
        yield from steps.edges(arn, known)
