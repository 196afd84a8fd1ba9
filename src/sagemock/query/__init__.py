"""The Search grammar: parse, plan, evaluate, page."""

from __future__ import annotations

from sagemock.query.errors import QueryError
from sagemock.query.page import SearchPage, answer, explain, search
from sagemock.query.property import Kind, Property
from sagemock.query.schema import ListOf, MapOf, Scalar, Schema, Structure

__all__ = [
    "Kind",
    "ListOf",
    "MapOf",
    "Property",
    "QueryError",
    "Scalar",
    "Schema",
    "SearchPage",
    "Structure",
    "answer",
    "explain",
    "search",
]
