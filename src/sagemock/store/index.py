"""The columns and orders of a table, made when a search first names a property.

They follow the table's rows: each search takes in what has been written since the last one,
under a lock that no writer ever waits for, and then reads arrays that do not change any more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from sagemock import forks
from sagemock.store import order
from sagemock.store.column import Codes, CodesView, Column, Field, Numbers, column
from sagemock.store.rows import Rows

_UNORDERED = np.empty(0, np.int32)
MOST_COLUMNS, MOST_ORDERS = 256, 64
"""What an index keeps; names are made up by users, who may ask for any number of them."""

ALIVE = np.iinfo(np.int32).max
"""The number of the death of a row that lives."""


Key = TypeVar("Key")
Kept = TypeVar("Kept")


class SortField(Field, Protocol):
    """A property that rows can be ordered by."""

    def sort_key(self, value: Any) -> Any:
        """What a value compares by."""
        ...


Ordering = tuple[SortField | None, bool]
"""By which property (None: by key alone), and whether from the last to the first."""


@dataclass(slots=True)
class _Order:
    rows: NDArray[np.int32]
    size: int
    deaths: int


@dataclass(slots=True)
class _Column:
    data: Numbers | Codes
    deaths: int


@dataclass(frozen=True, slots=True)
class View:
    """A table at a moment, with what a search needs of its index.

    size: how many rows there are, dead ones included. order: the living rows in the order
    asked for, if one was.
    """

    documents: list[Any]
    size: int
    deaths: int
    columns: dict[str, NDArray[np.float64] | CodesView]
    order: NDArray[np.int32]
    died: NDArray[np.int32]

    def __len__(self) -> int:
        return self.size - self.deaths

    def same_moment(self, other: View) -> bool:
        """Whether both show the same state of the same table."""
        return (self.documents is other.documents) and (
            (self.size, self.deaths) == (other.size, other.deaths)
        )

    def living(self, rows: NDArray[np.int32]) -> NDArray[np.int32]:
        """Those of `rows` that are alive."""
        return rows if self.deaths == 0 else rows[self.died[rows] >= self.deaths]

    def mask(self) -> NDArray[np.bool_] | None:
        """By row, whether it is alive; None when all are."""
        return None if self.deaths == 0 else self.died[: self.size] >= self.deaths


class Index:
    """The index of one `Rows`."""

    def __init__(self, rows: Rows[Any], key: str) -> None:
        self._rows = rows
        self._key = key
        self._lock = forks.lock()
        self._died = np.empty(0, np.int32)
        self._known = (0, 0)
        self._columns: dict[str, _Column] = {}
        self._orders: dict[tuple[str, bool], _Order] = {}
        self._by_key: _Order | None = None

    def view(self, fields: Iterable[Field], ordering: Ordering | None = None) -> View:
        """The table as it is now, with columns of `fields`, and its rows in order if asked."""
        with self._lock:
            size, deaths = self._rows.now
            self._take_in(size, deaths)
            columns = {field.name: self._column(field, size, deaths).view(size) for field in fields}
            rows = _UNORDERED if ordering is None else self._order(*ordering, size, deaths)
            return View(self._rows.documents, size, deaths, columns, rows, self._died)

    def nbytes(self) -> dict[str, int]:
        """Bytes by part of the index."""
        with self._lock:
            parts = {f"column {name}": each.data.nbytes for name, each in self._columns.items()}
            for (name, descending), each in self._orders.items():
                parts[f"order {name}{' descending' * descending}"] = each.rows.nbytes
            if self._by_key is not None:
                parts["order by key"] = self._by_key.rows.nbytes
            parts["deaths"] = self._died.nbytes
            return parts

    def _take_in(self, size: int, deaths: int) -> None:
        """Take note of rows that have died. Readers of an earlier moment see no difference."""
        known_size, known_deaths = self._known
        if deaths == 0 or (size, deaths) == self._known:
            return
        if size > len(self._died):
            larger = np.full(size + size // 4 + 64, ALIVE, np.int32)
            larger[:known_size] = self._died[:known_size]
            self._died = larger
        numbers = np.arange(known_deaths, deaths, dtype=np.int32)
        self._died[self._rows.dead[known_deaths:deaths]] = numbers
        self._known = (size, deaths)

    def _living(self, size: int, deaths: int) -> NDArray[np.int32]:
        if deaths == 0:
            return np.arange(size, dtype=np.int32)
        return np.flatnonzero(self._died[:size] >= deaths).astype(np.int32)

    def _column(self, field: Field, size: int, deaths: int) -> Numbers | Codes:
        found = self._columns.pop(field.name, None) or _Column(column(field), 0)
        _keep(self._columns, field.name, found, MOST_COLUMNS)
        data: Column = found.data
        if size > found.data.size:
            data.extend(self._rows.documents[found.data.size : size])
        if deaths > found.deaths:
            dead = self._rows.dead[found.deaths : deaths]
            data.bury(np.fromiter(dead, np.int32, len(dead)))
            found.deaths = deaths
        return found.data

    def _key_of(self, row: int) -> str:
        key: str = self._rows.documents[row][self._key]
        return key

    def _key_order(self, size: int, deaths: int) -> NDArray[np.int32]:
        def build(living: NDArray[np.int32]) -> NDArray[np.int32]:
            key = self._key
            keys = [document[key] for document in self._rows.documents[:size]]
            return order.by_key(living, keys)

        self._by_key = self._followed(self._by_key, size, deaths, build, self._key_of)
        return self._by_key.rows

    def _order(
        self, field: SortField | None, descending: bool, size: int, deaths: int
    ) -> NDArray[np.int32]:
        if field is None:
            return self._key_order(size, deaths)
        data = self._column(field, size, deaths)

        def build(living: NDArray[np.int32]) -> NDArray[np.int32]:
            return order.by_value(
                living,
                data,
                sort_key=field.sort_key,
                descending=descending,
                key_of=self._key_of,
                key_order=lambda: self._key_order(size, deaths),
            )

        weigh = order.weight(data.value, self._key_of, field.sort_key, descending=descending)
        known = self._orders.pop((field.name, descending), None)
        found = self._followed(known, size, deaths, build, weigh)
        _keep(self._orders, (field.name, descending), found, MOST_ORDERS)
        return found.rows

    def _followed(
        self,
        known: _Order | None,
        size: int,
        deaths: int,
        build: Callable[[NDArray[np.int32]], NDArray[np.int32]],
        weigh: order.Weight,
    ) -> _Order:
        """An order brought up to the moment; made anew when much has changed."""
        if known is None or size - known.size > 64 + known.size // 64:
            return _Order(build(self._living(size, deaths)), size, deaths)
        if (known.size, known.deaths) == (size, deaths):
            return known
        fresh = range(known.size, size)
        dead = None
        if deaths > known.deaths:
            dead = self._died[:size] < deaths
            fresh_rows: Iterable[int] = [row for row in fresh if not dead[row]]
        else:
            fresh_rows = fresh
        return _Order(order.merged(known.rows, dead, fresh_rows, weigh), size, deaths)


def _keep(kept: dict[Key, Kept], key: Key, value: Kept, most: int) -> None:
    """Put a value at the end; those used longest ago fall out at the front."""
    kept[key] = value
    while len(kept) > most:
        del kept[next(iter(kept))]
