"""Search expressions: from the wire to a test of documents."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sagemock.query.errors import QueryError
from sagemock.query.operators import condition
from sagemock.query.schema import Document, Schema

Predicate = Callable[[Document], bool]

MAX_CONDITIONS = 50
"""Filters, nested filters and sub expressions of a whole search together."""


def compile_expression(schema: Schema, expression: Mapping[str, Any] | None) -> Predicate:
    """The test that a SearchExpression is; one that is absent or empty holds for everything.

    Raises `QueryError`.
    """
    if not expression:
        return _everything
    if sum(1 for _ in _conditions(expression)) > MAX_CONDITIONS:
        raise QueryError(
            f"A search expression can contain up to {MAX_CONDITIONS} filters, nested filters and "
            "subexpressions."
        )
    _limit_contains(schema, expression)
    return _expression(schema, expression)


def _everything(_: Document) -> bool:
    return True


def _conditions(expression: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from expression.get("Filters", ())
    yield from expression.get("NestedFilters", ())
    for inner in expression.get("SubExpressions", ()):
        yield inner
        yield from _conditions(inner)


def _limit_contains(schema: Schema, expression: Mapping[str, Any]) -> None:
    uses = 0
    for each in _conditions(expression):
        filters = each.get("Filters", ()) if "NestedPropertyName" in each else (each,)
        uses += sum(1 for one in filters if one.get("Operator") == "Contains")
    if uses > 1 and not schema.repeatable_contains:
        raise QueryError("'CONTAINS' operator usage limit of 1 exceeded.")


def _expression(schema: Schema, expression: Mapping[str, Any]) -> Predicate:
    """One level: its operator joins the members of all three lists."""
    parts = [
        *(_filter(schema, each) for each in expression.get("Filters", ())),
        *(_nested(schema, each) for each in expression.get("NestedFilters", ())),
        *(_expression(schema, each) for each in expression.get("SubExpressions", ())),
    ]
    return _joined(parts, any if expression.get("Operator") == "Or" else all)


def _joined(parts: Sequence[Predicate], join: Callable[[Any], bool]) -> Predicate:
    if not parts:
        return _everything
    if len(parts) == 1:
        return parts[0]
    return lambda document: join(part(document) for part in parts)


def _filter(schema: Schema, given: Mapping[str, Any], prefix: str = "") -> Predicate:
    """One filter; without operator it means Equals, without a value as well, Exists."""
    text = given.get("Value")
    name = given.get("Operator", "Exists" if text is None else "Equals")
    prop = schema.property(given["Name"][len(prefix) :])
    test, values = condition(prop, name, text), prop.values
    return lambda document: test(values(document))


def _nested(schema: Schema, given: Mapping[str, Any]) -> Predicate:
    """Filters that one element of a list must meet together; their names are full paths."""
    found = schema.elements(given["NestedPropertyName"])
    prefix = f"{given['NestedPropertyName']}."
    for each in given["Filters"]:
        if not each["Name"].lower().startswith(prefix.lower()):
            raise QueryError(
                f"Property {each['Name']} is not a property of {given['NestedPropertyName']}."
            )
    meets = _joined([_filter(found.element, each, prefix) for each in given["Filters"]], all)
    return lambda document: any(map(meets, found.elements(document)))


def compile_visibility(schema: Schema, conditions: Sequence[Mapping[str, str]] | None) -> Predicate:
    """VisibilityConditions: a document that has the tag must have one of the values given."""
    allowed: dict[str, set[str]] = {}
    for each in conditions or ():
        allowed.setdefault(each["Key"], set()).add(each["Value"])
    parts = [_visible(schema, key, values) for key, values in allowed.items()]
    return _joined(parts, all)


def _visible(schema: Schema, key: str, allowed: set[str]) -> Predicate:
    read = schema.property(key).values

    def visible(document: Document) -> bool:
        values = read(document)
        return not values or any(value in allowed for value in values)

    return visible
