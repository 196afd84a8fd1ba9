"""How much fits on a page, whatever people have written.

No page is larger than 60 kB. What is listed on one has a share of that; what does not fit is
counted there, and is whole in the page's JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


def fitting(items: Iterable[T], room: int, size: Callable[[T], int]) -> list[T]:
    """The first items whose sizes add up to no more than `room`, in bytes."""
    kept: list[T] = []
    for each in items:
        room -= size(each)
        if room < 0:
            break
        kept.append(each)
    return kept


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """What a page shows of a list; more: how many items it leaves out; left: bytes to spare."""

    shown: Sequence[T]
    more: int
    left: int


def part(items: Collection[T], room: int, size: Callable[[T], int]) -> Part[T]:
    """As many of the items as there is room for."""
    shown = fitting(items, room, size)
    return Part(shown, len(items) - len(shown), room - sum(map(size, shown)))


def written(*texts: object) -> int:
    """Bytes of texts on a page, where a quote takes five."""
    return sum(len(text.encode(errors="replace")) + 4 * _escaped(text) for text in map(str, texts))


def _escaped(text: str) -> int:
    return sum(map(text.count, "<>&\"'"))


def last_fitting(lines: Sequence[str], room: int) -> list[str]:
    """The last lines that there is room for, in their order."""
    return fitting(reversed(lines), room, lambda line: written(line) + 1)[::-1]


def cut(text: str, length: int) -> str:
    """The beginning of a text that is longer."""
    return text if len(text) <= length else f"{text[:length]}…"


def middle(text: str, length: int) -> str:
    """A long name without its middle: names often differ at their ends alone."""
    if len(text) <= length:
        return text
    begin = length // 2
    return f"{text[:begin]}…{text[begin + 1 - length :]}"
