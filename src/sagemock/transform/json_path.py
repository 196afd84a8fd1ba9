"""The subset of JSONPath in which InputFilter and OutputFilter are written.

Source: the table of operators on the page *Associate Prediction Results with Input Records* of the
developer guide. What the guide leaves open follows the library that it refers to, where there is
one answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sagemock.transform.errors import TransformError


class PathError(ValueError):
    """A text that is no JSONPath of this subset."""


@dataclass(frozen=True, slots=True)
class Names:
    """Members of an object: the value of a single one, an object of several."""

    names: tuple[str, ...]

    def select(self, value: Any) -> Any:
        """Return what the step selects. Raises `TransformError`."""
        if not isinstance(value, dict):
            raise TransformError(f"Expected to find an object with property ['{self.names[0]}']")
        for name in self.names:
            if name not in value:
                raise TransformError(f"No results for path: $['{name}']")
        if len(self.names) == 1:
            return value[self.names[0]]
        return {name: value[name] for name in self.names}


@dataclass(frozen=True, slots=True)
class Wildcard:
    """All members of an object, or all elements of an array, as an array."""

    def select(self, value: Any) -> Any:
        """Return what the step selects. Raises `TransformError`."""
        if isinstance(value, dict):
            return list(value.values())
        if isinstance(value, list):
            return list(value)
        raise TransformError("No results for path: $[*]")


@dataclass(frozen=True, slots=True)
class ArrayElements:
    """Elements of an array: that of a single index, an array of those of indexes and slices."""

    parts: tuple[int | slice, ...]

    def select(self, value: Any) -> Any:
        """Return what the step selects. Raises `TransformError` for an index out of range."""
        if not isinstance(value, list):
            raise TransformError("Filter: Expected to find an array")
        if self.is_definite:
            return self._element(value, self.parts[0])
        return self.of(value)

    def of(self, row: Sequence[Any]) -> list[Any]:
        """The elements of a sequence. Raises `TransformError` for an index out of range."""
        selected: list[Any] = []
        for part in self.parts:
            if isinstance(part, slice):
                selected += row[part]
            else:
                selected.append(self._element(row, part))
        return selected

    @property
    def is_definite(self) -> bool:
        """Whether the step selects a single element."""
        return len(self.parts) == 1 and not isinstance(self.parts[0], slice)

    @staticmethod
    def _element(row: Sequence[Any], index: Any) -> Any:
        try:
            return row[index]
        except IndexError:
            raise TransformError(
                f"Index out of bound: index {index} of an array with {len(row)} elements"
            ) from None


Step = Names | Wildcard | ArrayElements


@dataclass(frozen=True, slots=True)
class JsonPath:
    """A parsed path.

    Examples
    --------
    >>> parse("$['id','score']").select({"id": 7, "x": 1, "score": 0.5})
    {'id': 7, 'score': 0.5}
    >>> parse("$[0,-1]").select([7, 1, 2, 0.5])
    [7, 0.5]
    """

    steps: tuple[Step, ...]

    @property
    def is_root(self) -> bool:
        """Whether the path selects everything."""
        return not self.steps

    def select(self, value: Any) -> Any:
        """Return what the path selects of a JSON value.

        After a step that selects an array of several, the following ones apply to each of them.

        Raises
        ------
        TransformError
            If the value lacks a member or an element that the path names.
        """
        return _select(self.steps, value)

    def of_row(self, cells: list[Any]) -> list[Any]:
        """The cells that the path selects of a row, which counts as a JSON array."""
        selected = self.select(cells)
        return selected if isinstance(selected, list) else [selected]


def _select(steps: tuple[Step, ...], value: Any) -> Any:
    for number, step in enumerate(steps):
        value = step.select(value)
        rest = steps[number + 1 :]
        many = isinstance(step, Wildcard) or (
            isinstance(step, ArrayElements) and not step.is_definite
        )
        if many and rest:
            return [_select(rest, each) for each in value]
    return value


_DOTTED = re.compile(r"\.(\*|[^.\[\]*'\"\s]+)")
_QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_BRACKETS = re.compile(r"\.?\[\s*((?:'[^']*'|\"[^\"]*\"|[^\]'\"])*?)\s*\]")
_INDEX = re.compile(r"-?\d+")
_SLICE = re.compile(r"(-?\d+)?\s*:\s*(-?\d+)?")
_SEPARATOR = re.compile(r"\s*,\s*")


def parse(text: str) -> JsonPath:
    """Parse a path. Raises `PathError`."""
    if not text.startswith("$"):
        raise PathError(f"{text} does not begin with $")
    steps: list[Step] = []
    position = 1
    while position < len(text):
        dotted = _DOTTED.match(text, position)
        brackets = _BRACKETS.match(text, position)
        if dotted is not None:
            steps.append(Wildcard() if dotted[1] == "*" else Names((dotted[1],)))
            position = dotted.end()
        elif brackets is not None:
            steps.append(_bracketed(brackets[1], text))
            position = brackets.end()
        else:
            raise PathError(f"{text[position:]} in {text} is not supported")
    return JsonPath(tuple(steps))


def _bracketed(inside: str, text: str) -> Step:
    if inside == "*":
        return Wildcard()
    if inside[:1] in ("'", '"'):
        return Names(_names(inside, text))
    parts = _SEPARATOR.split(inside)
    return ArrayElements(tuple(_element(part, text) for part in parts))


def _names(inside: str, text: str) -> tuple[str, ...]:
    names: list[str] = []
    position = 0
    while True:
        quoted = _QUOTED.match(inside, position)
        if quoted is None:
            raise PathError(f"[{inside}] in {text} is not supported")
        names.append(quoted[1] if quoted[1] is not None else quoted[2])
        separator = _SEPARATOR.match(inside, quoted.end())
        if separator is None:
            if quoted.end() != len(inside):
                raise PathError(f"[{inside}] in {text} is not supported")
            return tuple(names)
        position = separator.end()


def _element(part: str, text: str) -> int | slice:
    if _INDEX.fullmatch(part):
        return int(part)
    bounds = _SLICE.fullmatch(part)
    if bounds is None:
        raise PathError(f"[{part}] in {text} is not supported")
    start, end = (None if bound is None else int(bound) for bound in bounds.groups())
    return slice(start, end)
