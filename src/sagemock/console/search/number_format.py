"""Numbers in a column: one number of decimals for all of them, so that they can be compared."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sagemock.query.property import decimal

SIGNIFICANT = 4
"""Digits of the largest number that are shown at least."""

MAX_DECIMALS = 6
"""Single precision, which metrics have on the wire, tells no more of numbers below one."""


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """How the numbers of a column are written.

    Attributes
    ----------
    decimals
        Digits after the point.
    scientific
        Whether they have an exponent, as very large and very small numbers have.
    """

    decimals: int
    scientific: bool = False

    def text(self, value: float | str) -> str:
        """Return a number as text; NaN and infinities by name.

        >>> NumberFormat(2).text(0.5), NumberFormat(2, scientific=True).text(1e30)
        ('0.50', '1.00e+30')
        """
        number = float(value)
        if not math.isfinite(number):
            return str(number)
        if self.scientific:
            return f"{number:.{self.decimals}e}"
        return f"{number:{',' if abs(number) >= 1e6 else ''}.{self.decimals}f}"


def number_format(values: Sequence[Any]) -> NumberFormat | None:
    """Return the format of a column's values, None unless all of them are finite numbers or NaN.

    Texts that spell numbers count as numbers, as hyperparameters do. As many decimals are shown as
    the numbers have, where these are few; otherwise `SIGNIFICANT` digits of the largest number, and
    more where two different ones would look the same.

    >>> number_format([0.5, 0.25]), number_format(["100", "200"]), number_format(["adam"])
    (NumberFormat(decimals=2, scientific=False), NumberFormat(decimals=0, scientific=False), None)
    """
    numbers = []
    for value in values:
        number = value if isinstance(value, float) else decimal(value)
        if number is None or isinstance(value, bool):
            return None
        if math.isfinite(number):
            numbers.append(number)
    if not numbers:
        return NumberFormat(0)
    largest = max(map(abs, numbers))
    smallest = min((abs(number) for number in numbers if number), default=1.0)
    if largest >= 1e15 or smallest < 10.0 ** (1 - MAX_DECIMALS):
        return NumberFormat(2, scientific=True)
    exact = max(map(_decimals, numbers))
    if exact <= SIGNIFICANT:
        return NumberFormat(exact)
    few = max(0, SIGNIFICANT - 1 - math.floor(math.log10(largest)))
    distinct = len(set(numbers))
    for digits in range(min(few, MAX_DECIMALS), MAX_DECIMALS):
        if len({round(number, digits) for number in numbers}) == distinct:
            return NumberFormat(digits)
    return NumberFormat(MAX_DECIMALS)


def _decimals(number: float) -> int:
    """How many decimals a number has when it is written with six significant digits."""
    mantissa, _, exponent = f"{number:.6g}".partition("e")
    if exponent:
        return MAX_DECIMALS + 1 if exponent.startswith("-") else 0
    return len(mantissa.partition(".")[2])
