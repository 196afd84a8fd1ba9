"""The GetSearchSuggestions operation."""

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
"""The families whose names users make up, in the order in which they are suggested."""

MAX_SUGGESTIONS = 100
"""Limit of an answer; AWS documents none."""

Names = tuple[str, ...]
Word = tuple[str, Names]
"""A family, and all names that one document uses in it."""

_vocabularies: WeakKeyDictionary[Table[Any], Vocabulary[Word]] = WeakKeyDictionary()


def get_search_suggestions(world: World, request: Request) -> Response:
    """The names of hyperparameters, metrics and tags that begin with the hint.

    A hint may also be the beginning of a whole property name, such as `hyperparameters.lin`.
    Without a hint, all names are suggested.
    """
    resource = request["Resource"]
    query = request.get("SuggestionQuery", {}).get("PropertyNameQuery", {})
    hint = query.get("PropertyNameHint", "").lower()
    matching = (
        f"{family.lower()}.{name}"
        for family, name in _names(world, resource)
        if name.lower().startswith(hint) or f"{family}.{name}".lower().startswith(hint)
    )
    return {
        "PropertyNameSuggestions": [
            {"PropertyName": name}
            for name, _ in zip(matching, range(MAX_SUGGESTIONS), strict=False)
        ]
    }


def _names(world: World, resource: str) -> Iterator[tuple[str, str]]:
    """The families and the names in use, in order."""
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
    """A function that returns a document's names by family; most documents share all of them."""
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
