"""The properties that documents have, and how a search names them.

A schema is a tree of structures, lists, maps, and scalars of a kind. A property is a path through
it, such as `ResourceConfig.InstanceCount`. Names that are fixed are matched whatever their case;
names that users make up (keys of maps and tags, names of metrics) are matched as they are, and may
contain dots.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sagemock.documents import Document
from sagemock.query.errors import QueryError
from sagemock.query.families import Family
from sagemock.query.property import Kind, Property, Step, existence, reader

REMEMBERED = 10_000
"""Limit of the properties that a schema caches, as users may make up any number of names."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value of a kind."""

    kind: Kind
    single_precision: bool = False


@dataclass(frozen=True, slots=True)
class Structure:
    """Members with fixed names."""

    members: Mapping[str, Node]


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list; a path goes through all of its elements."""

    element: Node


@dataclass(frozen=True, slots=True)
class MapOf:
    """A map whose keys users make up."""

    value: Node


Node = Scalar | Structure | ListOf | MapOf


@dataclass(frozen=True, slots=True)
class Elements:
    """A property that is a list of structures, for nested filters."""

    name: str
    read: Callable[[Document], Sequence[Document] | None] = field(compare=False)
    element: Schema = field(compare=False)


@dataclass(frozen=True, slots=True)
class Schema:
    """The properties of one kind of document.

    Parameters
    ----------
    key : str
        The property that identifies a document.
    root : Structure
        The members of a document.
    families : Mapping[str, Family]
        Properties whose names users make up, by their first segment. A family that needs a second
        segment does not hide a member of the same name.
    repeatable_contains : frozenset[str] or None
        The first segments on which a search may use Contains more than once; None for all.
    default_sort : str
        What a search sorts by unless it says otherwise.
    wrapper : str or None
        A segment that may precede every name, where answers wrap the documents.
    """

    key: str
    root: Structure
    families: Mapping[str, Family] = field(default_factory=dict)
    repeatable_contains: frozenset[str] | None = frozenset()
    default_sort: str = "LastModifiedTime"
    wrapper: str | None = None
    _known: dict[str, Property] = field(default_factory=dict, compare=False, repr=False)

    def property(self, name: str) -> Property:
        """The property of that name. Raises `QueryError`."""
        prop = self._known.get(name)
        if prop is None:
            prop = self._find(name)
            if len(self._known) < REMEMBERED:
                self._known[name] = prop
        return prop

    def _find(self, name: str) -> Property:
        first, _, rest = name.partition(".")
        if self.wrapper is not None and rest and first.lower() == self.wrapper.lower():
            return self.property(rest)
        family = _fold(self.families, first)
        if family is not None:
            virtual = self.families[family].find(family, rest)
            if virtual is not None:
                return virtual
        return self._member(name)

    def _member(self, name: str) -> Property:
        path, node = self._resolve(name)
        if not isinstance(node, Scalar):
            return Property(_dotted(path), Kind.COLLECTION, existence(path))
        many = any(step.many for step in path)
        return Property(_dotted(path), node.kind, reader(path), many, node.single_precision)

    def beneath(self, name: str) -> Property:
        """The property of that path through a list of structures, with the values of all elements.

        After the name of a family, a filter has a key and this path a member. The returned property
        has a name that no filter can have, so that the two do not share a column.
        """
        prop = self._member(name)
        first, _, rest = prop.name.partition(".")
        return replace(prop, name=f"{first}.[].{rest}") if first in self.families else prop

    def elements(self, name: str) -> Elements:
        """The list of structures of that name, for a nested filter. Raises `QueryError`."""
        path, node = self._resolve(name)
        if not (path[-1].many and isinstance(node, Structure)):
            raise QueryError(f"Property is not a nested list of structures: {name}")
        return Elements(_dotted(path), reader(path), Schema(self.key, node))

    def may_repeat_contains(self, prop: Property) -> bool:
        """Whether a search may use Contains on a property more than once."""
        repeatable = self.repeatable_contains
        return repeatable is None or prop.name.partition(".")[0] in repeatable

    def _resolve(self, name: str) -> tuple[tuple[Step, ...], Node]:
        resolved = _walk(self.root, name.split("."))
        if resolved is None:
            raise QueryError(f"Unknown property name: {name}")
        return resolved


def _dotted(path: Sequence[Step]) -> str:
    return ".".join(step.name for step in path)


def _fold(members: Mapping[str, Any], name: str) -> str | None:
    """The member that `name` means, whatever its case."""
    if name in members:
        return name
    lowered = name.lower()
    return next((member for member in members if member.lower() == lowered), None)


def _walk(node: Node, segments: Sequence[str]) -> tuple[tuple[Step, ...], Node] | None:
    """The path that segments name, as the schema spells it, and the node at its end.

    For a list, that is the node of its elements.
    """
    if not segments[0]:
        return None
    if isinstance(node, MapOf):
        return _walk_map(node, segments)
    if not isinstance(node, Structure):
        return None
    member = _fold(node.members, segments[0])
    if member is None:
        return None
    return _below(member, node.members[member], segments[1:])


def _below(name: str, node: Node, rest: Sequence[str]) -> tuple[tuple[Step, ...], Node] | None:
    step = Step(name, many=isinstance(node, ListOf))
    inner = node.element if isinstance(node, ListOf) else node
    if not rest:
        return (step,), inner
    below = _walk(inner, rest)
    return None if below is None else ((step, *below[0]), below[1])


def _walk_map(node: MapOf, segments: Sequence[str]) -> tuple[tuple[Step, ...], Node] | None:
    """All remaining segments are the key, less a last one that names a member of the value."""
    if isinstance(node.value, Structure) and len(segments) > 1:
        member = _below(".".join(segments[:-1]), node.value, segments[-1:])
        if member is not None:
            return member
    return _below(".".join(segments), node.value, ())


def names(schema: Schema) -> Iterator[tuple[str, Node]]:
    """Every property that has a fixed name, and its node."""
    yield from _names(schema.root, ())


def _names(node: Node, path: tuple[str, ...]) -> Iterator[tuple[str, Node]]:
    if path:
        yield ".".join(path), node
    below = node.element if isinstance(node, ListOf) else node
    if isinstance(below, Structure):
        for member, inner in below.members.items():
            yield from _names(inner, (*path, member))
