"""Search requests, answered page by page."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sagemock.documents import Document
from sagemock.query.bookmark import Bookmark
from sagemock.query.errors import QueryError
from sagemock.query.expression import all_of, parse_expression, parse_visibility
from sagemock.query.property import Kind, Property
from sagemock.query.query import Query, QueryResult
from sagemock.query.scan import scan
from sagemock.query.schema import Schema
from sagemock.query.token import Tokens
from sagemock.store import Table

if TYPE_CHECKING:
    from sagemock.query.plan import Plan

DEFAULT_PAGE = 10
FEW = 256
"""Up to this many documents a scan is as fast as any index, and does without numpy."""

Source = Table[Any] | Sequence[Document]
"""What to search: a table, or documents that no table keeps."""


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page: its documents, how many match in all, and the token of the next page."""

    documents: list[Document]
    total: int
    next_token: str | None


def search(
    source: Source, schema: Schema, request: Mapping[str, Any], *, scan_up_to: int = FEW
) -> SearchPage:
    """Answer a SearchRequest in wire shape.

    Parameters
    ----------
    source : Table or sequence of documents
        What to search.
    schema : Schema
        The properties of the documents.
    request : Mapping[str, Any]
        The request, whose Resource is the one that `schema` describes.
    scan_up_to : int
        Up to this many documents are searched without an index.

    Raises
    ------
    QueryError
        The request does not fit the schema, or its NextToken belongs to another one.
    """
    tokens = Tokens(request)
    query = parse_request(schema, request, tokens.start)
    if request.get("CrossAccountFilterOption") == "CrossAccount":
        # Here no other account shares resources.
        return SearchPage([], 0, None)
    result, token = answer_page(source, query, tokens, scan_up_to=scan_up_to)
    return SearchPage(result.documents, result.total, token)


def explain(table: Table[Any], schema: Schema, request: Mapping[str, Any]) -> Plan:
    """The plan by which `search` answers from the table's index; `str()` makes it readable.

    Raises `QueryError`.
    """
    from sagemock.query.plan import Plan, execute

    plan = Plan()
    execute(table, parse_request(schema, request, Tokens(request).start), plan)
    return plan


def parse_request(schema: Schema, request: Mapping[str, Any], start: int) -> Query:
    """The query of a SearchRequest, for the page that begins at `start`. Raises `QueryError`."""
    expression = parse_expression(schema, request.get("SearchExpression"))
    visible = parse_visibility(schema, request.get("VisibilityConditions"))
    return Query(
        all_of(expression, visible),
        _sort_property(schema, request.get("SortBy", schema.default_sort)),
        request.get("SortOrder", "Descending") == "Descending",
        start,
        start + request.get("MaxResults", DEFAULT_PAGE),
        schema.key,
    )


def answer_page(
    source: Source, query: Query, tokens: Tokens, *, scan_up_to: int = FEW
) -> tuple[QueryResult, str | None]:
    """Run a query for the page that a request asks for, and return the token of the next page.

    A page continues after the last document of the page before, also if documents have been
    created or deleted since: scripts delete what they list while they list it.
    """
    query = _keyed(source, query)
    if tokens.bookmark is not None:
        query = _continued(source, query, tokens.bookmark, scan_up_to)
    result = answer(source, query, scan_up_to=scan_up_to)
    if query.end >= result.total:
        return result, None
    return result, tokens.at(query.end, Bookmark.of(result.documents[-1], query))


def _continued(source: Source, query: Query, bookmark: Bookmark, scan_up_to: int) -> Query:
    """The query for the page after a bookmark, which was `query.start` when it was made."""

    def between(start: int, end: int) -> QueryResult:
        return answer(source, replace(query, start=start, end=end), scan_up_to=scan_up_to)

    def follows(position: int) -> bool:
        documents = between(position, position + 1).documents
        return not documents or bookmark.before(documents[0], query)

    last = between(query.start - 1, query.start)
    if last.documents and Bookmark.of(last.documents[0], query) == bookmark:
        return query
    start = bisect_left(range(last.total), True, key=follows)
    return replace(query, start=start, end=start + query.end - query.start)


def _keyed(source: Source, query: Query) -> Query:
    # Where the schema's key is not unique, the table identifies documents by another property.
    return replace(query, key=source.key) if isinstance(source, Table) else query


def answer(source: Source, query: Query, *, scan_up_to: int = FEW) -> QueryResult:
    """Run a query, with a table's index where that pays."""
    if not isinstance(source, Table):
        return scan(source, query)
    query = _keyed(source, query)
    snapshot = source.snapshot()
    if snapshot.size <= scan_up_to:
        return scan(snapshot.documents(), query)
    from sagemock.query.plan import Plan, execute

    return execute(source, query, Plan())


def _sort_property(schema: Schema, name: str) -> Property:
    prop = schema.property(name)
    if prop.kind is Kind.COLLECTION:
        raise QueryError(f"Results cannot be sorted by property {prop.name}.")
    return prop
