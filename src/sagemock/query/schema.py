"""The properties that documents have, and how a search names them.

A schema is a tree: structures of members, lists, maps, and scalars of a kind. A property is a
path through it, such as `ResourceConfig.InstanceCount`. Fixed names are matched without case;
the names that users make up (keys of maps and tags, names of metrics) are matched as they are,
and may contain dots.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from sagemock.query.errors import QueryError

Document = Mapping[str, Any]


class Kind(Enum):
    """What a property holds; decides which operators it takes and how values compare."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    TIMESTAMP = "timestamp"
    HYPERPARAMETER = "hyperparameter"
    """Text that may be a number; compared as the filter's value is written."""
    COLLECTION = "collection"
    """A structure, a list of structures, or a map: it exists or it does not."""


@dataclass(frozen=True, slots=True)
class Scalar:
    kind: Kind


@dataclass(frozen=True, slots=True)
class Structure:
    members: Mapping[str, Node]


@dataclass(frozen=True, slots=True)
class ListOf:
    element: Node


@dataclass(frozen=True, slots=True)
class MapOf:
    value: Node


@dataclass(frozen=True, slots=True)
class NamedValues:
    """A virtual map over a list of structures: `Tags.<Key>`, `Metrics.<MetricName>`.

    source: the list; name and value: the members that hold key and value.
    """

    source: str
    name: str
    value: str
    kind: Kind


Node = Scalar | Structure | ListOf | MapOf | NamedValues


@dataclass(frozen=True, slots=True)
class Property:
    """A property of the documents.

    name: as the schema writes it, the same for every spelling. values: all that a document
    holds there; none when it is missing, several when the path leads through lists.
    """

    name: str
    kind: Kind
    values: Callable[[Document], Sequence[Any]] = field(compare=False)


@dataclass(frozen=True, slots=True)
class Elements:
    """A property that is a list of structures, for nested filters."""

    name: str
    elements: Callable[[Document], Sequence[Document]] = field(compare=False)
    element: Schema = field(compare=False)


@dataclass(frozen=True, slots=True)
class Schema:
    """The properties of one kind of document.

    key: the property that identifies a document. virtual: families beside the members, by name.
    """

    key: str
    root: Structure
    virtual: Mapping[str, NamedValues] = field(default_factory=dict)
    repeatable_contains: bool = False
    """Whether a search may use Contains more than once."""
    wrapper: str | None = None
    """A segment that may stand before every name, where answers wrap the documents."""

    def property(self, name: str) -> Property:
        """The property of that name. Raises `QueryError`."""
        first, _, rest = name.partition(".")
        if self.wrapper is not None and rest and first.lower() == self.wrapper.lower():
            return self.property(rest)
        family = _fold(self.virtual, first)
        if family is not None and rest:
            return _named_value(family, self.virtual[family], rest)
        found = _resolve(self.root, name.split("."), name)
        if found is None:
            raise unknown(name)
        path, node = found
        kind = node.kind if isinstance(node, Scalar) else Kind.COLLECTION
        return Property(".".join(path), kind, _reader(path))

    def elements(self, name: str) -> Elements:
        """The list of structures of that name, for a nested filter. Raises `QueryError`."""
        found = _resolve(self.root, name.split("."), name)
        if found is None:
            raise unknown(name)
        path, node = found
        if not (isinstance(node, ListOf) and isinstance(node.element, Structure)):
            raise QueryError(f"Property is not a nested list of structures: {name}")
        read = _reader(path)
        return Elements(".".join(path), read, Schema(self.key, node.element))


def unknown(name: str) -> QueryError:
    return QueryError(f"Unknown property name: {name}")


def _fold(members: Mapping[str, Any], name: str) -> str | None:
    """The member that `name` means, whatever its case."""
    if name in members:
        return name
    lowered = name.lower()
    return next((member for member in members if member.lower() == lowered), None)


def _resolve(node: Node, segments: Sequence[str], name: str) -> tuple[tuple[str, ...], Node] | None:
    """The node that a path leads to, with the path as the schema writes it."""
    if isinstance(node, ListOf):
        return _resolve(node.element, segments, name)
    if not segments or not segments[0]:
        return None
    if isinstance(node, MapOf):
        return _resolve_key(node, segments, name)
    if not isinstance(node, Structure):
        return None
    member = _fold(node.members, segments[0])
    if member is None:
        return None
    below = node.members[member]
    if len(segments) == 1:
        return (member,), below
    found = _resolve(below, segments[1:], name)
    return None if found is None else ((member, *found[0]), found[1])


def _resolve_key(
    node: MapOf, segments: Sequence[str], name: str
) -> tuple[tuple[str, ...], Node] | None:
    """A key is all that is left, but for the members of the values, if these have any."""
    if isinstance(node.value, Structure) and len(segments) > 1:
        found = _resolve(node.value, segments[-1:], name)
        if found is not None:
            return (".".join(segments[:-1]), *found[0]), found[1]
    return (".".join(segments),), node.value


def _reader(path: Sequence[str]) -> Callable[[Document], Sequence[Any]]:
    """A function from a document to the values at `path`."""
    if len(path) == 1:
        (only,) = path

        def read_member(document: Document) -> Sequence[Any]:
            value = document.get(only)
            return _flat(value)

        return read_member

    def read_path(document: Document) -> Sequence[Any]:
        found: list[Any] = [document]
        for segment in path:
            found = [
                value
                for holder in found
                for value in _flat(holder.get(segment) if isinstance(holder, Mapping) else None)
            ]
        return found

    return read_path


def _flat(value: Any) -> Sequence[Any]:
    """A value as a list: nothing when it is missing or empty, its elements when it is a list."""
    if value is None or value in ("", {}):
        return ()
    return value if isinstance(value, list) else (value,)


def _named_value(family: str, named: NamedValues, key: str) -> Property:
    source, name, value = named.source, named.name, named.value

    def read(document: Document) -> Sequence[Any]:
        return [
            entry[value]
            for entry in document.get(source) or ()
            if entry.get(name) == key and entry.get(value) not in (None, "")
        ]

    return Property(f"{family}.{key}", named.kind, read)


def names(schema: Schema) -> Iterator[tuple[str, Node]]:
    """Every property that has a fixed name, with what it is; for people and references."""
    yield from _names(schema.root, ())


def _names(node: Node, path: tuple[str, ...]) -> Iterator[tuple[str, Node]]:
    if path:
        yield ".".join(path), node
    below = node.element if isinstance(node, ListOf) else node
    if isinstance(below, Structure):
        for member, inner in below.members.items():
            yield from _names(inner, (*path, member))
