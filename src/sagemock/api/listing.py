"""What the List operations share: filters, order and pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, cast

from sagemock.accounts.world import Request
from sagemock.documents import D
from sagemock.errors import ValidationException
from sagemock.query import Query, QueryError, answer_page
from sagemock.query.expression import Condition, all_of
from sagemock.query.operators import OPERATORS, Operand
from sagemock.query.property import Kind, Property, Step, reader
from sagemock.query.token import Tokens
from sagemock.store import Table

DEFAULT_PAGE = 10
"""As documented for ListEndpoints; the others are assumed to do the same."""

_TIMES = {
    "CreatedAfter": ("CreationTime", "GreaterThanOrEqualTo"),
    "CreatedBefore": ("CreationTime", "LessThan"),
    "CreationTimeAfter": ("CreationTime", "GreaterThanOrEqualTo"),
    "CreationTimeBefore": ("CreationTime", "LessThan"),
    "LastModifiedTimeAfter": ("LastModifiedTime", "GreaterThanOrEqualTo"),
    "LastModifiedTimeBefore": ("LastModifiedTime", "LessThan"),
}


@dataclass(frozen=True, slots=True)
class Listing:
    """How a List operation filters and sorts.

    Parameters
    ----------
    descending : bool
        Whether that is the default SortOrder.
    sort_by : Mapping[str, str]
        Further values of SortBy, and the properties that they mean. Every List operation sorts by
        Name and by CreationTime, which is the default.
    equal : Mapping[str, str]
        Members of a request, and the property, or list of values, that each must equal.
    contains_by_page : bool
        Whether NameContains is applied to each page by itself.
    member : str
        The member of the answer that holds the summaries, where it is not `<noun>Summaries`.
    """

    descending: bool = True
    sort_by: Mapping[str, str] = field(default_factory=dict)
    equal: Mapping[str, str] = field(default_factory=dict)
    contains_by_page: bool = False
    member: str = ""

    def page(self, table: Table[D], request: Request) -> tuple[list[D], dict[str, str]]:
        """The page that a request asks for, and the NextToken of the answer, if there is one.

        Documents that sort alike come in the order of their names. Raises `ValidationException`
        for a token that belongs to another request.
        """
        tokens = _tokens(request)
        end = tokens.start + request.get("MaxResults", DEFAULT_PAGE)
        order = request.get("SortOrder", "Descending" if self.descending else "Ascending")
        query = Query(
            all_of(*self._conditions(table.key, request)),
            self._sort_property(table.key, request),
            order == "Descending",
            tokens.start,
            end,
            table.key,
        )
        result, token = answer_page(table, query, tokens)
        documents = cast("list[D]", result.documents)
        if self.contains_by_page:
            part = request.get("NameContains", "")
            documents = [each for each in documents if part in each[table.key]]
        return documents, {} if token is None else {"NextToken": token}

    def _sort_property(self, key: str, request: Request) -> Property:
        properties = {"Name": key, **self.sort_by}
        # Unknown values only come from requests that are not validated.
        return _property(properties.get(request.get("SortBy", ""), "CreationTime"))

    def _conditions(self, key: str, request: Request) -> Iterator[Condition]:
        for member, (name, operator) in _TIMES.items():
            if member in request:
                yield _condition(name, operator, request[member])
        for member, name in self.equal.items():
            if member in request:
                yield _condition(name, "Equals", request[member])
        if "NameContains" in request and not self.contains_by_page:
            yield _condition(key, "Contains", request["NameContains"])


def _condition(name: str, operator: str, value: Any) -> Condition:
    return Condition(_property(name), OPERATORS[operator], Operand(value))


@cache
def _property(name: str) -> Property:
    """The property of a path, equal to that of Search so that both use the same column.

    In a path, `[]` follows the name of a list.
    """
    kind = Kind.TIMESTAMP if name.endswith("Time") else Kind.TEXT
    steps = [Step(each.removesuffix("[]"), each.endswith("[]")) for each in name.split(".")]
    many = any(step.many for step in steps)
    return Property(".".join(step.name for step in steps), kind, reader(steps), many=many)


def page(
    items: Sequence[Any], request: Request, *, default: int = DEFAULT_PAGE
) -> tuple[Sequence[Any], dict[str, str]]:
    """A page of a sequence, and the NextToken of the answer, if there is one.

    Raises `ValidationException` for a token that belongs to another request.
    """
    tokens = _tokens(request)
    end = tokens.start + request.get("MaxResults", default)
    token = {"NextToken": tokens.at(end)} if end < len(items) else {}
    return items[tokens.start : end], token


def _tokens(request: Request) -> Tokens:
    try:
        return Tokens(request)
    except QueryError as error:
        raise ValidationException(str(error)) from error
