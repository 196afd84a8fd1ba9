"""The operators of the Search grammar, one row each.

A row says which kinds of property the operator takes, how a stored value compares with the operand
of the filter, by which method an index finds the same rows, and how explanations call it. Operands
are texts on the wire; `parse_operand` converts one to the type of the property, once per search.
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


def _is_among(value: Any, operand: frozenset[str]) -> bool:
    return value in operand


def _is_there(_: Any, __: None) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator.

    Parameters
    ----------
    name : str
        As a request names it.
    kinds : frozenset[Kind]
        The kinds of property that it takes.
    method : Method
        How an index finds its rows.
    holds : Callable[[Any, Any], bool]
        Compares a stored value with the operand. A property of several values satisfies it with
        any of them, and a missing one does not.
    words : str
        How explanations call it.
    negated : bool
        Whether it holds exactly where all that does not.
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
class Operand:
    """What a filter compares with.

    Parameters
    ----------
    value : Any
        The operand, in the type of the property's kind.
    number : bool
        Whether stored texts are compared as the numbers that they spell.
    whole : bool
        Whether these are truncated to integers first.
    """

    value: Any
    number: bool = False
    whole: bool = False

    def number_of(self, stored: Any) -> float | None:
        """The number that a stored value counts as, or None."""
        number = decimal(stored)
        return math.trunc(number) if self.whole and number is not None else number


def parse_operand(prop: Property, row: Operator, text: str | None) -> Operand:
    """The operand of a filter on `prop`.

    Parameters
    ----------
    prop : Property
        The property of the filter.
    row : Operator
        Its operator.
    text : str or None
        Its value, as the request has it.

    Raises
    ------
    QueryError
        The operator does not take the kind of the property, or the value is missing or not of
        that kind.
    """
    if prop.kind not in row.kinds:
        raise QueryError(
            f"Operator {row.name} is not supported for property {prop.name} "
            f"of type {prop.kind.value}."
        )
    if row.method is Method.PRESENT:
        return Operand(None)
    if text is None:
        raise QueryError(f"A value is required to filter on property {prop.name}.")
    if row.method is Method.FIND:
        return Operand(text)
    if row.holds is _is_among:
        return Operand(frozenset(item.strip() for item in text.split(",")))
    return _READ[prop.kind](prop, row, text)


def _text(_: Property, __: Operator, text: str) -> Operand:
    return Operand(text)


def _number(prop: Property, _: Operator, text: str) -> Operand:
    number = decimal(text)
    if number is None:
        raise QueryError(f"Value {text} is not a number, as property {prop.name} requires.")
    # A value copied from an answer must compare equal.
    return Operand(single(number) if prop.single_precision else number)


def single(number: float) -> float:
    """The float32 nearest to a number, as the API carries a metric's value."""
    try:
        rounded: float = struct.unpack("f", struct.pack("f", number))[0]
    except OverflowError:
        return math.copysign(math.inf, number)
    return rounded


def _boolean(prop: Property, _: Operator, text: str) -> Operand:
    try:
        return Operand({"true": True, "false": False}[text.lower()])
    except KeyError:
        raise QueryError(
            f"Value {text} is not a boolean, as property {prop.name} requires."
        ) from None


def _timestamp(prop: Property, _: Operator, text: str) -> Operand:
    try:
        moment = datetime.fromisoformat(text)
        return Operand((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        raise QueryError(
            f"Value {text} is not a timestamp of the form YYYY-mm-dd'T'HH:MM:SS, "
            f"as property {prop.name} requires."
        ) from None


def _hyperparameter(prop: Property, row: Operator, text: str) -> Operand:
    """Hyperparameters are texts, which compare in the way in which the operand is written.

    With a decimal they compare as decimals, with an integer as integers (so 0.5 counts as 0), and
    with anything else as texts, for equality only.
    """
    number = decimal(text)
    if number is None:
        if row.method is Method.COMPARE:
            raise QueryError(f"Value {text} is not a number, as property {prop.name} requires.")
        return Operand(text)
    return Operand(number, number=True, whole=text.strip().lstrip("+-").isdigit())


def _parameter(prop: Property, row: Operator, text: str) -> Operand:
    """As for a hyperparameter, but a number that is stored as one keeps its fraction."""
    operand = _hyperparameter(prop, row, text)
    return Operand(operand.value, number=operand.number)


_READ: dict[Kind, Callable[[Property, Operator, str], Operand]] = {
    Kind.TEXT: _text,
    Kind.NUMBER: _number,
    Kind.BOOLEAN: _boolean,
    Kind.TIMESTAMP: _timestamp,
    Kind.HYPERPARAMETER: _hyperparameter,
    Kind.PARAMETER: _parameter,
}
