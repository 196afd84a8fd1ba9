"""The Search grammar: parse, plan, evaluate, page."""

from __future__ import annotations

from sagemock.query.errors import QueryError
from sagemock.query.page import SearchPage, search
from sagemock.query.schema import (
    Kind,
    ListOf,
    MapOf,
    NamedValues,
    Property,
    Scalar,
    Schema,
    Structure,
)

__all__ = [
    "Kind",
    "ListOf",
    "MapOf",
    "NamedValues",
    "Property",
    "QueryError",
    "Scalar",
    "Schema",
    "SearchPage",
    "Structure",
    "search",
]
