"""Search expressions, parsed from wire shape into a tree of conditions that test documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sagemock.documents import Document
from sagemock.query.errors import QueryError
from sagemock.query.operators import OPERATORS, Operand, Operator, parse_operand
from sagemock.query.property import Kind, Property
from sagemock.query.schema import Elements, Schema

MAX_CONDITIONS = 50
"""The limit of filters, nested filters and subexpressions in a whole search."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One filter: a property, an operator, and what it compares with."""

    prop: Property
    operator: Operator
    operand: Operand

    def test(self, document: Document) -> bool:
        """Whether a document satisfies the filter."""
        return self.holds(self.prop.read(document))

    def holds(self, value: Any) -> bool:
        """Whether a document with that value, or None, satisfies the filter."""
        if value is None:
            return self.operator.negated
        if self.prop.many:
            return any(map(self.holds_for, value)) != self.operator.negated
        return self.holds_for(value) != self.operator.negated

    def holds_for(self, value: Any) -> bool:
        """Whether one value satisfies the operator, before any negation."""
        if self.operand.number:
            value = self.operand.number_of(value)
            if value is None:
                return False
        return self.operator.holds(value, self.operand.value)

    def __str__(self) -> str:
        value = self.operand.value
        if isinstance(value, frozenset):
            value = ", ".join(sorted(value))
        return f"{self.prop.name} {self.operator.words}" + ("" if value is None else f" {value}")


@dataclass(frozen=True, slots=True)
class Nested:
    """Conditions that one element of a list must satisfy together.

    Parameters
    ----------
    elements : Elements
        The list.
    conditions : tuple[Condition, ...]
        What one of its elements must satisfy.
    bounds : tuple[Condition, ...]
        Conditions on whole documents that follow from these, for an index to narrow down.
    """

    elements: Elements
    conditions: tuple[Condition, ...]
    bounds: tuple[Condition, ...]

    def test(self, document: Document) -> bool:
        """Whether an element of the document's list satisfies all conditions."""
        elements = self.elements.read(document) or ()
        return any(all(each.test(element) for each in self.conditions) for element in elements)

    def __str__(self) -> str:
        inner = " and ".join(map(str, self.conditions))
        return f"an element of {self.elements.name} where {inner}"


@dataclass(frozen=True, slots=True)
class Junction:
    """Parts joined by And, or by Or if `either`; without parts it always holds."""

    parts: tuple[Expression, ...]
    either: bool = False

    def test(self, document: Document) -> bool:
        """Whether a document satisfies all parts, or one if `either`."""
        if not self.parts:
            return True
        return (any if self.either else all)(part.test(document) for part in self.parts)

    def __str__(self) -> str:
        word = " or " if self.either else " and "
        return f"({word.join(map(str, self.parts))})" if self.parts else "everything"


Expression = Condition | Nested | Junction
EVERYTHING = Junction(())


def all_of(*parts: Expression) -> Expression:
    """The parts joined by And: flattened, without those that always hold."""
    flat: list[Expression] = []
    for part in parts:
        if isinstance(part, Junction) and (not part.either or not part.parts):
            flat.extend(part.parts)
        else:
            flat.append(part)
    return flat[0] if len(flat) == 1 else Junction(tuple(flat))


def parse_expression(schema: Schema, expression: Mapping[str, Any] | None) -> Expression:
    """The tree of a SearchExpression; an absent or empty one matches every document.

    Raises `QueryError` for an expression that does not fit the schema or is too large.
    """
    if not expression:
        return EVERYTHING
    if sum(1 for _ in _nodes(expression)) > MAX_CONDITIONS:
        raise QueryError(
            f"A search expression can contain up to {MAX_CONDITIONS} filters, nested filters and "
            "subexpressions."
        )
    parsed = _expression(schema, expression)
    _limit_contains(schema, parsed)
    return parsed


