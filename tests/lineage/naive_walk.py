"""QueryLineage once more, as slowly as it can be said. It imports nothing of sagemock."""

from __future__ import annotations

from collections.abc import Callable, Mapping

Pair = tuple[str, str]


def distances(
    edges: set[Pair], known: set[str], start: str, up: bool, down: bool, limit: int
) -> dict[str, int]:
    """How many associations lie between the start and each entity that is near enough."""
    far = {start: 0} if start in known else {}
    for _ in range(limit):
        for source, destination in edges:
            for here, there, allowed in (
                (source, destination, down),
                (destination, source, up),
            ):
                if allowed and here in far and there in known and far[here] < limit:
                    far[there] = min(far.get(there, limit + 1), far[here] + 1)
    return far


def passes(edge: Pair, far: Mapping[str, int], up: bool, down: bool, limit: int) -> bool:
    """Whether a walk could go along an association, from one of its ends or the other."""
    source, destination = edge
    return (
        source in far
        and destination in far
        and ((down and far[source] < limit) or (up and far[destination] < limit))
    )


def expected(
    edges: set[Pair],
    known: set[str],
    start: str,
    up: bool,
    down: bool,
    limit: int,
    matches: Callable[[str], bool] | None,
    paths: bool,
) -> tuple[dict[str, int], set[Pair]]:
    """The entities of the answer with their distances, and its associations."""
    far = distances(edges, known, start, up, down, limit)
    if matches is not None:
        kept = {each for each in far if matches(each)}
        while paths:
            nearer = {
                here
                for source, destination in edges
                for here, there, allowed in (
                    (source, destination, down),
                    (destination, source, up),
                )
                if allowed and there in kept and here in far and far[here] == far[there] - 1
            }
            if nearer <= kept:
                break
            kept |= nearer
        returned = {each: far[each] for each in far if each in kept}
    else:
        returned = far
    along = {
        edge
        for edge in edges
        if edge[0] in returned and edge[1] in returned and passes(edge, far, up, down, limit)
    }
    return returned, along if paths else set()
