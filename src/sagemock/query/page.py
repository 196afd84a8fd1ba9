"""Searching a table: what matches, in order, page by page."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sagemock.query.errors import QueryError
from sagemock.query.expression import compile_expression, compile_visibility
from sagemock.query.operators import as_number
from sagemock.query.schema import Document, Kind, Property, Schema
from sagemock.store import Table

DEFAULT_SORT = "LastModifiedTime"
DEFAULT_PAGE = 10


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page: its documents, how many match in all, and the token of the next page."""

    documents: list[Document]
    total: int
    next_token: str | None


def search(table: Table, schema: Schema, request: Mapping[str, Any]) -> SearchPage:
    """Answer a wire-shaped SearchRequest; its Resource is the schema's.

    Raises `QueryError`.
    """
    matches = compile_expression(schema, request.get("SearchExpression"))
    visible = compile_visibility(schema, request.get("VisibilityConditions"))
    sort_by = _sort_property(schema, request.get("SortBy"))
    descending = request.get("SortOrder", "Descending") == "Descending"
    start = _decode(request["NextToken"], request) if "NextToken" in request else 0
    if request.get("CrossAccountFilterOption") == "CrossAccount":
        # No other account shares anything.
        return SearchPage([], 0, None)
    found = [each for each in table.documents() if matches(each) and visible(each)]
    ordered = in_order(found, schema.key, sort_by, descending=descending)
    end = start + request.get("MaxResults", DEFAULT_PAGE)
    token = _encode(end, request) if end < len(ordered) else None
    return SearchPage(ordered[start:end], len(ordered), token)


def _sort_property(schema: Schema, name: str | None) -> Property | None:
    """What to sort by; None for the default where the documents have no such time."""
    if name is not None:
        return schema.property(name)
    try:
        return schema.property(DEFAULT_SORT)
    except QueryError:
        return None


def in_order(
    documents: Iterable[Document], key: str, sort_by: Property | None, *, descending: bool
) -> list[Document]:
    """Documents by a property; those without it last in both orders, equal ones by key."""
    ordered = sorted(documents, key=lambda each: str(each[key]))
    if sort_by is None:
        return ordered
    valued = [(_sort_value(sort_by, document), document) for document in ordered]
    present = [pair for pair in valued if pair[0] is not None]
    present.sort(key=lambda pair: pair[0], reverse=descending)
    missing = [document for value, document in valued if value is None]
    return [document for _, document in present] + missing


def _sort_value(sort_by: Property, document: Document) -> Any:
    """The first value; a hyperparameter sorts as a number, before those that are text."""
    values = sort_by.values(document)
    if not values or sort_by.kind is Kind.COLLECTION:
        return None
    if sort_by.kind is not Kind.HYPERPARAMETER:
        return values[0]
    number = as_number(values[0])
    return (1, 0.0, values[0]) if number is None else (0, number, "")


def _encode(offset: int, request: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(f"{offset}:{_digest(request)}".encode()).decode()


def _decode(token: str, request: Mapping[str, Any]) -> int:
    try:
        offset, digest = base64.urlsafe_b64decode(token.encode()).decode().split(":")
        if digest != _digest(request):
            raise ValueError(digest)
        return int(offset)
    except ValueError as error:
        raise QueryError('Invalid pagination token because "{0}".') from error


def _digest(request: Mapping[str, Any]) -> str:
    """The question that a token belongs to; the size of a page is no part of it."""
    question = {
        name: value for name, value in request.items() if name not in ("NextToken", "MaxResults")
    }
    text = json.dumps(question, sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
