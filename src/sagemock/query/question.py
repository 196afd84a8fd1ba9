"""A search that has been understood, and what answers it."""

from __future__ import annotations

from dataclasses import dataclass

from sagemock.documents import Document
from sagemock.query.expression import Expression
from sagemock.query.property import Property


@dataclass(frozen=True, slots=True)
class Question:
    """What matches, in which order, and which of it is asked for.

    sort_by: None sorts by key alone. start, end: the page, counted from the first match.
    """

    expression: Expression
    sort_by: Property | None
    descending: bool
    start: int
    end: int
    key: str


@dataclass(frozen=True, slots=True)
class Found:
    """A page of what matches, and how many match in all."""

    documents: list[Document]
    total: int
