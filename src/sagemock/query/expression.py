"""Search expressions: from the wire to a tree of conditions, each a test of documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sagemock.documents import Document
from sagemock.query.errors import QueryError
from sagemock.query.operators import OPERATORS, Operator, Wanted, wanted
from sagemock.query.property import Kind, Property
from sagemock.query.schema import Elements, Schema

MAX_CONDITIONS = 50
"""Filters, nested filters and sub expressions of a whole search together."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One filter."""

    prop: Property
    operator: Operator
    wanted: Wanted

    def test(self, document: Document) -> bool:
        return self.holds(self.prop.read(document))

    def holds(self, value: Any) -> bool:
        """Whether a document with that value of the property satisfies the filter."""
        if value is None:
            return self.operator.negated
        if self.prop.many:
            return any(map(self.holds_for, value)) != self.operator.negated
        return self.holds_for(value) != self.operator.negated

    def holds_for(self, value: Any) -> bool:
        """The operator's own predicate, on one value, before any negation."""
        if self.wanted.number:
            value = self.wanted.number_of(value)
            if value is None:
                return False
        return self.operator.holds(value, self.wanted.value)

    def __str__(self) -> str:
        value = self.wanted.value
        if isinstance(value, frozenset):
            value = ", ".join(sorted(value))
        return f"{self.prop.name} {self.operator.words}" + ("" if value is None else f" {value}")


@dataclass(frozen=True, slots=True)
class Nested:
    """Conditions that one element of a list must meet together.

    bounds: conditions on whole documents that must hold wherever this one does.
    """

    elements: Elements
    conditions: tuple[Condition, ...]
    bounds: tuple[Condition, ...]

    def test(self, document: Document) -> bool:
        found = self.elements.read(document) or ()
        return any(all(each.test(element) for each in self.conditions) for element in found)

    def __str__(self) -> str:
        inner = " and ".join(map(str, self.conditions))
        return f"an element of {self.elements.name} where {inner}"


@dataclass(frozen=True, slots=True)
class Junction:
    """Parts of which all (`And`) or one (`Or`) must hold; without parts it always holds."""

    parts: tuple[Expression, ...]
    either: bool = False

    def test(self, document: Document) -> bool:
        if not self.parts:
            return True
        return (any if self.either else all)(part.test(document) for part in self.parts)

    def __str__(self) -> str:
        word = " or " if self.either else " and "
        return f"({word.join(map(str, self.parts))})" if self.parts else "everything"


Expression = Condition | Nested | Junction
EVERYTHING = Junction(())


def all_of(*parts: Expression) -> Expression:
    """The parts joined by And, flat, without what always holds."""
    flat: list[Expression] = []
    for part in parts:
        if isinstance(part, Junction) and (not part.either or not part.parts):
            flat.extend(part.parts)
        else:
            flat.append(part)
    return flat[0] if len(flat) == 1 else Junction(tuple(flat))


def parse_expression(schema: Schema, expression: Mapping[str, Any] | None) -> Expression:
    """The tree that a SearchExpression is; one that is absent or empty holds for everything.

    Raises `QueryError`.
    """
    if not expression:
        return EVERYTHING
    if sum(1 for _ in _given(expression)) > MAX_CONDITIONS:
        raise QueryError(
            f"A search expression can contain up to {MAX_CONDITIONS} filters, nested filters and "
            "subexpressions."
        )
    parsed = _expression(schema, expression)
    _limit_contains(schema, parsed)
    return parsed


