"""What the List operations share: filters, order and pages."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sagemock.errors import ValidationException
from sagemock.store import Document, Table
from sagemock.world import Request

DEFAULT_PAGE = 10
"""ListEndpoints documents it; the others are taken to do the same."""

INVALID_PAGINATION = 'Invalid pagination token because "{0}".'
"""To the letter, unfilled placeholder included: so it was seen."""

_AT_LEAST = {"CreationTimeAfter": "CreationTime", "LastModifiedTimeAfter": "LastModifiedTime"}
_BEFORE = {"CreationTimeBefore": "CreationTime", "LastModifiedTimeBefore": "LastModifiedTime"}

SortKey = Callable[[Document], Any]


def select(
    table: Table,
    request: Request,
    *,
    sort_keys: Mapping[str, SortKey],
    descending: bool,
    status: str | None = None,
) -> list[Document]:
    """The documents that a List request is about, in its order.

    sort_keys: the values of SortBy; the first is the default. descending: the default
    SortOrder. status: the property that StatusEquals is about. Equal ones keep the order in
    which they were made.
    """
    found = [each for each in table.documents() if _matches(each, request, status)]
    key = sort_keys[request.get("SortBy", next(iter(sort_keys)))]
    order = request.get("SortOrder")
    if order is not None:
        descending = order == "Descending"
    if descending:
        found.reverse()
    found.sort(key=key, reverse=descending)
    return found


def _matches(document: Document, request: Request, status: str | None) -> bool:
    for member, name in _AT_LEAST.items():
        if member in request and document[name] < request[member]:
            return False
    for member, name in _BEFORE.items():
        if member in request and document[name] >= request[member]:
            return False
    return status is None or request.get("StatusEquals", document[status]) == document[status]


def named(documents: Sequence[Document], key: str, request: Request) -> list[Document]:
    """Those whose name contains NameContains."""
    part = request.get("NameContains", "")
    return [each for each in documents if part in each[key]]


def page(
    items: Sequence[Any], request: Request, *, default: int = DEFAULT_PAGE
) -> tuple[Sequence[Any], dict[str, str]]:
    """The page that a request asks for, and the NextToken of the answer, if there is one.

    A token is bound to the filters and the order of the request that it was given for.
    Raises `ValidationException` for any other.
    """
    start = _decode(request["NextToken"], request) if "NextToken" in request else 0
    end = start + request.get("MaxResults", default)
    token = {"NextToken": _encode(end, request)} if end < len(items) else {}
    return items[start:end], token


def _encode(offset: int, request: Request) -> str:
    return base64.urlsafe_b64encode(f"{offset}:{_digest(request)}".encode()).decode()


def _decode(token: str, request: Request) -> int:
    try:
        offset, digest = base64.urlsafe_b64decode(token.encode()).decode().split(":")
        if digest != _digest(request):
            raise ValueError(digest)
        return int(offset)
    except ValueError as error:
        raise ValidationException(INVALID_PAGINATION) from error


def _digest(request: Request) -> str:
    question = {
        name: value for name, value in request.items() if name not in ("NextToken", "MaxResults")
    }
    text = json.dumps(question, sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
