"""One property of all rows, as an array.

Columns only grow, with the rows of their table, so that what a reader has taken from one stays
valid. A number is kept as it is, NaN where it is missing; anything else as a code, which is its
index among the distinct values seen. Code 0 is the missing value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from sagemock.store.substring_index import SubstringIndex

MISSING = 0
MAX_COUNTED = 4096
"""Up to this many distinct values, a column counts the living rows of each."""

RowSet = NDArray[np.int32] | slice
"""Rows by their numbers, or as a slice."""


class Field(Protocol):
    """What a column needs to know of a property."""

    @property
    def name(self) -> str:
        """Under which an index keeps the column."""
        ...

    @property
    def numeric(self) -> bool:
        """Whether a document has at most one value of it, which is a number."""
        ...

    @property
    def many(self) -> bool:
        """Whether it may hold several values, which `read` returns as a tuple."""
        ...

    @property
    def read(self) -> Callable[[Mapping[str, Any]], Any]:
        """Returns the value in a document, or None when it is missing."""
        ...


class Column(Protocol):
    """A property's values by row."""

    def extend(self, documents: Sequence[Mapping[str, Any]]) -> None:
        """Append rows."""
        ...

    def mark_dead(self, rows: NDArray[np.int32]) -> None:
        """Count these rows as dead."""
        ...

    @property
    def nbytes(self) -> int:
        """Bytes of the column, less the values themselves, which the documents hold."""
        ...


def column(field: Field) -> Numbers | Codes:
    """An empty column for a property."""
    return Numbers(field.read) if field.numeric else Codes(field.read, many=field.many)


