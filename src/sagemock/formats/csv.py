"""Tables of numbers as text, without a header.

numpy reads every table, and says what is one. Large tables are read by polars where it is
installed (the extra `fast`): exactly rounded, as numpy does it, but on all cores. Whatever polars
does not take, or takes in its own way, is left to numpy, so the two give the same numbers and the
same errors.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np

from sagemock.algorithms.base import FloatArray
from sagemock.formats.record import narrowed

FAST_SIZE = 1 << 18
"""Bytes from which on polars is worth its import."""

MAX_FAST_COLUMNS = 1 << 14
"""polars makes an object for each column."""

BLOCK_ROWS = 1000
"""Rows that are tried at a time when a bad one is looked for."""


class CsvError(ValueError):
    """Text that is no table of numbers.

    row: the first bad one, from 0. rows: how many there are.
    """

    def __init__(self, message: str, row: int = 0, rows: int = 0) -> None:
        super().__init__(message)
        self.row = row
        self.rows = rows


def decode(data: bytes) -> FloatArray:
    """The numbers (rows, columns) of a table: UTF-8, commas, LF or CRLF, cells perhaps quoted.

    Empty lines are passed over. Raises `CsvError` for a cell that is no number, an empty one
    too, and for a row that is shorter or longer than the first.
    """
    if len(data) >= FAST_SIZE:
        table = decode_by_polars(data)
        if table is not None:
            return table
    try:
        return _decode(data)
    except ValueError as error:
        rows = list(_rows(data))
        raise CsvError(str(error), _first_bad(rows), len(rows)) from error


def _decode(data: bytes) -> FloatArray:
    if not data.strip():
        raise ValueError("there are no rows")
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


def _rows(data: bytes) -> Iterator[bytes]:
    return (line for line in data.splitlines() if line.strip())


def _first_bad(rows: list[bytes]) -> int:
    """The first row that has no numbers or not as many as the first row; block by block."""
    width = None
    for start in range(0, len(rows), BLOCK_ROWS):
        block = rows[start : start + BLOCK_ROWS]
        if _width(block) is not None and width in (None, _width(block)):
            width = _width(block)
            continue
        for place, row in enumerate(block):
            found = _width([row])
            if found is None or width not in (None, found):
                return start + place
            width = found
    return 0


def _width(rows: list[bytes]) -> int | None:
    """How many columns some rows have, None if they are no table."""
    try:
        table = _decode(b"\n".join(rows))
    except ValueError:
        return None
    return int(table.shape[1])
