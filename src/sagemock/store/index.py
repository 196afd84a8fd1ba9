"""The columns and orders of a table, built when a search first names a property.

They follow the table's rows: each search adds what has been written since the last one, under a
lock that no writer waits for, and then reads arrays that never change.
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
MAX_COLUMNS, MAX_ORDERS = 256, 64
"""Limits of what an index keeps, as users may name any number of properties."""

ALIVE = np.iinfo(np.int32).max
"""Stands for the number of the death of a row that is alive."""


Key = TypeVar("Key")
Kept = TypeVar("Kept")


class SortField(Field, Protocol):
    """A property that rows can be ordered by."""

    def sort_key(self, value: Any) -> Any:
        """What a value is sorted by."""
        ...


Ordering = tuple[SortField | None, bool]
"""The property to sort by (None: by key alone), and whether in descending order."""


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

    Parameters
    ----------
    documents : list
        By row; more may follow.
    size : int
        How many of them count, dead ones included.
    deaths : int
        How many of these are dead.
    columns : dict
        The columns of the requested properties, by name.
    order : ndarray of int32
        The living rows in the requested order, if one was requested.
    died : ndarray of int32
        The number of each row's death, by row; `ALIVE` for a living one.
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
        """The rows among `rows` that are alive."""
        return rows if self.deaths == 0 else rows[self.died[rows] >= self.deaths]

    def mask(self) -> NDArray[np.bool_] | None:
        """Which rows are alive; None when all are."""
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
        """The table as it is now, with columns of `fields`, and its rows in order if requested."""
        with self._lock:
            size, deaths = self._rows.now
            self._note_deaths(size, deaths)
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

    def _note_deaths(self, size: int, deaths: int) -> None:
        """Note rows that have died since. Readers of an earlier moment see no difference."""
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
        known = self._columns.pop(field.name, None) or _Column(column(field), 0)
        _keep(self._columns, field.name, known, MAX_COLUMNS)
        data: Column = known.data
        if size > known.data.size:
            data.extend(self._rows.documents[known.data.size : size])
        if deaths > known.deaths:
            dead = self._rows.dead[known.deaths : deaths]
            data.mark_dead(np.fromiter(dead, np.int32, len(dead)))
            known.deaths = deaths
        return known.data

    def _key_of(self, row: int) -> str:
        key: str = self._rows.documents[row][self._key]
        return key

    def _key_order(self, size: int, deaths: int) -> NDArray[np.int32]:
        def build(living: NDArray[np.int32]) -> NDArray[np.int32]:
            key = self._key
            keys = [document[key] for document in self._rows.documents[:size]]
            return order.by_key(living, keys)

        self._by_key = self._updated(self._by_key, size, deaths, build, self._key_of)
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
        current = self._updated(known, size, deaths, build, weigh)
        _keep(self._orders, (field.name, descending), current, MAX_ORDERS)
        return current.rows

    def _updated(
        self,
        known: _Order | None,
        size: int,
        deaths: int,
        build: Callable[[NDArray[np.int32]], NDArray[np.int32]],
        weigh: order.Weight,
    ) -> _Order:
        """An order brought up to date, or built anew when much has changed."""
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


def _keep(kept: dict[Key, Kept], key: Key, value: Kept, limit: int) -> None:
    """Put a value at the end; the least recently used ones are dropped."""
    kept[key] = value
    while len(kept) > limit:
        del kept[next(iter(kept))]
