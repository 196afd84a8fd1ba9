"""Families of properties whose names users make up, such as `Tags.<key>`.

No member of a document has such a name: a family reads a list of keys and values, or a map of typed
values, as if it were a plain map.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from sagemock.documents import Document
from sagemock.query.property import Kind, Property, missing


class Family(Protocol):
    """The properties behind a first segment, such as `Tags`."""

    def find(self, family: str, rest: str) -> Property | None:
        """The property `family.rest`, or None when the family has no such property."""
        ...

    def names(self, document: Document, /) -> Iterable[str]:
        """The names that a document uses in this family, for suggestions."""
        ...

    @property
    def form(self) -> str:
        """What follows the name of the family, for the documentation."""
        ...

    @property
    def kind(self) -> Kind:
        """What its properties hold, unless a member says otherwise."""
        ...


@dataclass(frozen=True, slots=True)
class NamedValues:
    """A list of structures as a map: `Tags.<Key>`, a training job's `Metrics.<MetricName>`.

    Parameters
    ----------
    source : str
        The member that holds the list.
    name, value : str
        The members of its structures that hold key and value; of several structures with the same
        key the first counts.
    kind : Kind
        What the values are.
    form : str
        What follows the name of the family, for the documentation.
    single_precision : bool
        Whether numbers are float32 on the wire.
    """

    source: str
    name: str
    value: str
    kind: Kind
    form: str = "<key>"
    single_precision: bool = False

    def find(self, family: str, rest: str) -> Property | None:
        """The property `family.rest`, or None when the family has no such property."""
        if not rest:
            return None
        source, name, value = self.source, self.name, self.value

        def read(document: Document) -> Any:
            for entry in document.get(source) or ():
                if entry.get(name) == rest:
                    stored = entry.get(value)
                    return None if missing(stored) else stored
            return None

        return Property(f"{family}.{rest}", self.kind, read, single_precision=self.single_precision)

    def names(self, document: Document) -> Iterable[str]:
        """The names that a document uses."""
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

    Where a document has a metric whose own name ends like a statistic, that metric counts.

    Parameters
    ----------
    source : str
        The member that holds the list.
    name : str
        The member of its structures that holds the name.
    statistics : tuple[str, ...]
        The members that hold the statistics.
    default : str
        The statistic that a bare name means.
    form : str
        What follows the name of the family, for the documentation.
    kind : Kind
        What the statistics are.
    """

    source: str
    name: str
    statistics: tuple[str, ...]
    default: str
    form: str
    kind: Kind = Kind.NUMBER

    def find(self, family: str, rest: str) -> Property | None:
        """The property `family.rest`, or None when the family has no such property."""
        if not rest:
            return None
        stem, statistic = _split(rest, self.statistics)
        shown = rest if statistic is None else f"{stem}.{statistic}"
        source, name, default = self.source, self.name, self.default

        def read(document: Document) -> Any:
            entries = document.get(source) or ()
            value = None
            for entry in entries:
                if entry.get(name) == rest:
                    value = entry.get(default)
                    break
                if statistic is not None and value is None and entry.get(name) == stem:
                    value = entry.get(statistic)
            return None if missing(value) else value

        return Property(f"{family}.{shown}", Kind.NUMBER, read)

    def names(self, document: Document) -> Iterable[str]:
        """The names that a document uses."""
        return [entry[self.name] for entry in document.get(self.source) or ()]


@dataclass(frozen=True, slots=True)
class TypedMap:
    """A map whose values hold one of several typed members: a trial component's `Parameters`.

    `<name>.<Member>` reads one of the members, a bare name whichever there is.

    Parameters
    ----------
    source : str
        The member that holds the map.
    members : Mapping[str, Kind]
        The typed members and their kinds, in the order in which a bare name tries them.
    form : str
        What follows the name of the family, for the documentation.
    kind : Kind
        What a bare name holds.
    """

    source: str
    members: Mapping[str, Kind]
    form: str
    kind: Kind = Kind.PARAMETER

    def find(self, family: str, rest: str) -> Property | None:
        """The property `family.rest`, or None when the family has no such property."""
        if not rest:
            return None
        stem, member = _split(rest, self.members)
        if member is not None:
            read = _map_reader(self.source, stem, (member,))
            return Property(f"{family}.{stem}.{member}", self.members[member], read)
        read = _map_reader(self.source, rest, tuple(self.members))
        return Property(f"{family}.{rest}", Kind.PARAMETER, read)

    def names(self, document: Document) -> Iterable[str]:
        """The names that a document uses."""
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
    """All texts in a list of structures: `AllTags` is any key or value of a tag."""

    source: str
    members: tuple[str, ...]
    form: str = ""
    kind: Kind = Kind.TEXT

    def find(self, family: str, rest: str) -> Property | None:
        """The property `family.rest`, or None when the family has no such property."""
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
        """None: users make up no name in this family."""
        return ()
