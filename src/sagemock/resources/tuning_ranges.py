"""ParameterRanges of a tuning job as a space to search."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from sagemock.documents import Document
from sagemock.tuning.parameters import (
    CategoricalParameter,
    ContinuousParameter,
    IntegerParameter,
    Parameter,
    resolved,
)
from sagemock.tuning.space import Space

HINTED = 10.0
"""By which factor the range of an AutoParameter goes below and above its hint."""


def space(ranges: Document) -> Space:
    """The space of ParameterRanges. Raises ValueError for ends that are no numbers."""
    return Space(tuple(_parameters(ranges)))


def _parameters(ranges: Document) -> Iterator[Parameter]:
    for each in ranges.get("IntegerParameterRanges", ()):
        yield integer(each)
    for each in ranges.get("ContinuousParameterRanges", ()):
        yield continuous(each)
    for each in ranges.get("CategoricalParameterRanges", ()):
        yield CategoricalParameter(each["Name"], tuple(dict.fromkeys(each["Values"])))
    for each in ranges.get("AutoParameters", ()):
        yield hinted(each["Name"], each["ValueHint"])


def integer(each: Document) -> IntegerParameter:
    """An IntegerParameterRange. Raises ValueError."""
    low, high = (_integer(each[member]) for member in ("MinValue", "MaxValue"))
    scaling = resolved(each.get("ScalingType", "Auto"), low, high)
    return IntegerParameter(each["Name"], low, high, scaling)


def _integer(text: str) -> int:
    """An integer, which may be written as `10.0`."""
    with suppress(ValueError):
        return int(text)
    number = float(text)
    if not number.is_integer():
        raise ValueError(text)
    return int(number)


def continuous(each: Document) -> ContinuousParameter:
    """A ContinuousParameterRange. Raises ValueError."""
    low, high = float(each["MinValue"]), float(each["MaxValue"])
    scaling = resolved(each.get("ScalingType", "Auto"), low, high)
    return ContinuousParameter(each["Name"], low, high, scaling)


def hinted(name: str, hint: str) -> Parameter:
    """The range of an AutoParameter, which Autotune chooses by a hint.

    Numbers become a range around the hint, shares such as 0.3 stay below 1, and other texts are
    the only value.

    >>> hinted("max_depth", "6")
    IntegerParameter(name='max_depth', low=1, high=60, scaling='Logarithmic')
    >>> hinted("booster", "gbtree")
    CategoricalParameter(name='booster', values=('gbtree',))
    """
    if hint in ("true", "false", "True", "False"):
        both = ("true", "false") if hint.islower() else ("True", "False")
        return CategoricalParameter(name, both)
    try:
        value: Any = json.loads(hint)
    except ValueError:
        value = None
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        return CategoricalParameter(name, (hint,))
    if isinstance(value, int):
        return IntegerParameter(
            name, max(1, int(value / HINTED)), max(1, int(value * HINTED)), "Logarithmic"
        )
    if value == 0:
        return ContinuousParameter(name, 0.0, 1.0)
    high = value * HINTED
    return ContinuousParameter(
        name, value / HINTED, min(1.0, high) if value <= 1 else high, "Logarithmic"
    )
