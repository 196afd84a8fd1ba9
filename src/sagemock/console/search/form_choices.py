"""What the search form offers to choose from: properties and their operators."""

from __future__ import annotations

from sagemock.query import QueryError, Scalar
from sagemock.query.operators import OPERATORS
from sagemock.query.schema import Schema, names


def operators_of(schema: Schema | None, name: str) -> list[str]:
    """Return the operators that a property takes; all operators for an unknown property."""
    try:
        kind = schema.property(name).kind if schema is not None and name else None
    except QueryError:
        kind = None
    return [each for each, row in OPERATORS.items() if kind is None or kind in row.kinds]


def property_names(schema: Schema | None) -> list[str]:
    """Return the names to offer before anything is typed, and without JavaScript."""
    if schema is None:
        return []
    return [name for name, node in names(schema) if isinstance(node, Scalar) and "." not in name]
