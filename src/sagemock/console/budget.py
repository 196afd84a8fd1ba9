"""What keeps pages small: a list has a fixed number of rows, and each text a fixed length.

No page, with all that it loads, is larger than 150 kB as sent, whatever names and texts there are.
What a list leaves out is counted below it, with a link to where it is complete.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Excerpt(Generic[T]):
    """The rows of a list that a page shows, and how many more there are."""

    shown: Sequence[T]
    more: int


def excerpt(items: Iterable[T], limit: int) -> Excerpt[T]:
    """Return the first `limit` items.

    >>> excerpt("abc", 2)
    Excerpt(shown=['a', 'b'], more=1)
    """
    rows = list(items)
    return Excerpt(rows[:limit], max(0, len(rows) - limit))


def cut(text: str, length: int) -> str:
    """Return a text without what is beyond its first `length` characters.

    >>> cut("abcdef", 4)
    'abcd…'
    """
    return text if len(text) <= length else f"{text[:length]}…"


def middle(text: str, length: int) -> str:
    """Return a long name without its middle, as names often differ at their ends alone.

    >>> middle("abcdefgh", 5)
    'ab…gh'
    """
    if len(text) <= length:
        return text
    begin = length // 2
    return f"{text[:begin]}…{text[begin + 1 - length :]}"