def _nodes(expression: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from expression.get("Filters", ())
    yield from expression.get("NestedFilters", ())
    for inner in expression.get("SubExpressions", ()):
        yield inner
        yield from _nodes(inner)


def _expression(schema: Schema, expression: Mapping[str, Any]) -> Expression:
    """One level, whose operator joins the members of all three lists."""
    parts: tuple[Expression, ...] = (
        *(_filter(schema, each) for each in expression.get("Filters", ())),
        *(_nested(schema, each) for each in expression.get("NestedFilters", ())),
        *(_expression(schema, each) for each in expression.get("SubExpressions", ())),
    )
    if expression.get("Operator") == "Or" and len(parts) > 1:
        return Junction(parts, either=True)
    return all_of(*parts)


def _filter(schema: Schema, request: Mapping[str, Any], prefix: str = "") -> Condition:
    """One filter; without an operator it means Equals, or Exists if it has no value either."""
    text = request.get("Value")
    row = OPERATORS[request.get("Operator", "Exists" if text is None else "Equals")]
    prop = schema.property(request["Name"][len(prefix) :])
    if text is not None and "," in text and _joins_arns(prop, row):
        joined = parse_operand(prop, OPERATORS["In"], text)
        return Condition(prop, _AMONG[row.name], joined)
    return Condition(prop, row, parse_operand(prop, row, text))


def _joins_arns(prop: Property, row: Operator) -> bool:
    """The SageMaker SDK joins several ARNs with commas under Equals."""
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


def _nested(schema: Schema, request: Mapping[str, Any]) -> Nested:
    """Filters that one element of a list must satisfy together; their names are full paths."""
    elements = schema.elements(request["NestedPropertyName"])
    prefix = f"{request['NestedPropertyName']}."
    for each in request["Filters"]:
        if not each["Name"].lower().startswith(prefix.lower()):
            raise QueryError(
                f"Property {each['Name']} is not a property of {request['NestedPropertyName']}."
            )
    conditions = tuple(_filter(elements.element, each, prefix) for each in request["Filters"])
    # An element that satisfies a condition makes the whole list satisfy it, unless it is negated.
    bounds = (
        Condition(schema.beneath(f"{elements.name}.{each.prop.name}"), each.operator, each.operand)
        for each in conditions
        if not each.operator.negated
    )
    return Nested(elements, conditions, tuple(bounds))


def _limit_contains(schema: Schema, parsed: Expression) -> None:
    uses = [
        each
        for each in conditions_of(parsed)
        if each.operator.name == "Contains" and not schema.may_repeat_contains(each.prop)
    ]
    if len(uses) > 1:
        raise QueryError("'CONTAINS' operator usage limit of 1 exceeded.")


def conditions_of(parsed: Expression) -> Iterator[Condition]:
    """Every condition of a tree that applies to whole documents."""
    if isinstance(parsed, Condition):
        yield parsed
    elif isinstance(parsed, Nested):
        yield from parsed.bounds
    else:
        for part in parsed.parts:
            yield from conditions_of(part)


def parse_visibility(schema: Schema, conditions: Sequence[Mapping[str, str]] | None) -> Expression:
    """The tree of VisibilityConditions: a document with the tag must have one of the values.

    Raises `QueryError` for a key that is not a tag's.
    """
    allowed: dict[str, set[str]] = {}
    for each in conditions or ():
        if "Key" not in each or "Value" not in each:
            raise QueryError("A visibility condition needs a Key and a Value.")
        if not each["Key"].lower().startswith("tags."):
            raise QueryError(f"Visibility conditions are for tags only, not for {each['Key']}.")
        allowed.setdefault(each["Key"], set()).add(each["Value"])
    return all_of(*(_visible(schema.property(key), values) for key, values in allowed.items()))


def _visible(prop: Property, allowed: set[str]) -> Expression:
    absent = Condition(prop, OPERATORS["NotExists"], Operand(None))
    visible = Condition(prop, OPERATORS["In"], Operand(frozenset(allowed)))
    return Junction((absent, visible), either=True)
