"""QueryLineage: a request as a walk, and its page as an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from sagemock.lineage.entities import Entity, all_arns, entity, shown
from sagemock.lineage.walk import WalkRequest, walk

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import QueryFiltersTypeDef, QueryLineageRequestTypeDef

    from sagemock.accounts.world import World

MAX_DEPTH = 10
"""The default of MaxDepth, and its limit."""

PAGE = 50
"""The default of MaxResults, and its limit."""

Matches = Callable[[Entity], bool]

_EDGE = ("SourceArn", "DestinationArn", "AssociationType")

_TIMES: Mapping[str, Callable[[Entity, float], bool]] = {
    "CreatedBefore": lambda each, time: each.created < time,
    "CreatedAfter": lambda each, time: each.created >= time,
    "ModifiedBefore": lambda each, time: each.modified < time,
    "ModifiedAfter": lambda each, time: each.modified >= time,
}


def query(
    world: World, request: QueryLineageRequestTypeDef, start: int
) -> tuple[dict[str, Any], int | None]:
    """An answer without its NextToken, and where the next page starts, None after the last one.

    Without StartArns it is about all entities.

    Parameters
    ----------
    world : World
        Where the entities are.
    request : QueryLineageRequestTypeDef
        The request; its start exists.
    start : int
        How many entities come before this page.
    """
    direction = request.get("Direction", "Both")
    end = start + request.get("MaxResults", PAGE)
    page = walk(
        world.lineage,
        partial(entity, world),
        WalkRequest(
            starts=request.get("StartArns") or all_arns(world),
            up=direction != "Descendants",
            down=direction != "Ascendants",
            max_depth=request.get("MaxDepth", MAX_DEPTH),
            matches=matcher(request.get("Filters", {})),
            paths=request.get("IncludeEdges", False),
            start=start,
            end=end,
        ),
    )
    answer = {
        "Vertices": [shown(arn, each) for arn, each in page.vertices],
        "Edges": [{name: edge[name] for name in _EDGE if name in edge} for edge in page.edges],
    }
    return answer, end if page.more else None


def matcher(filters: QueryFiltersTypeDef) -> Matches | None:
    """Whether an entity passes all filters; None if there are none."""
    tests = list(_tests(filters))
    return (lambda each: all(test(each) for test in tests)) if tests else None


def _tests(filters: QueryFiltersTypeDef) -> Iterator[Matches]:
    types, lineage_types = filters.get("Types"), filters.get("LineageTypes")
    if types:
        yield lambda each: each.type in types
    if lineage_types:
        yield lambda each: each.lineage_type in lineage_types
    members: Mapping[str, Any] = filters
    for name, test in _TIMES.items():
        if name in members:
            yield partial(_at, test, members[name])
    pairs = filters.get("Properties")
    if pairs:
        yield lambda each: any(each.properties.get(key) == pairs[key] for key in pairs)


def _at(test: Callable[[Entity, float], bool], time: float, each: Entity) -> bool:
    return test(each, time)
