"""Kinds of hyperparameter values of XGBoost: how a text is parsed, and which values are valid.

Texts are parsed as Python parses them, and valid ones are shown as the container shows them in its
refusals. Source: `aws/sagemaker-xgboost-container`, `sagemaker_algorithm_toolkit`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sagemock.containers.first_party.kinds import ValueKind


@dataclass(frozen=True, slots=True)
class Interval:
    """The valid numbers, from `low` to `high`; an open end is not valid itself.

    Examples
    --------
    >>> print(Interval(0, 1, open_low=True), 0 in Interval(0, 1, open_low=True))
    (0, 1] False
    >>> print(Interval(1))
    [1, +inf)
    """

    low: float
    high: float | None = None
    open_low: bool = False
    open_high: bool = False

    def __str__(self) -> str:
        start = "(" if self.open_low else "["
        if self.high is None:
            return f"{start}{self.low}, +inf)"
        return f"{start}{self.low}, {self.high}{')' if self.open_high else ']'}"

    def __contains__(self, value: float) -> bool:
        # Written so that NaN is contained, as it is in the container.
        too_low = value <= self.low if self.open_low else value < self.low
        if too_low or self.high is None:
            return not too_low
        return not (value >= self.high if self.open_high else value > self.high)


class Refusable(ValueKind):
    """A kind that says why it refuses a value."""

    def problem(self, value: Any) -> str | None:
        """What the container says of a parsed value that is not valid; None for a valid one."""
        raise NotImplementedError


class Whole(Refusable):
    """A whole number."""

    def __init__(self, interval: Interval) -> None:
        self.interval = interval
        self.words = f"integer, {interval}"
        self.schema: Mapping[str, Any] = {"oneOf": [{"type": "integer"}]}

    def read(self, text: str) -> int:
        """The number."""
        return int(text)

    def problem(self, value: Any) -> str | None:
        """Name value and interval."""
        return None if value in self.interval else f"{value} is not in {self.interval}"


class Real(Whole):
    """A number."""

    def __init__(self, interval: Interval) -> None:
        super().__init__(interval)
        self.words = f"number, {interval}"
        self.schema = {"oneOf": [{"type": "number"}]}

    def read(self, text: str) -> float:  # type: ignore[override]
        """The number."""
        return float(text)


class OneOf(Refusable):
    """One of several words."""

    def __init__(self, *texts: str) -> None:
        self.texts = list(texts)
        self.words = ", ".join(f"`{text}`" for text in texts)
        self.schema = {"enum": self.texts, "type": "string"}

    def read(self, text: str) -> str:
        """The word itself."""
        return text

    def problem(self, value: Any) -> str | None:
        """Name the words."""
        return None if value in self.texts else f"{value} is not in {self.texts}"


class Words(Refusable):
    """A list of words, separated by commas.

    Parameters
    ----------
    texts
        The valid words.
    refuse
        Raises an exception for a word that has a text of its own; returns whether it has judged.
    """

    def __init__(self, *texts: str, refuse: Callable[[str], bool] = lambda _: False) -> None:
        self.texts = list(texts)
        self._refuse = refuse
        self.words = "list, separated by commas, of " + ", ".join(f"`{text}`" for text in texts)
        self.schema = {"oneOf": [{"type": "string"}]}

    def read(self, text: str) -> list[str]:
        """The words."""
        return text.split(",")

    def problem(self, value: Any) -> str | None:
        """Name the list and the valid words."""
        if all(self._refuse(word) or word in self.texts for word in value):
            return None
        return f"value {value} not in range {self.texts}"


class NumberTuple(Refusable):
    """A tuple of numbers, as Python writes it."""

    def __init__(self, *numbers: int) -> None:
        self.numbers = list(numbers)
        self.words = f"tuple of {', '.join(map(str, numbers))}, such as `(1,0)`"
        self.schema = {"oneOf": [{"type": "string"}]}

    def read(self, text: str) -> tuple[Any, ...]:
        """The numbers."""
        value = literal(text)
        return tuple(value) if isinstance(value, list | tuple) else (value,)

    def problem(self, value: Any) -> str | None:
        """Name the tuple and the valid numbers."""
        if all(number in self.numbers for number in value):
            return None
        return f"value {value} not in range {self.numbers}"


class NestedLists(Refusable):
    """A list of lists of numbers, as Python writes it."""

    def __init__(self, interval: Interval) -> None:
        self.interval = interval
        self.words = f"list of lists of integers, {interval}, such as `[[1,2],[3]]`"
        self.schema = {"oneOf": [{"type": "string"}]}

    def read(self, text: str) -> Sequence[Sequence[int]]:
        """The lists."""
        value = literal(text)
        if not isinstance(value, list) or not all(isinstance(each, list) for each in value):
            raise ValueError(text)
        if not all(isinstance(number, int) for each in value for number in each):
            raise ValueError(text)
        return value

    def problem(self, value: Any) -> str | None:
        """Name the lists and the interval."""
        if all(number in self.interval for each in value for number in each):
            return None
        return f"value {value} not in range {self.interval}"


MAX_LITERAL = 1 << 16
"""Characters of a literal: Python's parser needs memory in proportion."""


def literal(text: str) -> Any:
    """What a Python literal stands for. Raises ValueError for any other text."""
    if len(text) > MAX_LITERAL:
        raise ValueError("the text is too long")
    try:
        return ast.literal_eval(text)
    except (SyntaxError, TypeError, MemoryError, RecursionError) as error:
        raise ValueError(str(error)) from error
