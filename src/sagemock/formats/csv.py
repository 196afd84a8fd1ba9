"""Tables of numbers as text, without a header.

numpy reads every table, and says what is one. Large tables are read by polars where it is
installed (the extra `fast`): exactly rounded, as numpy does it, but on all cores. Whatever polars
does not take, or takes in its own way, is left to numpy, so the two give the same numbers and the
same errors.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import chain
from mmap import mmap

import numpy as np
from numpy.typing import NDArray

from sagemock import forks
from sagemock.algorithms.base import FloatArray
from sagemock.formats.record import narrowed

FAST_SIZE = 1 << 18
"""Bytes from which on polars is worth its import."""

MAX_FAST_COLUMNS = 1 << 14
"""polars makes an object for each column."""

PIECE_BYTES = 1 << 21
"""Large tables that polars does not take as a whole are read in pieces of about this size."""


class CsvError(ValueError):
    """Text that is no table of numbers.

    row: the first bad one, from 0. rows: how many there are.
    """

    def __init__(self, message: str, row: int = 0, rows: int = 0) -> None:
        super().__init__(message)
        self.row = row
        self.rows = rows


def decode(data: bytes | mmap) -> FloatArray:
    """The numbers (rows, columns) of a table: UTF-8, commas, LF or CRLF, cells perhaps quoted.

    Empty lines are passed over. Raises `CsvError` for a cell that is no number, an empty one
    too, and for a row that is shorter or longer than the first.
    """
    if isinstance(data, bytes) and len(data) >= FAST_SIZE:
        table = decode_by_polars(data)
        if table is not None:
            return table
    pieces = _pieces(data)
    tables: list[FloatArray] = []
    for piece in pieces:
        width = tables[0].shape[1] if tables else None
        table = _table(piece)
        if table is None or width not in (None, table.shape[1]):
            before = sum(map(len, tables))
            place = before + _first_bad(_rows(piece), width)
            message = f"row {place + 1} is not as many numbers as the first row has"
            raise CsvError(message, place, before + sum(map(_row_count, chain([piece], pieces))))
        tables.append(table)
    if not tables:
        raise CsvError("there are no rows")
    return tables[0] if len(tables) == 1 else np.concatenate(tables)


def _pieces(data: bytes | mmap) -> Iterator[bytes]:
    """The data cut at ends of lines, but not inside quotes; those of empty lines are left out."""
    start = 0
    while start < len(data):
        end, quotes = start, 0
        while end == start or (quotes % 2 and end < len(data)):
            last, end = end, data.find(b"\n", end + PIECE_BYTES) + 1 or len(data)
            quotes += data[last:end].count(b'"')
        piece = data[start:end]
        if piece.strip(b"\r\n"):
            yield piece
        start = end


def _table(data: bytes) -> FloatArray | None:
    """None for what is no table."""
    table = decode_by_polars(data) if len(data) >= FAST_SIZE else None
    if table is not None:
        return table
    try:
        return _decode(data)
    except ValueError:
        return None


def _decode(data: bytes) -> FloatArray:
    """By numpy. Raises ValueError for what is no table."""
    return np.loadtxt(
        io.BytesIO(data),
        dtype=np.float32,
        delimiter=",",
        comments=None,
        ndmin=2,
        quotechar='"',
        encoding="utf-8",
    )


def decode_by_polars(data: bytes) -> FloatArray | None:
    """The same by polars; None without it, and for what numpy has to decide."""
    columns = data.partition(b"\n")[0].count(b",") + 1
    if columns > MAX_FAST_COLUMNS or b'"' in data or not data.isascii():
        return None
    if forks.inherited("polars"):
        # It would wait for threads that only the parent has.
        return None
    try:
        import polars
    except ImportError:
        return None
    schema = {str(column): polars.Float64 for column in range(columns)}
    try:
        frame = polars.read_csv(data, has_header=False, schema=schema, quote_char=None)
    except (polars.exceptions.PolarsError, ValueError):
        return None
    if frame.is_empty() or any(series.null_count() for series in frame.iter_columns()):
        return None
    table = np.empty(frame.shape, np.float32)
    for column, series in enumerate(frame.iter_columns()):
        table[:, column] = narrowed(series.to_numpy())
    return table


def _rows(data: bytes) -> list[bytes]:
    return [line for line in data.split(b"\n") if line.rstrip(b"\r")]


def _row_count(data: bytes) -> int:
    """How many rows there are, without an object for each."""
    array: NDArray[np.uint8] = np.frombuffer(data, np.uint8)
    between = (array == ord("\n")) | (array == ord("\r"))
    return int(np.count_nonzero(between[:-1] & ~between[1:])) + int(not between[0])


def _first_bad(rows: list[bytes], width: int | None) -> int:
    """Where the first row without so many numbers is, among rows of which one is bad.

    width: None for that of the first row. Found by halving.
    """
    width = width or _width(rows[:1])
    good, end = 0, len(rows)
    while end - good > 1:
        middle = (good + end) // 2
        if width is not None and _width(rows[good:middle]) == width:
            good = middle
        else:
            end = middle
    return good


def _width(rows: list[bytes]) -> int | None:
    """How many columns some rows have, None if they are no table."""
    table = _table(b"\n".join(rows))
    return None if table is None else int(table.shape[1])
