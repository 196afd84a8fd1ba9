"""Searching document by document: for few of them, and for those that no table keeps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sagemock.documents import Document
from sagemock.query.property import Property
from sagemock.query.question import Found, Question


def in_order(
    documents: list[Document], key: str, sort_by: Property | None, *, descending: bool
) -> list[Document]:
    """Documents by a property; those without it last in both orders, equal ones by key."""
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
    # Sorting keeps the order of equal ones, backwards as well.
    present.sort(key=lambda pair: pair[0], reverse=descending)
    return [*(document for _, document in present), *missing]


def scan(documents: Sequence[Document], question: Question) -> Found:
    """Answer a question by testing each document."""
    test = question.expression.test
    found = [document for document in documents if test(document)]
    ordered = in_order(found, question.key, question.sort_by, descending=question.descending)
    return Found(ordered[question.start : question.end], len(found))
