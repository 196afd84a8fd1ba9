"""Rows in the order of a property: equal ones by key, those without it last.

An order is an array of row numbers, never changed: a change makes another one. So readers hold
theirs for as long as they like, and any page of it is a slice.
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
"""From a row to what it compares by."""

MANY = 0.25
"""The share of rows whose values are not theirs alone from which all are looked at by key."""


def by_key(rows: Rows, keys: Sequence[str]) -> Rows:
    """`rows` in the order of their keys, which are given by row."""
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

    key_of: the key of a row. key_order: the same rows in the order of their keys; asked for
    only when many values are equal.
    """
    values = _comparable(column, sort_key, descending=descending)
    here = values[rows]
    found = rows[np.argsort(here, kind="stable")]
    there = values[found]
    # A missing number equals no other one, and all missing ones are at the end.
    tied = (there[1:] == there[:-1]) | (there[:-1] != there[:-1])
    shared = np.zeros(len(found), np.bool_)
    shared[:-1] = tied
    shared[1:] |= tied
    alike = found[shared]
    if len(alike) > MANY * len(rows):
        alike, shared = key_order(), np.full_like(shared, True)
    elif len(alike):
        alike = np.array(sorted(alike.tolist(), key=key_of), np.int32)
    found[shared] = alike[np.argsort(values[alike], kind="stable")]
    return found


def _comparable(
    column: Numbers | Codes, sort_key: Callable[[Any], Any], *, descending: bool
) -> NDArray[Any]:
    """Numbers by row that ascend in the order asked for."""
    if isinstance(column, Numbers):
        values = column.view(column.size)
        return -values if descending else values
    return column.ranks(sort_key, descending=descending)[column.view(column.size).codes]


class Descending:
    """Turns the order of a value round."""

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
    """What rows compare by: the value, then the key."""

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
    """An order without the dead rows, and with fresh ones in their places.

    dead: by row, whether it has died.
    """
    if dead is not None:
        order = order[~dead[order]]
    entering = sorted(fresh, key=weigh)
    places = [bisect_left(order, weigh(row), key=weigh) for row in entering]
    return np.insert(order, places, entering) if entering else order
