"""The walk over the graph index against one that is as slow as it can be said."""

from __future__ import annotations

import random
import threading
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.lineage.naive_walk import Pair, expected

from sagemock.lineage.graph import LineageGraph, association_id
from sagemock.lineage.walk import WalkPage, WalkRequest, walk
from sagemock.store import DuplicateKey

if TYPE_CHECKING:
    from sagemock.lineage.graph import Association

ARNS = [f"arn:{number}" for number in range(12)]
arns = st.sampled_from(ARNS)
writes = st.lists(st.tuples(st.sampled_from(["add", "add", "add", "remove"]), arns, arns))


def association(source: str, destination: str) -> Association:
    return {
        "AssociationId": association_id(source, destination),
        "SourceArn": source,
        "DestinationArn": destination,
        "SourceKinds": [],
        "DestinationKinds": [],
        "CreationTime": 0.0,
        "CreatedBy": {},
    }


def written(graph: LineageGraph, operations: list[tuple[str, str, str]]) -> set[Pair]:
    """Make the writes, and return the associations that are left."""
    left: dict[Pair, None] = {}
    for verb, source, destination in operations:
        if source == destination:
            continue
        pair = (source, destination)
        if verb == "remove":
            assert graph.remove(source, destination) == (pair in left)
            left.pop(pair, None)
        elif pair in left:
            with pytest.raises(DuplicateKey):
                graph.add(association(source, destination))
        else:
            graph.add(association(source, destination))
            left[pair] = None
    return set(left)


def asked(graph: LineageGraph, known: set[str], **request: Any) -> WalkPage[str]:
    whole = {"start": 0, "end": 100, "matches": None, "paths": True, **request}
    return walk(graph, lambda arn: arn if arn in known else None, WalkRequest(**whole))


def pairs(page: WalkPage[str]) -> list[Pair]:
    return [(edge["SourceArn"], edge["DestinationArn"]) for edge in page.edges]


@settings(max_examples=500, suppress_health_check=list(HealthCheck))
@given(
    operations=writes,
    deleted=st.sets(arns, max_size=2),
    start=arns,
    up=st.booleans(),
    down=st.booleans(),
    limit=st.integers(0, 10),
    wanted=st.none() | st.sets(arns, max_size=4),
    paths=st.booleans(),
    size=st.integers(1, 5),
)
def test_a_walk_finds_what_a_naive_one_finds(
    operations: list[tuple[str, str, str]],
    deleted: set[str],
    start: str,
    up: bool,
    down: bool,
    limit: int,
    wanted: set[str] | None,
    paths: bool,
    size: int,
) -> None:
    graph = LineageGraph()
    edges = written(graph, operations)
    known = set(ARNS) - deleted
    matches = None if wanted is None else wanted.__contains__
    request = {
        "starts": [start],
        "up": up,
        "down": down,
        "max_depth": limit,
        "matches": matches,
        "paths": paths,
    }
    far, along = expected(edges, known, start, up, down, limit, matches, paths)
    page = asked(graph, known, **request)
    order = [arn for arn, _ in page.vertices]
    assert len(order) == len(set(order))
    assert set(order) == set(far)
    assert [far[arn] for arn in order] == sorted(far.values())
    assert len(page.edges) == len(set(pairs(page)))
    assert set(pairs(page)) == along
    assert not page.more
    # The pages are the same answer in parts, and no association comes before its ends.
    paged, paged_edges, at = list[str](), list[Pair](), 0
    while True:
        part = asked(graph, known, **request, **{"start": at, "end": at + size})
        paged += [arn for arn, _ in part.vertices]
        paged_edges += pairs(part)
        assert {end for pair in pairs(part) for end in pair} <= set(paged)
        at += size
        if not part.more:
            break
    assert paged == order
    assert sorted(paged_edges) == sorted(pairs(page))


def test_sixteen_writers_leave_what_a_naive_walk_finds() -> None:
    graph = LineageGraph()
    known = {f"arn:{number}" for number in range(40)}
    names = sorted(known)
    left: list[set[Pair]] = [set() for _ in range(16)]
    begin = threading.Barrier(17)
    failures: list[BaseException] = []

    def write(number: int) -> None:
        """Each writer has associations of its own, so that what is left is known."""
        chance = random.Random(number)
        begin.wait()
        try:
            for _ in range(300):
                source = names[chance.randrange(40)]
                step = chance.randrange(2) * 16 + number + 1
                destination = names[(names.index(source) + step) % 40]
                pair = (source, destination)
                if pair in left[number]:
                    graph.remove(*pair)
                    left[number].discard(pair)
                elif source != destination:
                    try:
                        graph.add(association(*pair))
                    except DuplicateKey:  # of a writer whose step differs by forty
                        continue
                    left[number].add(pair)
        except BaseException as error:
            failures.append(error)

    writers = [threading.Thread(target=write, args=(number,)) for number in range(16)]
    for writer in writers:
        writer.start()
    begin.wait()
    while any(writer.is_alive() for writer in writers):
        request = {"starts": [names[0]], "up": True, "down": True, "max_depth": 10}
        page = asked(graph, known, **request, paths=True)
        ends = {end for pair in pairs(page) for end in pair}
        assert ends <= {arn for arn, _ in page.vertices}
    for writer in writers:
        writer.join()
    assert not failures
    edges = set().union(*left)
    assert len(graph.associations) == len(edges)
    for start in names:
        far, along = expected(edges, known, start, True, False, 3, None, True)
        page = asked(graph, known, starts=[start], up=True, down=False, max_depth=3)
        assert {arn for arn, _ in page.vertices} == set(far)
        assert set(pairs(page)) == along


class Counted(LineageGraph):
    """A graph that counts at how many entities it is asked."""

    asked = 0

    def outgoing(self, arn: str) -> Any:
        self.asked += 1
        return super().outgoing(arn)


def test_a_page_costs_what_it_shows_whatever_lies_beyond() -> None:
    graph = Counted()
    for number in range(5000):
        graph.add(association(f"arn:{number}", f"arn:{number + 1}"))
        graph.add(association("arn:hub", f"arn:{number}"))
    graph.asked = 0
    request = {"starts": ["arn:0"], "up": False, "down": True, "max_depth": 10}
    page = walk(graph, str, WalkRequest(**request, matches=None, paths=True, start=0, end=50))
    assert [arn for arn, _ in page.vertices] == [f"arn:{number}" for number in range(11)]
    assert len(page.edges) == 10
    assert graph.asked < 50
    graph.asked = 0
    request = {"starts": ["arn:hub"], "up": False, "down": True, "max_depth": 10}
    page = walk(graph, str, WalkRequest(**request, matches=None, paths=True, start=0, end=50))
    assert len(page.vertices) == 50
    assert page.more
    assert len(page.edges) == 49 + 48
    assert graph.asked < 110


def test_without_a_start_all_entities_are_walked() -> None:
    graph = LineageGraph()
    graph.add(association("arn:1", "arn:2"))
    known = {"arn:1", "arn:2", "arn:3"}
    page = asked(graph, known, starts=sorted(known), up=True, down=True, max_depth=10)
    assert [arn for arn, _ in page.vertices] == sorted(known)
    assert pairs(page) == [("arn:1", "arn:2")]


def test_an_isolated_entity_has_no_associations() -> None:
    graph = LineageGraph()
    for pair in (("a", "b"), ("b", "c"), ("c", "a")):
        graph.add(association(*pair))
    graph.isolate("b")
    assert not graph.connects("b")
    assert [each["AssociationId"] for each in graph.associations] == ["c a"]
