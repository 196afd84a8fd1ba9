"""A property of documents: its name, its kind, and how to read it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from sagemock.documents import Document

Read = Callable[[Document], Any]


class Kind(Enum):
    """What a property holds; decides which operators it takes and how values compare."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    TIMESTAMP = "timestamp"
    HYPERPARAMETER = "hyperparameter"
    """Text that may be a number; compared as the filter's value is written."""
    PARAMETER = "number or text"
    """A number in one document and a text in another."""
    COLLECTION = "collection"
    """A structure, a list of structures, or a map: it exists or it does not."""


@dataclass(frozen=True, slots=True)
class Property:
    """A property of the documents.

    name: as the schema writes it, the same for every spelling. read: what a document holds
    there, None when it is missing. many: whether the path leads through lists; `read` gives a
    tuple then, which is never empty. single_precision: whether numbers are float32 on the wire.
    """

    name: str
    kind: Kind
    read: Read = field(compare=False)
    many: bool = False
    single_precision: bool = False

    @property
    def numeric(self) -> bool:
        """Whether every value is one number."""
        return self.kind in (Kind.NUMBER, Kind.TIMESTAMP) and not self.many

    def first(self, document: Document) -> Any:
        """The value that a document is sorted by."""
        value = self.read(document)
        return value[0] if self.many and value is not None else value

    def sort_key(self, value: Any) -> Any:
        """What a value compares by; numbers come before texts where there may be both."""
        if self.kind not in (Kind.HYPERPARAMETER, Kind.PARAMETER):
            return value
        number = decimal(value)
        return (1, 0.0, value) if number is None else (0, number, "")


def decimal(value: Any) -> float | None:
    """The finite decimal number that a value is or writes, or None."""
    if isinstance(value, str) and ("_" in value or not value.isascii()):
        # Python reads these as numbers, AWS's service does not.
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


@dataclass(frozen=True, slots=True)
class Step:
    """One segment of a path; `many` when a list stands there."""

    name: str
    many: bool = False


def missing(value: Any) -> bool:
    """Whether a value counts as none: empty texts and collections do, and what is no number."""
    if value:
        return bool(value != value)
    return value is None or value in ("", [], {})


def reader(path: Sequence[Step]) -> Read:
    """A function from a document to what it holds at the end of a path."""
    if any(step.many for step in path):
        return _many_reader(path)
    if len(path) == 1:
        name = path[0].name

        def read_member(document: Document) -> Any:
            value = document.get(name)
            return None if missing(value) else value

        return read_member
    *above, last = (step.name for step in path)

    def read_path(document: Document) -> Any:
        holder: Any = document
        for name in above:
            holder = holder.get(name)
            if holder is None:
                return None
        value = holder.get(last)
        return None if missing(value) else value

    return read_path


def _many_reader(path: Sequence[Step]) -> Read:
    steps = [(step.name, step.many) for step in path]

    def read_many(document: Document) -> Any:
        found: list[Any] = [document]
        for name, many in steps:
            below: list[Any] = []
            for holder in found:
                value = holder.get(name)
                if value is None:
                    continue
                if many:
                    below.extend(value)
                else:
                    below.append(value)
            found = below
        return tuple([value for value in found if not missing(value)]) or None

    return read_many


def existence(path: Sequence[Step]) -> Read:
    """A function from a document to True where the path leads to something, or None."""
    read = reader(path)

    def exists(document: Document) -> Any:
        return None if read(document) is None else True

    return exists
