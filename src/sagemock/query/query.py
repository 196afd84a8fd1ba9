"""A search request after parsing, and its result."""

from __future__ import annotations

from dataclasses import dataclass

from sagemock.documents import Document
from sagemock.query.expression import Expression
from sagemock.query.property import Property


@dataclass(frozen=True, slots=True)
class Query:
    """Which documents to return, in which order.

    Parameters
    ----------
    expression : Expression
        What a document must satisfy.
    sort_by : Property or None
        The property to sort by; None sorts by key alone.
    descending : bool
        Whether the largest value comes first.
    start, end : int
        The page, as a half-open range of positions among the matches.
    key : str
        The property that identifies a document, and that orders those which sort alike.
    """

    expression: Expression
    sort_by: Property | None
    descending: bool
    start: int
    end: int
    key: str


@dataclass(frozen=True, slots=True)
class QueryResult:
    """The documents of the page, and how many match in all."""

    documents: list[Document]
    total: int
