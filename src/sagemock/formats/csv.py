"""Tables of numbers as text, without a header.

numpy defines which tables are valid. Large tables are read by polars if it is installed (the extra
`fast`): exactly rounded, as by numpy, but on all cores. Whatever polars does not read, or reads
differently, is left to numpy, so that both give the same numbers and the same errors.
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
"""Bytes from which polars is worth its import."""

MAX_FAST_COLUMNS = 1 << 14
"""polars creates an object for each column."""

PIECE_BYTES = 1 << 21
"""Large tables that polars does not read as a whole are read in pieces of about this size."""


class CsvError(ValueError):
    """Text that is not a table of numbers.

    Attributes
    ----------
    row
        The index of the first bad row, from 0.
    rows
        How many rows there are.
    """

    def __init__(self, message: str, row: int = 0, rows: int = 0) -> None:
        super().__init__(message)
        self.row = row
        self.rows = rows


def decode(data: bytes | mmap) -> FloatArray:
    r"""Decode the numbers (rows, columns) of a table: UTF-8, commas, LF or CRLF.

    Cells may be quoted, and empty lines are ignored.

    Raises
    ------
    CsvError
        For a cell that is empty or not a number, and for a row that is shorter or longer than the
        first.

    Examples
    --------
    >>> print(decode(b'1,"2"\n\n3,4e1\n'))
    [[ 1.  2.]
     [ 3. 40.]]
    >>> decode(b"1,2\n3,four\n")
    Traceback (most recent call last):
    sagemock.formats.csv.CsvError: row 2 does not have as many numbers as the first row
    """
    if isinstance(data, bytes) and len(data) >= FAST_SIZE:
        table = decode_by_polars(data)
        if table is not None:
            return table
    pieces = split_pieces(data)
    tables: list[FloatArray] = []
    for piece in pieces:
        width = tables[0].shape[1] if tables else None
        table = _table(piece)
        if table is None or width not in (None, table.shape[1]):
            before = sum(map(len, tables))
            row = before + _first_bad(_rows(piece), width)
            message = f"row {row + 1} does not have as many numbers as the first row"
            raise CsvError(message, row, before + sum(map(_row_count, chain([piece], pieces))))
        tables.append(table)
    if not tables:
        raise CsvError("there are no rows")
    return tables[0] if len(tables) == 1 else np.concatenate(tables)


def split_pieces(data: bytes | mmap) -> Iterator[bytes]:
    """Cut data at ends of lines outside quotes; pieces that have only empty lines are left out."""
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
    """None for what is not a table."""
    table = decode_by_polars(data) if len(data) >= FAST_SIZE else None
    if table is not None:
        return table
    try:
        return decode_by_numpy(data)
    except ValueError:
        return None


def decode_by_numpy(data: bytes) -> FloatArray:
    """Decode by numpy. Raises ValueError for what is not a table."""
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
    """Decode by polars; None without polars, and for what only numpy can decide."""
    columns = data.partition(b"\n")[0].count(b",") + 1
    if columns > MAX_FAST_COLUMNS or b'"' in data or not data.isascii():
        return None
    if data.count(b"\r") != data.count(b"\r\n"):
        # To polars a carriage return alone is space around a number, to numpy the end of a line.
        return None
    if forks.inherited("polars"):
        # It would wait for threads that only the parent process has.
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
    if data.count(b",") != len(frame) * (columns - 1):
        # Polars passes over a comma at the end of a row of as many numbers as columns.
        return None
    table = np.empty(frame.shape, np.float32)
    for column, series in enumerate(frame.iter_columns()):
        table[:, column] = narrowed(series.to_numpy())
    return table


def _rows(data: bytes) -> list[bytes]:
    return [line for line in data.split(b"\n") if line.rstrip(b"\r")]


def _row_count(data: bytes) -> int:
    """The number of rows, counted without an object for each."""
    array: NDArray[np.uint8] = np.frombuffer(data, np.uint8)
    between = (array == ord("\n")) | (array == ord("\r"))
    return int(np.count_nonzero(between[:-1] & ~between[1:])) + int(not between[0])


def _first_bad(rows: list[bytes], width: int | None) -> int:
    """The index of the first row without `width` numbers, by bisection; at least one is bad.

    A width of None stands for that of the first row.
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
    """The number of columns of rows; None if they are not a table."""
    table = _table(b"\n".join(rows))
    return None if table is None else int(table.shape[1])
