"""The operators of the Search grammar, one row each.

A row says which kinds of property the operator takes, and how it compares what a document
holds with what the filter gives. The filter's value is text on the wire; `read` makes of it
what the kind compares with, once for a search.
"""

from __future__ import annotations

import math
import operator
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sagemock.query.errors import QueryError
from sagemock.query.schema import Kind, Property

Test = Callable[[Sequence[Any]], bool]
"""Whether the values that a document holds satisfy a condition."""

_ORDERED = frozenset({Kind.NUMBER, Kind.TIMESTAMP, Kind.HYPERPARAMETER})
_TEXTUAL = frozenset({Kind.TEXT, Kind.HYPERPARAMETER})
_SCALAR = _ORDERED | _TEXTUAL | {Kind.BOOLEAN}
_ALL = frozenset(Kind)


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator: its name, the kinds it takes, its test, and its words for people."""

    name: str
    kinds: frozenset[Kind]
    test: Callable[[Property, str | None], Test]
    words: str


def _equals(prop: Property, text: str | None) -> Test:
    if prop.kind is Kind.TEXT and prop.name.endswith("Arn") and text is not None and "," in text:
        # Clients of AWS's join several ARNs with commas.
        return _in(prop, text)
    compare = _comparison(prop, text, operator.eq)
    return lambda values: any(map(compare, values))


def _not_equals(prop: Property, text: str | None) -> Test:
    equals = _equals(prop, text)
    return lambda values: not equals(values)


def _ordering(compare: Callable[[Any, Any], bool]) -> Callable[[Property, str | None], Test]:
    def test(prop: Property, text: str | None) -> Test:
        holds = _comparison(prop, text, compare)
        return lambda values: any(map(holds, values))

    return test


def _contains(prop: Property, text: str | None) -> Test:
    part = _given(prop, text)
    return lambda values: any(part in str(value) for value in values)


def _in(prop: Property, text: str | None) -> Test:
    wanted = frozenset(item.strip() for item in _given(prop, text).split(","))
    return lambda values: any(value in wanted for value in values)


def _exists(_: Property, __: str | None) -> Test:
    return lambda values: len(values) > 0


def _not_exists(_: Property, __: str | None) -> Test:
    return lambda values: len(values) == 0


OPERATORS = {
    row.name: row
    for row in (
        Operator("Equals", _SCALAR, _equals, "is"),
        Operator("NotEquals", _SCALAR, _not_equals, "is not"),
        Operator("GreaterThan", _ORDERED, _ordering(operator.gt), "is greater than"),
        Operator("GreaterThanOrEqualTo", _ORDERED, _ordering(operator.ge), "is at least"),
        Operator("LessThan", _ORDERED, _ordering(operator.lt), "is less than"),
        Operator("LessThanOrEqualTo", _ORDERED, _ordering(operator.le), "is at most"),
        Operator("Contains", _TEXTUAL, _contains, "contains"),
        Operator("Exists", _ALL, _exists, "exists"),
        Operator("NotExists", _ALL, _not_exists, "does not exist"),
        Operator("In", _TEXTUAL, _in, "is one of"),
    )
}


def condition(prop: Property, name: str, text: str | None) -> Test:
    """The test of one filter. Raises `QueryError` when operator, kind and value do not fit."""
    row = OPERATORS[name]
    if prop.kind not in row.kinds:
        raise QueryError(
            f"Operator {name} is not supported for property {prop.name} of type {prop.kind.value}."
        )
    return row.test(prop, text)


def _given(prop: Property, text: str | None) -> str:
    if text is None:
        raise QueryError(f"A value is required to filter on property {prop.name}.")
    return text


def _comparison(
    prop: Property, given: str | None, compare: Callable[[Any, Any], bool]
) -> Callable[[Any], bool]:
    """Compares one value of a document, in the way of the property's kind."""
    text = _given(prop, given)
    if prop.kind is Kind.TEXT:
        return lambda value: compare(value, text)
    if prop.kind is Kind.HYPERPARAMETER:
        return _hyperparameter(prop, text, compare)
    wanted = _READ[prop.kind](prop, text)
    return lambda value: compare(value, wanted)


def _number(prop: Property, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise QueryError(f"Value {text} is not a number, as property {prop.name} requires.")
    # The API carries single precision; what a user copies from an answer must compare equal.
    return _single(number) if prop.name.startswith("Metrics.") else number


def _single(number: float) -> float:
    try:
        rounded: float = struct.unpack("f", struct.pack("f", number))[0]
    except OverflowError:
        return math.copysign(math.inf, number)
    return rounded


def _boolean(prop: Property, text: str) -> bool:
    try:
        return {"true": True, "false": False}[text.lower()]
    except KeyError:
        raise QueryError(
            f"Value {text} is not a boolean, as property {prop.name} requires."
        ) from None


def _timestamp(prop: Property, text: str) -> float:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise QueryError(
            f"Value {text} is not a timestamp of the form YYYY-mm-dd'T'HH:MM:SS, "
            f"as property {prop.name} requires."
        ) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


_READ: dict[Kind, Callable[[Property, str], Any]] = {
    Kind.NUMBER: _number,
    Kind.BOOLEAN: _boolean,
    Kind.TIMESTAMP: _timestamp,
}


def _hyperparameter(
    prop: Property, text: str, compare: Callable[[Any, Any], bool]
) -> Callable[[Any], bool]:
    """Hyperparameters are text; they compare as the filter's value is written.

    A decimal compares as decimals; an integer makes integers of what it is compared with
    (so 0.5 counts as 0); anything else compares as text, and only for equality.
    """
    wanted = as_number(text)
    if wanted is None:
        if compare is not operator.eq:
            raise QueryError(f"Value {text} is not a number, as property {prop.name} requires.")
        return lambda value: bool(value == text)
    whole = text.strip().lstrip("+-").isdigit()

    def holds(value: Any) -> bool:
        number = as_number(value)
        if number is None:
            return False
        return compare(math.trunc(number) if whole else number, wanted)

    return holds


def as_number(text: Any) -> float | None:
    """The finite number that a text is, or None."""
    try:
        number = float(text)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None