def _given(expression: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from expression.get("Filters", ())
    yield from expression.get("NestedFilters", ())
    for inner in expression.get("SubExpressions", ()):
        yield inner
        yield from _given(inner)


def _expression(schema: Schema, expression: Mapping[str, Any]) -> Expression:
    """One level: its operator joins the members of all three lists."""
    parts: tuple[Expression, ...] = (
        *(_filter(schema, each) for each in expression.get("Filters", ())),
        *(_nested(schema, each) for each in expression.get("NestedFilters", ())),
        *(_expression(schema, each) for each in expression.get("SubExpressions", ())),
    )
    if expression.get("Operator") == "Or" and len(parts) > 1:
        return Junction(parts, either=True)
    return all_of(*parts)


def _filter(schema: Schema, given: Mapping[str, Any], prefix: str = "") -> Condition:
    """One filter; without operator it means Equals, without a value as well, Exists."""
    text = given.get("Value")
    row = OPERATORS[given.get("Operator", "Exists" if text is None else "Equals")]
    prop = schema.property(given["Name"][len(prefix) :])
    if text is not None and "," in text and _joins_arns(prop, row):
        joined = wanted(prop, OPERATORS["In"], text)
        return Condition(prop, _AMONG[row.name], joined)
    return Condition(prop, row, wanted(prop, row, text))


def _joins_arns(prop: Property, row: Operator) -> bool:
    """Clients of AWS's join several ARNs with commas under Equals."""
    return prop.kind is Kind.TEXT and prop.name.endswith("Arn") and row.name in _AMONG


_AMONG = {
    "Equals": OPERATORS["In"],
    "NotEquals": Operator(
        "NotEquals",
        OPERATORS["In"].kinds,
        OPERATORS["In"].method,
        OPERATORS["In"].holds,
        "is none of",
        negated=True,
    ),
}


def _nested(schema: Schema, given: Mapping[str, Any]) -> Nested:
    """Filters that one element of a list must meet together; their names are full paths."""
    found = schema.elements(given["NestedPropertyName"])
    prefix = f"{given['NestedPropertyName']}."
    for each in given["Filters"]:
        if not each["Name"].lower().startswith(prefix.lower()):
            raise QueryError(
                f"Property {each['Name']} is not a property of {given['NestedPropertyName']}."
            )
    conditions = tuple(_filter(found.element, each, prefix) for each in given["Filters"])
    # An element that meets a condition makes the whole list meet it, unless it is negated.
    bounds = (
        Condition(schema.beneath(f"{found.name}.{each.prop.name}"), each.operator, each.wanted)
        for each in conditions
        if not each.operator.negated
    )
    return Nested(found, conditions, tuple(bounds))


def _limit_contains(schema: Schema, parsed: Expression) -> None:
    uses = [
        each
        for each in conditions_of(parsed)
        if each.operator.name == "Contains" and not schema.may_repeat_contains(each.prop)
    ]
    if len(uses) > 1:
        raise QueryError("'CONTAINS' operator usage limit of 1 exceeded.")


def conditions_of(parsed: Expression) -> Iterator[Condition]:
    """Every condition of a tree that is about whole documents."""
    if isinstance(parsed, Condition):
        yield parsed
    elif isinstance(parsed, Nested):
        yield from parsed.bounds
    else:
        for part in parsed.parts:
            yield from conditions_of(part)


def parse_visibility(schema: Schema, given: Sequence[Mapping[str, str]] | None) -> Expression:
    """VisibilityConditions: a document that has the tag must have one of the values given.

    Raises `QueryError` for a key that is not a tag's.
    """
    allowed: dict[str, set[str]] = {}
    for each in given or ():
        if "Key" not in each or "Value" not in each:
            raise QueryError("A visibility condition needs a Key and a Value.")
        if not each["Key"].lower().startswith("tags."):
            raise QueryError(f"Visibility conditions are for tags only, not for {each['Key']}.")
        allowed.setdefault(each["Key"], set()).add(each["Value"])
    return all_of(*(_visible(schema.property(key), values) for key, values in allowed.items()))


def _visible(prop: Property, allowed: set[str]) -> Expression:
    absent = Condition(prop, OPERATORS["NotExists"], Wanted(None))
    fitting = Condition(prop, OPERATORS["In"], Wanted(frozenset(allowed)))
    return Junction((absent, fitting), either=True)