def _appended(buffer: NDArray[Any], size: int, fresh: NDArray[Any]) -> NDArray[Any]:
    """`buffer` with `fresh` after its first `size` entries, in a larger array if needed."""
    end = size + len(fresh)
    if end > len(buffer):
        larger = np.empty(end if size == 0 else max(end, size + size // 4 + 64), buffer.dtype)
        larger[:size] = buffer[:size]
        buffer = larger
    buffer[size:end] = fresh
    return buffer


class Numbers:
    """Numbers and times: float64 by row, NaN where the value is missing."""

    def __init__(self, read: Callable[[Any], Any]) -> None:
        self._read = read
        self._buffer = np.empty(0)
        self.size = 0

    def extend(self, documents: Sequence[Mapping[str, Any]]) -> None:
        """Append rows."""
        read, nan = self._read, np.nan
        fresh = np.fromiter(
            (nan if value is None else value for value in map(read, documents)),
            np.float64,
            len(documents),
        )
        self._buffer = _appended(self._buffer, self.size, fresh)
        self.size += len(documents)

    def mark_dead(self, rows: NDArray[np.int32]) -> None:
        """Do nothing: numbers are not counted."""

    def view(self, size: int) -> NDArray[np.float64]:
        """The values of the first `size` rows, which never change."""
        return self._buffer[:size]

    def value(self, row: int) -> float | None:
        """The value in a row."""
        number = float(self._buffer[row])
        return None if number != number else number

    @property
    def nbytes(self) -> int:
        """Bytes of the column."""
        return self._buffer.nbytes


@dataclass(frozen=True, slots=True)
class Postings:
    """The rows of each code, among the first `size` rows.

    Parameters
    ----------
    size : int
        How many rows it covers.
    rows : ndarray of int32, shape (size,)
        Row numbers, ordered by code and then by row.
    starts : ndarray of int32, shape (distinct + 1,)
        Where in `rows` each code begins.
    """

    size: int
    rows: NDArray[np.int32]
    starts: NDArray[np.int32]

    @classmethod
    def of(cls, codes: NDArray[np.int32], distinct: int) -> Postings:
        """The postings of a column with that many distinct values."""
        starts = np.zeros(distinct + 1, np.int32)
        np.cumsum(np.bincount(codes, minlength=distinct), out=starts[1:])
        return cls(len(codes), np.argsort(codes, kind="stable").astype(np.int32), starts)

    def __getitem__(self, code: int) -> NDArray[np.int32]:
        if code + 1 >= len(self.starts):
            return self.rows[:0]
        return self.rows[self.starts[code] : self.starts[code + 1]]


class Codes:
    """Texts, booleans and lists: int32 codes by row, and the distinct values of the codes."""

    def __init__(self, read: Callable[[Any], Any], *, many: bool) -> None:
        self._read = read
        self.many = many
        self.size = 0
        self._buffer = np.empty(0, np.int32)
        self._code_of: dict[Any, int] = {None: MISSING}
        self._values: list[Any] = [None]
        self._codes_with: dict[Any, list[int]] = {}
        self._counts: NDArray[np.int64] | None = np.zeros(1, np.int64)
        # Built on demand; each is replaced as a whole, never changed.
        self._postings: Postings | None = None
        self._substrings: SubstringIndex | None = None
        self._numbers: NDArray[np.float64] = np.empty(0)

    def extend(self, documents: Sequence[Mapping[str, Any]]) -> None:
        """Append rows."""
        code_of, take = self._code_of, self._code_of.setdefault
        fresh = np.fromiter(
            (take(value, len(code_of)) for value in map(self._read, documents)),
            np.int32,
            len(documents),
        )
        new = list(islice(reversed(code_of), len(code_of) - len(self._values)))
        for value in reversed(new):
            if self.many:
                for element in value:
                    self._codes_with.setdefault(element, []).append(len(self._values))
            self._values.append(value)
        self._buffer = _appended(self._buffer, self.size, fresh)
        self.size += len(documents)
        self._count(fresh, 1)

    def mark_dead(self, rows: NDArray[np.int32]) -> None:
        """Count these rows as dead."""
        self._count(self._buffer[rows], -1)

    def _count(self, codes: NDArray[np.int32], step: int) -> None:
        distinct = len(self._values)
        if self._counts is None or distinct > MAX_COUNTED:
            self._counts = None
            return
        change = np.bincount(codes, minlength=distinct) * step
        change[: len(self._counts)] += self._counts
        self._counts = change

    def value(self, row: int) -> Any:
        """The value in a row; of several, the first."""
        value = self._values[self._buffer[row]]
        return value[0] if self.many and value is not None else value

    def view(self, size: int) -> CodesView:
        """The column of the first `size` rows, which never changes."""
        return CodesView(self, self._buffer[:size], len(self._values), self._counts)

    @property
    def nbytes(self) -> int:
        """Bytes of the column, less the values themselves, which the documents hold."""
        postings = self._postings
        return (
            self._buffer.nbytes
            + self._code_of.__sizeof__()
            + self._values.__sizeof__()
            + self._numbers.nbytes
            + (0 if postings is None else postings.rows.nbytes + postings.starts.nbytes)
            + (0 if self._substrings is None else self._substrings.nbytes)
        )

    # Many threads may call the methods below at once, without a lock.

    def postings(self, view: CodesView) -> Postings:
        """Postings that lack at most a few of the view's last rows."""
        postings = self._postings
        if postings is None or len(view.codes) - postings.size > 4096 + postings.size // 16:
            postings = self._postings = Postings.of(view.codes, view.distinct)
        return postings

    def codes_of(self, values: Iterable[Any], distinct: int) -> list[int]:
        """The codes of the values that equal one of `values`, or of the lists that contain one."""
        if self.many:
            codes = {code for value in values for code in self._codes_with.get(value, ())}
        else:
            codes = {self._code_of.get(value, distinct) for value in values}
        return sorted(code for code in codes if code < distinct)

    def codes_containing(self, part: str, distinct: int) -> list[int]:
        """The codes of the texts that contain `part`."""
        if self.many:
            return self.codes_where(lambda value: any(part in each for each in value), distinct)
        substrings = self._substrings
        if substrings is None or distinct - substrings.size > 512 + substrings.size // 16:
            substrings = self._substrings = SubstringIndex(self._values, distinct)
        return substrings.find(part) + [
            code
            for code, value in enumerate(self._values[substrings.size : distinct], substrings.size)
            if part in value
        ]

    def codes_where(self, holds: Callable[[Any], bool], distinct: int) -> list[int]:
        """The codes of the present values that satisfy a predicate."""
        return [code for code, value in enumerate(self._values[1:distinct], 1) if holds(value)]

    def numbers(
        self, number_of: Callable[[Any], float | None], distinct: int
    ) -> NDArray[np.float64]:
        """The number that each value spells, NaN for the others, by code.

        The result is cached, so `number_of` must be the same function in every call.
        """
        known = self._numbers
        if len(known) < distinct:
            fresh = map(number_of, self._values[len(known) : distinct])
            more = [np.nan if number is None else number for number in fresh]
            known = self._numbers = np.concatenate([known, more])
        return known[:distinct]

    def ranks(self, sort_key: Callable[[Any], Any], *, descending: bool) -> NDArray[np.int32]:
        """The rank of each code in the order of the values; that of the missing value is last."""
        values = self._values
        keys = [None, *(sort_key(value[0] if self.many else value) for value in values[1:])]
        order = sorted(range(1, len(values)), key=keys.__getitem__, reverse=descending)
        ranks = np.empty(len(values), np.int32)
        ranks[order] = np.arange(len(order), dtype=np.int32)
        if self.many or any(key is not value for key, value in zip(keys, values, strict=True)):
            _level_ties(ranks, order, keys)
        ranks[MISSING] = len(order)
        return ranks


def _level_ties(ranks: NDArray[np.int32], order: Sequence[int], keys: Sequence[Any]) -> None:
    """Give the same rank to different values that sort alike.

    Such are numbers spelled in two ways, and lists that begin with the same value.
    """
    for before, code in pairwise(order):
        if keys[before] == keys[code]:
            ranks[code] = ranks[before]


@dataclass(frozen=True, slots=True)
class CodesView:
    """A column of codes at a moment.

    Parameters
    ----------
    column : Codes
        The column.
    codes : ndarray of int32
        By row.
    distinct : int
        How many codes there were.
    counts : ndarray of int64 or None
        The living rows of each code; None for a column with too many distinct values.
    """

    column: Codes
    codes: NDArray[np.int32]
    distinct: int
    counts: NDArray[np.int64] | None
