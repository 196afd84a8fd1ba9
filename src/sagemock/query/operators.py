"""The operators of the Search grammar, one row each.

A row says which kinds of property the operator takes, how one value of a document compares
with what the filter gives (the plain predicate), by which method an index finds the same rows,
and what to call it before people. The filter's value is text on the wire; `wanted` makes of it
what the kind compares with, once for a search.
"""

from __future__ import annotations

import math
import operator
import struct
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from sagemock.query.errors import QueryError
from sagemock.query.property import Kind, Property, decimal

_ORDERED = frozenset({Kind.NUMBER, Kind.TIMESTAMP, Kind.HYPERPARAMETER, Kind.PARAMETER})
_TEXTUAL = frozenset({Kind.TEXT, Kind.HYPERPARAMETER, Kind.PARAMETER})
_SCALAR = _ORDERED | _TEXTUAL | {Kind.BOOLEAN}
_ALL = frozenset(Kind)


class Method(Enum):
    """How an index finds the rows that an operator holds for."""

    LOOK_UP = "looks the values up"
    COMPARE = "compares the numbers as one array"
    FIND = "searches the distinct texts, joined into one"
    PRESENT = "counts what is not missing"


def _contains(value: Any, part: str) -> bool:
    return isinstance(value, str) and part in value


def _is_among(value: Any, wanted: frozenset[str]) -> bool:
    return value in wanted


def _is_there(_: Any, __: None) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator.

    kinds: of property that it takes. holds: from a stored value and the wanted one; for a
    property with several values one is enough, and for a missing one it does not hold. negated:
    the operator is the opposite of all that. words: for people.
    """

    name: str
    kinds: frozenset[Kind]
    method: Method
    holds: Callable[[Any, Any], bool]
    words: str
    negated: bool = False


OPERATORS = {
    row.name: row
    for row in (
        Operator("Equals", _SCALAR, Method.LOOK_UP, operator.eq, "is"),
        Operator("NotEquals", _SCALAR, Method.LOOK_UP, operator.eq, "is not", negated=True),
        Operator("GreaterThan", _ORDERED, Method.COMPARE, operator.gt, "is greater than"),
        Operator("GreaterThanOrEqualTo", _ORDERED, Method.COMPARE, operator.ge, "is at least"),
        Operator("LessThan", _ORDERED, Method.COMPARE, operator.lt, "is less than"),
        Operator("LessThanOrEqualTo", _ORDERED, Method.COMPARE, operator.le, "is at most"),
        Operator("Contains", _TEXTUAL, Method.FIND, _contains, "contains"),
        Operator("Exists", _ALL, Method.PRESENT, _is_there, "exists"),
        Operator("NotExists", _ALL, Method.PRESENT, _is_there, "does not exist", negated=True),
        Operator("In", _TEXTUAL, Method.LOOK_UP, _is_among, "is one of"),
    )
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a filter compares with.

    value: in the kind's own type. number: whether stored texts are compared as the numbers
    that they are. whole: whether these are made integers first.
    """

    value: Any
    number: bool = False
    whole: bool = False

    def number_of(self, stored: Any) -> float | None:
        """What a stored value counts as, in a comparison of numbers."""
        found = decimal(stored)
        return math.trunc(found) if self.whole and found is not None else found


def wanted(prop: Property, row: Operator, text: str | None) -> Wanted:
    """What a filter on `prop` compares with.

    Raises `QueryError` when operator, kind and value do not fit.
    """
    if prop.kind not in row.kinds:
        raise QueryError(
            f"Operator {row.name} is not supported for property {prop.name} "
            f"of type {prop.kind.value}."
        )
    if row.method is Method.PRESENT:
        return Wanted(None)
    if text is None:
        raise QueryError(f"A value is required to filter on property {prop.name}.")
    if row.method is Method.FIND:
        return Wanted(text)
    if row.holds is _is_among:
        return Wanted(frozenset(item.strip() for item in text.split(",")))
    return _READ[prop.kind](prop, row, text)


def _text(_: Property, __: Operator, text: str) -> Wanted:
    return Wanted(text)


def _number(prop: Property, _: Operator, text: str) -> Wanted:
    number = decimal(text)
    if number is None:
        raise QueryError(f"Value {text} is not a number, as property {prop.name} requires.")
    # What a user copies from an answer must compare equal.
    return Wanted(single(number) if prop.single_precision else number)


def single(number: float) -> float:
    """The float32 nearest to a number, as the API carries a metric's value."""
    try:
        rounded: float = struct.unpack("f", struct.pack("f", number))[0]
    except OverflowError:
        return math.copysign(math.inf, number)
    return rounded


def _boolean(prop: Property, _: Operator, text: str) -> Wanted:
    try:
        return Wanted({"true": True, "false": False}[text.lower()])
    except KeyError:
        raise QueryError(
            f"Value {text} is not a boolean, as property {prop.name} requires."
        ) from None


def _timestamp(prop: Property, _: Operator, text: str) -> Wanted:
    try:
        moment = datetime.fromisoformat(text)
        return Wanted((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        raise QueryError(
            f"Value {text} is not a timestamp of the form YYYY-mm-dd'T'HH:MM:SS, "
            f"as property {prop.name} requires."
        ) from None


def _hyperparameter(prop: Property, row: Operator, text: str) -> Wanted:
    """Hyperparameters are text; they compare as the filter's value is written.

    A decimal compares as decimals; an integer makes integers of what it is compared with
    (so 0.5 counts as 0); anything else compares as text, and only for equality.
    """
    number = decimal(text)
    if number is None:
        if row.method is Method.COMPARE:
            raise QueryError(f"Value {text} is not a number, as property {prop.name} requires.")
        return Wanted(text)
    return Wanted(number, number=True, whole=text.strip().lstrip("+-").isdigit())


def _parameter(prop: Property, row: Operator, text: str) -> Wanted:
    """As a hyperparameter, but a number that is stored as one keeps its fraction."""
    found = _hyperparameter(prop, row, text)
    return Wanted(found.value, number=found.number)


_READ: dict[Kind, Callable[[Property, Operator, str], Wanted]] = {
    Kind.TEXT: _text,
    Kind.NUMBER: _number,
    Kind.BOOLEAN: _boolean,
    Kind.TIMESTAMP: _timestamp,
    Kind.HYPERPARAMETER: _hyperparameter,
    Kind.PARAMETER: _parameter,
}
