"""The constraints of botocore's model on a single value, each with AWS's message."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from sagemock.wire.patterns import in_time

Constraint = tuple[Callable[[Any], bool], str]
"""A predicate, and the message for values that do not satisfy it."""


def scalar_constraints(shape: Any) -> list[Constraint]:
    """All constraints of a scalar, in the order of AWS's messages."""
    metadata = shape.metadata
    if shape.type_name in ("integer", "long", "float", "double"):
        return _range_constraints(metadata)
    constraints = length_constraints(metadata) + enum_constraints(metadata)
    if "pattern" in metadata:
        pattern = metadata["pattern"]
        constraints.append(
            (_matcher(pattern), f"Member must satisfy regular expression pattern: {pattern}")
        )
    return constraints


def enum_constraints(metadata: Mapping[str, Any]) -> list[Constraint]:
    """The constraint of an enum; none of a shape that is no enum."""
    if "enum" not in metadata:
        return []
    values = tuple(metadata["enum"])
    return [(values.__contains__, f"Member must satisfy enum value set: [{', '.join(values)}]")]


def length_constraints(metadata: Mapping[str, Any]) -> list[Constraint]:
    """The constraints of a length, of a text or of a collection."""
    constraints: list[Constraint] = []
    if "max" in metadata:
        maximum = metadata["max"]
        text = f"Member must have length less than or equal to {maximum}"
        constraints.append((lambda value: len(value) <= maximum, text))
    if "min" in metadata:
        minimum = metadata["min"]
        text = f"Member must have length greater than or equal to {minimum}"
        constraints.append((lambda value: len(value) >= minimum, text))
    return constraints


def _range_constraints(metadata: Mapping[str, Any]) -> list[Constraint]:
    constraints: list[Constraint] = []
    if "max" in metadata:
        maximum = metadata["max"]
        text = f"Member must have value less than or equal to {maximum}"
        constraints.append((lambda value: value <= maximum, text))
    if "min" in metadata:
        minimum = metadata["min"]
        text = f"Member must have value greater than or equal to {minimum}"
        constraints.append((lambda value: value >= minimum, text))
    return constraints


def _matcher(pattern: str) -> Callable[[str], bool]:
    """A predicate for texts that match a pattern as a whole; compiled at its first use."""

    def matches(value: str) -> bool:
        try:
            match = in_time(compile_pattern(pattern).fullmatch, value)
        except TimeoutError:
            return False
        return match is not None

    return matches


_END = re.compile(r"(?<!\\)\\z")
UNICODE_CATEGORY = re.compile(r"\\p\{[A-Z]\}")


@cache
def compile_pattern(pattern: str) -> Any:
    """Compile a pattern of the service model as the service reads it."""
    # The model's patterns are Java's: they name Unicode classes (\p{L}), which `re` lacks.
    import regex

    # Java writes a character beyond the basic plane as two; Python as one.
    translated = pattern.replace(r"\uD800\uDC00-\uDBFF\uDFFF", r"\U00010000-\U0010FFFF")
    # The end of the text is \z in Java, which older releases of regex lack.
    translated = _END.sub(r"\\Z", translated)
    # Java's \d, \w, \s and POSIX classes (\p{Print}) are of ASCII; its categories are not.
    return regex.compile(translated, 0 if UNICODE_CATEGORY.search(pattern) else regex.ASCII)
