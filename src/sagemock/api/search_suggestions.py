"""GetSearchSuggestions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from weakref import WeakKeyDictionary

from sagemock.accounts.world import Request, Response, World
from sagemock.api.search import source
from sagemock.api.search_schema import schema
from sagemock.documents import Document
from sagemock.query.schema import MapOf
from sagemock.resources.types import SEARCHABLE, of_search
from sagemock.store import Table, Vocabulary

FAMILIES = ("HyperParameters", "Metrics", "Tags")
"""Where users make names up, in the order in which these are suggested."""

MOST = 100
"""Suggestions in an answer; AWS names no maximum."""

Names = tuple[str, ...]
Word = tuple[str, Names]
"""A family, and all names that one document has in it."""

_vocabularies: WeakKeyDictionary[Table[Any], Vocabulary[Word]] = WeakKeyDictionary()


def get_search_suggestions(world: World, request: Request) -> Response:
    """The names of hyperparameters, metrics and tags that begin with the hint.

    A hint may also be the beginning of the whole property name, such as `hyperparameters.lin`;
    without one, everything is suggested.
    """
    resource = request["Resource"]
    query = request.get("SuggestionQuery", {}).get("PropertyNameQuery", {})
    hint = query.get("PropertyNameHint", "").lower()
    found = (
        f"{family.lower()}.{name}"
        for family, name in _names(world, resource)
        if name.lower().startswith(hint) or f"{family}.{name}".lower().startswith(hint)
    )
    return {
        "PropertyNameSuggestions": [
            {"PropertyName": name} for name, _ in zip(found, range(MOST), strict=False)
        ]
    }


def _names(world: World, resource: str) -> Iterator[tuple[str, str]]:
    """Families and the names in use in them, in order."""
    if resource not in SEARCHABLE:
        return
    seen: dict[str, set[str]] = {}
    for family, names in _in_use(world, resource):
        seen.setdefault(family, set()).update(names)
    for family in FAMILIES:
        for name in sorted(seen.get(family, ())):
            yield family, name


def _in_use(world: World, resource: str) -> Iterable[Word]:
    documents = source(world, of_search(resource))
    words = _words(resource)
    if not isinstance(documents, Table):
        return {word for document in documents for word in words(document)}
    vocabulary = _vocabularies.get(documents)
    if vocabulary is None:
        vocabulary = _vocabularies.setdefault(documents, Vocabulary(words))
    return vocabulary.of(documents)


def _words(resource: str) -> Callable[[Document], list[Word]]:
    """From a document to its names, family by family; most documents share all of them."""
    known = schema(resource)
    readers: dict[str, Callable[[Document], Iterable[str]]] = {}
    for family in FAMILIES:
        if family in known.families:
            readers[family] = known.families[family].names
        elif isinstance(known.root.members.get(family), MapOf):
            readers[family] = _keys(family)

    def words(document: Document) -> list[Word]:
        return [(family, tuple(read(document))) for family, read in readers.items()]

    return words


def _keys(member: str) -> Callable[[Document], Iterable[str]]:
    return lambda document: document.get(member) or ()
