"""A property of documents: its name, its kind, and how to read it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from sagemock.documents import Document

Read = Callable[[Document], Any]
"""Reads a property of a document; None when it is missing."""


class Kind(Enum):
    """What a property holds, which decides on its operators and on how its values compare."""

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
    """A property of documents.

    Parameters
    ----------
    name : str
        As the schema spells it, whatever the spelling of the request.
    kind : Kind
        What it holds.
    read : Read
        Returns the value in a document, or None.
    many : bool
        Whether the path leads through a list; `read` then returns a tuple, which is never empty.
    single_precision : bool
        Whether numbers are float32 on the wire.
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
        """The value by which a document is sorted: the first, where there are several."""
        value = self.read(document)
        return value[0] if self.many and value is not None else value

    def sort_key(self, value: Any) -> Any:
        """What a value is sorted by; numbers come before texts where a property may hold both."""
        if self.kind not in (Kind.HYPERPARAMETER, Kind.PARAMETER):
            return value
        number = decimal(value)
        return (1, 0.0, value) if number is None else (0, number, "")


def decimal(value: Any) -> float | None:
    """A value, or a text that spells a decimal number, as a finite float; else None."""
    if isinstance(value, str) and ("_" in value or not value.isascii()):
        # Python reads these as numbers; AWS does not.
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


@dataclass(frozen=True, slots=True)
class Step:
    """One segment of a path; `many` when it names a list."""

    name: str
    many: bool = False


def missing(value: Any) -> bool:
    """Whether a value counts as missing: None, NaN, or an empty text or collection."""
    if value:
        return bool(value != value)
    return value is None or value in ("", [], {})


def reader(path: Sequence[Step]) -> Read:
    """A function that returns what a document holds at the end of a path."""
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
        level: list[Any] = [document]
        for name, many in steps:
            below: list[Any] = []
            for holder in level:
                value = holder.get(name)
                if value is None:
                    continue
                if many:
                    below.extend(value)
                else:
                    below.append(value)
            level = below
        return tuple([value for value in level if not missing(value)]) or None

    return read_many


def existence(path: Sequence[Step]) -> Read:
    """A function that returns True for a document in which the path leads to a value, else None."""
    read = reader(path)

    def exists(document: Document) -> Any:
        return None if read(document) is None else True

    return exists
