"""CSV as the library's own reader takes it: what is not a number is missing."""

from __future__ import annotations

from mmap import mmap

import numpy as np

from sagemock.algorithms.base import FloatArray
from sagemock.formats import csv
from sagemock.formats.record import narrowed


class CsvTableError(ValueError):
    """Text that the library's reader refuses."""


def decode(data: bytes | mmap, delimiter: str) -> FloatArray:
    r"""Decode a table (rows, columns), with NaN for cells that are empty or not a number.

    Short rows end with missing values.

    Raises
    ------
    CsvTableError
        For a line without the delimiter, and for text without lines.

    Examples
    --------
    >>> print(decode(b"1;2;3\n4;;x\n", ";"))
    [[ 1.  2.  3.]
     [ 4. nan nan]]
    """
    if delimiter != ",":
        data = bytes(data).replace(b",", b" ").replace(delimiter.encode(), b",")
    try:
        return csv.decode(data)
    except csv.CsvError:
        return _tolerant(bytes(data), delimiter)


def _tolerant(data: bytes, delimiter: str) -> FloatArray:
    rows = [line.split(b",") for line in data.splitlines() if line.strip()]
    if not rows:
        raise CsvTableError("there are no rows")
    if any(len(row) == 1 for row in rows):
        raise CsvTableError(
            f"Delimiter '{delimiter}' is not found in the line. Expected '{delimiter}' as the "
            "delimiter to separate fields."
        )
    table = np.full((len(rows), max(map(len, rows))), np.nan)
    for number, row in enumerate(rows):
        table[number, : len(row)] = [_number(cell) for cell in row]
    return narrowed(table)


def _number(cell: bytes) -> float:
    try:
        return float(cell)
    except ValueError:
        return np.nan
