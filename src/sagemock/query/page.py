"""Searching a table: what matches, in order, page by page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sagemock.documents import Document
from sagemock.query.errors import QueryError
from sagemock.query.expression import all_of, parse_expression, parse_visibility
from sagemock.query.property import Kind, Property
from sagemock.query.question import Found, Question
from sagemock.query.scan import scan
from sagemock.query.schema import Schema
from sagemock.query.token import Tokens
from sagemock.store import Table

if TYPE_CHECKING:
    from sagemock.query.plan import Plan

DEFAULT_PAGE = 10
FEW = 256
"""Documents up to which a scan is as fast as any index, and numpy need not be loaded."""

Source = Table[Any] | Sequence[Document]
"""Where to search: a table, or documents that no table keeps."""


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page: its documents, how many match in all, and the token of the next page."""

    documents: list[Document]
    total: int
    next_token: str | None


def search(
    source: Source, schema: Schema, request: Mapping[str, Any], *, scan_up_to: int = FEW
) -> SearchPage:
    """Answer a wire-shaped SearchRequest; its Resource is the schema's.

    scan_up_to: how many documents are searched without an index. Raises `QueryError`.
    """
    tokens = Tokens(request)
    question = understand(schema, request, tokens.start)
    if request.get("CrossAccountFilterOption") == "CrossAccount":
        # No other account shares anything.
        return SearchPage([], 0, None)
    found = answer(source, question, scan_up_to=scan_up_to)
    token = tokens.at(question.end) if question.end < found.total else None
    return SearchPage(found.documents, found.total, token)


def explain(table: Table[Any], schema: Schema, request: Mapping[str, Any]) -> Plan:
    """How `search` would answer from the table's index; `str()` makes it readable.

    Raises `QueryError`.
    """
    from sagemock.query.plan import Plan, execute

    plan = Plan()
    execute(table, understand(schema, request, Tokens(request).start), plan)
    return plan


def understand(schema: Schema, request: Mapping[str, Any], start: int) -> Question:
    """What a SearchRequest asks, from the match at `start` on. Raises `QueryError`."""
    expression = parse_expression(schema, request.get("SearchExpression"))
    visible = parse_visibility(schema, request.get("VisibilityConditions"))
    return Question(
        all_of(expression, visible),
        _sort_property(schema, request.get("SortBy", schema.default_sort)),
        request.get("SortOrder", "Descending") == "Descending",
        start,
        start + request.get("MaxResults", DEFAULT_PAGE),
        schema.key,
    )


def answer(source: Source, question: Question, *, scan_up_to: int = FEW) -> Found:
    """Answer a question that has been understood."""
    if not isinstance(source, Table):
        return scan(source, question)
    # Of several documents that the same key means the table knows each by another one.
    question = replace(question, key=source.key)
    snapshot = source.snapshot()
    if snapshot.size <= scan_up_to:
        return scan(snapshot.documents(), question)
    from sagemock.query.plan import Plan, execute

    return execute(source, question, Plan())


def _sort_property(schema: Schema, name: str) -> Property:
    prop = schema.property(name)
    if prop.kind is Kind.COLLECTION:
        raise QueryError(f"Results cannot be sorted by property {prop.name}.")
    return prop
