"""Properties that no member of a document is: families of names that users make up.

`Tags.<key>` reads a list of keys and values as if it were a map; so do the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from sagemock.documents import Document
from sagemock.query.property import Kind, Property, missing


class Family(Protocol):
    """What may stand behind a first segment."""

    def find(self, family: str, rest: str) -> Property | None:
        """The property `family.rest`, or None when the family has no such one."""
        ...

    def names(self, document: Document, /) -> Iterable[str]:
        """The names that a document has in it; for suggestions."""
        ...

    @property
    def form(self) -> str:
        """What a name looks like behind the family's; for people."""
        ...

    @property
    def kind(self) -> Kind: ...


@dataclass(frozen=True, slots=True)
class NamedValues:
    """A list of structures as a map: `Tags.<Key>`, a training job's `Metrics.<MetricName>`.

    source: the list. name, value: the members that hold key and value; the first element of a
    name counts.
    """

    source: str
    name: str
    value: str
    kind: Kind
    form: str = "<key>"
    single_precision: bool = False

    def find(self, family: str, rest: str) -> Property | None:
        if not rest:
            return None
        source, name, value = self.source, self.name, self.value

        def read(document: Document) -> Any:
            for entry in document.get(source) or ():
                if entry.get(name) == rest:
                    found = entry.get(value)
                    return None if missing(found) else found
            return None

        return Property(f"{family}.{rest}", self.kind, read, single_precision=self.single_precision)

    def names(self, document: Document) -> Iterable[str]:
        return [entry[self.name] for entry in document.get(self.source) or ()]


def _split(name: str, suffixes: Iterable[str]) -> tuple[str, str | None]:
    """What stands before the last dot of a name, and which suffix behind it, in whatever case.

    None for the suffix when it is none of `suffixes`.
    """
    stem, _, suffix = name.rpartition(".")
    folded = {each.lower(): each for each in suffixes}
    return stem, folded.get(suffix.lower()) if stem else None


@dataclass(frozen=True, slots=True)
class Statistics:
    """A list of summaries as a map: `Metrics.<MetricName>[.<Statistic>]`.

    A name that ends like a statistic is taken for the metric's own where a document has one of
    that name. default: the statistic that a bare name means.
    """

    source: str
    name: str
    statistics: tuple[str, ...]
    default: str
    form: str
    kind: Kind = Kind.NUMBER

    def find(self, family: str, rest: str) -> Property | None:
        if not rest:
            return None
        stem, statistic = _split(rest, self.statistics)
        shown = rest if statistic is None else f"{stem}.{statistic}"
        source, name, default = self.source, self.name, self.default

        def read(document: Document) -> Any:
            entries = document.get(source) or ()
            found = None
            for entry in entries:
                if entry.get(name) == rest:
                    found = entry.get(default)
                    break
                if statistic is not None and found is None and entry.get(name) == stem:
                    found = entry.get(statistic)
            return None if missing(found) else found

        return Property(f"{family}.{shown}", Kind.NUMBER, read)

    def names(self, document: Document) -> Iterable[str]:
        return [entry[self.name] for entry in document.get(self.source) or ()]


@dataclass(frozen=True, slots=True)
class TypedMap:
    """A map whose values hold one of several typed members: a trial component's `Parameters`.

    `<name>.<Member>` reads one of them; a bare name whichever there is. members: with their
    kinds, in the order in which they are looked at.
    """

    source: str
    members: Mapping[str, Kind]
    form: str
    kind: Kind = Kind.PARAMETER

    def find(self, family: str, rest: str) -> Property | None:
        if not rest:
            return None
        stem, member = _split(rest, self.members)
        if member is not None:
            read = _map_reader(self.source, stem, (member,))
            return Property(f"{family}.{stem}.{member}", self.members[member], read)
        read = _map_reader(self.source, rest, tuple(self.members))
        return Property(f"{family}.{rest}", Kind.PARAMETER, read)

    def names(self, document: Document) -> Iterable[str]:
        return list(document.get(self.source) or ())


def _map_reader(source: str, key: str, members: tuple[str, ...]) -> Callable[[Document], Any]:
    def read(document: Document) -> Any:
        entry = (document.get(source) or {}).get(key) or {}
        for member in members:
            if not missing(entry.get(member)):
                return entry[member]
        return None

    return read


@dataclass(frozen=True, slots=True)
class AnyText:
    """All texts of a list of structures: `AllTags` is any key or value of a tag."""

    source: str
    members: tuple[str, ...]
    form: str = ""
    kind: Kind = Kind.TEXT

    def find(self, family: str, rest: str) -> Property | None:
        if rest:
            return None
        source, members = self.source, self.members

        def read(document: Document) -> Any:
            texts = tuple(
                entry[member]
                for entry in document.get(source) or ()
                for member in members
                if not missing(entry.get(member))
            )
            return texts or None

        return Property(family, Kind.TEXT, read, many=True)

    def names(self, _: Document) -> Iterable[str]:
        return ()
