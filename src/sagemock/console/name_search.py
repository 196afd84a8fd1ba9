"""Resources of all kinds by a part of their names, for the box at the top of every page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from sagemock.accounts.world import World
from sagemock.console.links import FOLDERS, page_of, resource_of
from sagemock.console.search import resource_lookup
from sagemock.documents import Document
from sagemock.query import QueryError
from sagemock.resources.resource_type import ResourceType
from sagemock.resources.types import TYPES
from sagemock.suggestions import close_matches

MAX_COMPARED = 2_000
"""The newest names that are compared with one that does not exist; comparing takes 10 µs each."""


@dataclass(frozen=True, slots=True)
class NameMatch:
    """A resource, and the path of its page."""

    name: str
    path: str
    document: Document


@dataclass(frozen=True, slots=True)
class Group:
    """The resources of one kind that match, the best match first."""

    kind: ResourceType
    matches: list[NameMatch]


def search(world: World, part: str) -> list[Group]:
    """Return what has a name or an ARN with a part in it, whatever the case, by kind.

    Names that are the part come before those that begin with it, and these before the others; the
    newest first in each.
    """
    wanted = part.casefold()
    groups = []
    for kind in _kinds():
        matches = [each for each in _all(world, kind) if _contains(kind, each, wanted)]
        matches.sort(key=lambda each: _rank(each.name.casefold(), wanted))
        if matches:
            groups.append(Group(kind, matches))
    return groups


def _kinds() -> Iterator[ResourceType]:
    """Those with pages, first those that have lists."""
    listed = list(FOLDERS.values())
    yield from listed
    searchable = resource_lookup.searchable()
    yield from (kind for kind in TYPES if kind not in listed and resource_of(kind) in searchable)


def _all(world: World, kind: ResourceType) -> Iterator[NameMatch]:
    """All resources of a kind, the newest first."""
    try:
        target = resource_lookup.find(world, resource_of(kind))
    except QueryError:
        return
    documents: Iterable[Document] = target.documents
    for each in reversed(list(documents)):
        if kind.key in each:
            yield NameMatch(str(each[kind.key]), page_of(kind, str(each[target.key])), each)


def _contains(kind: ResourceType, match: NameMatch, wanted: str) -> bool:
    if wanted in match.name.casefold():
        return True
    return wanted.startswith("arn:") and match.document.get(kind.arn_member) == wanted


def _rank(name: str, wanted: str) -> int:
    return 0 if name == wanted else 1 if name.startswith(wanted) else 2


def similar(world: World, kind: ResourceType, name: str) -> list[NameMatch]:
    """Return the resources of a kind whose names resemble one that does not exist."""
    matches = {each.name: each for each in islice(_all(world, kind), MAX_COMPARED)}
    return [matches[each] for each in close_matches(name, matches)]
