"""Rows in the order of a property: ties by key, rows without a value last.

An order is an array of row numbers that never changes: a change makes another array. So readers may
keep theirs for as long as they like, and any page of it is a slice.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sagemock.store.column import Codes, Numbers

Rows = NDArray[np.int32]
Weight = Callable[[int], Any]
"""Returns what a row is sorted by."""

MANY_TIES = 0.25
"""From this share of tied rows on, all rows are sorted by key first."""


def by_key(rows: Rows, keys: Sequence[str]) -> Rows:
    """`rows` in the order of their keys, which `keys` has by row."""
    ordered = sorted(rows.tolist(), key=keys.__getitem__)
    return np.fromiter(ordered, np.int32, len(ordered))


def by_value(
    rows: Rows,
    column: Numbers | Codes,
    *,
    sort_key: Callable[[Any], Any],
    descending: bool,
    key_of: Callable[[int], str],
    key_order: Callable[[], Rows],
) -> Rows:
    """`rows` in the order of a column.

    Parameters
    ----------
    rows : ndarray of int32
        The rows to sort.
    column : Numbers or Codes
        The column to sort by.
    sort_key : Callable[[Any], Any]
        What a value is sorted by.
    descending : bool
        Whether the largest value comes first.
    key_of : Callable[[int], str]
        The key of a row.
    key_order : Callable[[], ndarray of int32]
        The same rows in the order of their keys; called only when there are many ties.
    """
    values = _comparable(column, sort_key, descending=descending)
    ordered = rows[np.argsort(values[rows], kind="stable")]
    sorted_values = values[ordered]
    # A missing number is NaN, which equals no other; all of them are at the end.
    equals_next = (sorted_values[1:] == sorted_values[:-1]) | (
        sorted_values[:-1] != sorted_values[:-1]
    )
    is_tied = np.zeros(len(ordered), np.bool_)
    is_tied[:-1] = equals_next
    is_tied[1:] |= equals_next
    tied = ordered[is_tied]
    if len(tied) > MANY_TIES * len(rows):
        tied, is_tied = key_order(), np.full_like(is_tied, True)
    elif len(tied):
        tied = np.array(sorted(tied.tolist(), key=key_of), np.int32)
    ordered[is_tied] = tied[np.argsort(values[tied], kind="stable")]
    return ordered


def _comparable(
    column: Numbers | Codes, sort_key: Callable[[Any], Any], *, descending: bool
) -> NDArray[Any]:
    """Numbers by row, which ascend in the requested order."""
    if isinstance(column, Numbers):
        values = column.view(column.size)
        return -values if descending else values
    return column.ranks(sort_key, descending=descending)[column.view(column.size).codes]


class Descending:
    """Reverses the order of a value."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __lt__(self, other: Descending) -> bool:
        return bool(other.value < self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Descending) and self.value == other.value

    __hash__ = None  # type: ignore[assignment]


def weight(
    value_of: Callable[[int], Any],
    key_of: Callable[[int], str],
    sort_key: Callable[[Any], Any],
    *,
    descending: bool,
) -> Weight:
    """Makes the function that returns what a row is sorted by: its value, then its key."""

    def weigh(row: int) -> Any:
        value = value_of(row)
        if value is None:
            return (1, 0, key_of(row))
        sortable = sort_key(value)
        return (0, Descending(sortable) if descending else sortable, key_of(row))

    return weigh


def merged(
    order: Rows, dead: NDArray[np.bool_] | None, fresh: Iterable[int], weigh: Weight
) -> Rows:
    """An order without its dead rows, and with fresh ones sorted in.

    Parameters
    ----------
    order : ndarray of int32
        The order so far.
    dead : ndarray of bool or None
        Which rows are dead, by row; None for none.
    fresh : Iterable[int]
        The rows to add.
    weigh : Weight
        What a row is sorted by.
    """
    if dead is not None:
        order = order[~dead[order]]
    entering = sorted(fresh, key=weigh)
    positions = [bisect_left(order, weigh(row), key=weigh) for row in entering]
    return np.insert(order, positions, entering) if entering else order
