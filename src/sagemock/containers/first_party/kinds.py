"""Kinds of hyperparameter values: how a text is parsed, and the JSON schema of its valid texts.

The keys of a schema are in alphabetical order, as older versions of Python print them.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

AUTO = "auto"
NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"
INTEGER = r"^([1-9][0-9]*)$"
INTEGER_OR_ZERO = r"^(0|[1-9][0-9]*)$"


class ValueKind:
    """A kind of value.

    Attributes
    ----------
    words
        The valid texts, for the reference.
    schema
        The valid texts, as a JSON schema.
    """

    words: str
    schema: Mapping[str, Any]

    def read(self, text: str) -> Any:
        """The value of a text. Raises ValueError when the text is not valid."""
        raise NotImplementedError


class Integer(ValueKind):
    """A whole number from `low`, which is 0 or more, to `high`; None for any size."""

    def __init__(self, low: int = 1, high: int | None = None) -> None:
        self._pattern = INTEGER if low else INTEGER_OR_ZERO
        self._low, self._high = low, high
        limits = {"minimum": low} if high is None else {"maximum": high, "minimum": low}
        self.words = f"integer, {low} or more" if high is None else f"integer, {low} to {high}"
        self.schema = {
            "oneOf": [
                {"pattern": self._pattern, "type": "string"},
                {**limits, "type": "integer"},
            ]
        }

    def read(self, text: str) -> int:
        """The number."""
        # A longer text than the limit's own is no such number, whatever its length.
        too_long = self._high is not None and len(text) > len(str(self._high))
        if too_long or not re.fullmatch(self._pattern, text):
            raise ValueError(text)
        number = int(text)
        if number < self._low or (self._high is not None and number > self._high):
            raise ValueError(text)
        return number


class Number(ValueKind):
    """A finite number from `low` to `high`; an open end is not valid itself."""

    def __init__(
        self,
        low: float = -math.inf,
        high: float = math.inf,
        *,
        open_low: bool = False,
        open_high: bool = False,
    ) -> None:
        self._low, self._high = low, high
        self._open_low, self._open_high = open_low, open_high
        typed: dict[str, Any] = {"type": "number"}
        if math.isfinite(low):
            typed["exclusiveMinimum" if open_low else "minimum"] = low
        if math.isfinite(high):
            typed["exclusiveMaximum" if open_high else "maximum"] = high
        in_order = dict(sorted(typed.items()))
        self.schema = {"oneOf": [{"pattern": NUMBER, "type": "string"}, in_order]}
        ends = []
        if math.isfinite(low):
            ends.append(f"{'above' if open_low else 'at least'} {low:g}")
        if math.isfinite(high):
            ends.append(f"{'below' if open_high else 'at most'} {high:g}")
        self.words = ", ".join(["number", " and ".join(ends)] if ends else ["number"])

    def read(self, text: str) -> float:
        """The number."""
        if not re.fullmatch(NUMBER, text):
            raise ValueError(text)
        number = float(text)
        too_low = number <= self._low if self._open_low else number < self._low
        too_high = number >= self._high if self._open_high else number > self._high
        if too_low or too_high or not math.isfinite(number):
            raise ValueError(text)
        return number


class Choice(ValueKind):
    """One of several words."""

    def __init__(self, *texts: str) -> None:
        self.words = ", ".join(f"`{text}`" for text in texts)
        self.schema = {"enum": list(texts), "type": "string"}
        self._texts: Sequence[str] = texts

    def read(self, text: str) -> str:
        """The word itself."""
        if text not in self._texts:
            raise ValueError(text)
        return text


class Boolean(ValueKind):
    """True or false; the SDK sends Python's `True` and `False`."""

    words = "`true`, `false`"
    schema: Mapping[str, Any] = {"enum": ["true", "false", "True", "False"], "type": "string"}

    def read(self, text: str) -> bool:
        """The truth value."""
        if text not in self.schema["enum"]:
            raise ValueError(text)
        return text.lower() == "true"


class Text(ValueKind):
    """Any text."""

    words = "any text"
    schema: Mapping[str, Any] = {"type": "string"}

    def read(self, text: str) -> str:
        """The text itself."""
        return text


class JsonList(ValueKind):
    """A JSON list of one or more different words; the schema has one order of each combination."""

    def __init__(self, *texts: str) -> None:
        self._texts = frozenset(texts)
        lists = [
            json.dumps(chosen)
            for count in range(1, len(texts) + 1)
            for chosen in combinations(texts, count)
        ]
        self.words = ", ".join(f"`{text}`" for text in lists)
        self.schema = {"enum": lists, "type": "string"}

    def read(self, text: str) -> tuple[str, ...]:
        """The words."""
        try:
            words = json.loads(text)
        except RecursionError:
            raise ValueError(text) from None
        if not isinstance(words, list) or not words or len(words) > len(self._texts):
            raise ValueError(text)
        if not all(isinstance(word, str) for word in words):
            raise ValueError(text)
        if len(set(words)) < len(words) or not self._texts.issuperset(words):
            raise ValueError(text)
        return tuple(words)


class Either(ValueKind):
    """One of several words, each with its value, or another kind."""

    def __init__(self, texts: Mapping[str, Any], kind: ValueKind) -> None:
        self._texts, self._kind = texts, kind
        self.words = ", ".join([*(f"`{text}`" for text in texts), kind.words])
        if "enum" in kind.schema:
            self.schema = {**kind.schema, "enum": [*texts, *kind.schema["enum"]]}
        else:
            words = {"enum": list(texts), "type": "string"}
            self.schema = {"oneOf": [words, *kind.schema["oneOf"]]}

    def read(self, text: str) -> Any:
        """The value of the word, or of the other kind."""
        return self._texts[text] if text in self._texts else self._kind.read(text)


@dataclass(frozen=True, slots=True)
class Derived:
    """A value computed from the other hyperparameters of the job, by `of` of their values.

    Those may include other derived values, which are not computed yet.
    """

    of: Callable[[Mapping[str, Any]], Any]


def auto(kind: ValueKind, value: Any) -> ValueKind:
    """A kind that also accepts `auto`, for a value, or for one that is `Derived` from others."""
    return Either({AUTO: value}, kind)
