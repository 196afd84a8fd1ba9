"""Search document by document: for few of them, and for those that no table keeps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sagemock.documents import Document
from sagemock.query.property import Property
from sagemock.query.query import Query, QueryResult


def in_order(
    documents: list[Document], key: str, sort_by: Property | None, *, descending: bool
) -> list[Document]:
    """Sort documents by a property.

    Documents without it come last in either order; those that sort alike are ordered by key.
    """
    if len(documents) < 2:
        return documents
    ordered = sorted(documents, key=lambda each: str(each[key]))
    if sort_by is None:
        return ordered
    present: list[tuple[Any, Document]] = []
    missing: list[Document] = []
    for document in ordered:
        value = sort_by.first(document)
        if value is None:
            missing.append(document)
        else:
            present.append((sort_by.sort_key(value), document))
    # The sort is stable, in reverse as well.
    present.sort(key=lambda pair: pair[0], reverse=descending)
    return [*(document for _, document in present), *missing]


def scan(documents: Sequence[Document], query: Query) -> QueryResult:
    """Run a query by testing each document."""
    test = query.expression.test
    matches = [document for document in documents if test(document)]
    ordered = in_order(matches, query.key, query.sort_by, descending=query.descending)
    return QueryResult(ordered[query.start : query.end], len(matches))
