"""Records as filters and joins see them: rows of CSV, and JSON values."""

from __future__ import annotations

import json
from decimal import ROUND_HALF_EVEN, Context, DecimalException
from typing import Any

from sagemock.transform.errors import TransformError

QUOTE, COMMA = b'"', b","

INPUT, OUTPUT = "SageMakerInput", "SageMakerOutput"
"""The members of a joined JSON record."""

_DIGITS = Context(prec=15, rounding=ROUND_HALF_EVEN)
"""Numbers in filtered or joined JSON have 15 significant digits, in the one record of them.

0.9899773597717285 became 0.989977359771728: what was written was rounded, half to even.
"""


def cells(row: bytes) -> list[bytes]:
    r"""The cells of a row of CSV, each as it is written, quotes included.

    Raises
    ------
    TransformError
        For a quote inside of a cell that is not quoted.

    Examples
    --------
    >>> cells(b'1,"a, b",')
    [b'1', b'"a, b"', b'']
    """
    row = row.removesuffix(b"\r")
    if QUOTE not in row:
        return row.split(COMMA)
    parts: list[bytes] = []
    open_cell: bytes | None = None
    for piece in row.split(COMMA):
        cell = piece if open_cell is None else open_cell + COMMA + piece
        if QUOTE in cell and not cell.startswith(QUOTE):
            raise TransformError("a quote in a cell that is not quoted")
        # A quote inside of a cell is doubled, so a cell is closed by an even number of them.
        if cell.count(QUOTE) % 2:
            open_cell = cell
            continue
        if QUOTE in cell and not cell.endswith(QUOTE):
            raise TransformError("text behind the quote that ends a cell")
        parts.append(cell)
        open_cell = None
    if open_cell is not None:
        raise TransformError("a quote that is not closed")
    return parts


def json_value(record: bytes) -> Any:
    """The value of a JSON text. Raises `TransformError`."""
    try:
        return json.loads(record, parse_float=_rounded, parse_constant=_refused)
    except (ValueError, DecimalException, RecursionError) as error:
        raise TransformError(str(error)) from error


def json_text(value: Any) -> bytes:
    r"""A value as JSON: without spaces, members in order of their names.

    Raises
    ------
    TransformError
        For a number beyond what JSON can represent.

    Examples
    --------
    >>> json_text({"score": 0.5, "id": "ü"}).decode()
    '{"id":"ü","score":0.5}'
    """
    try:
        text = json.dumps(
            value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
        )
        return text.encode()
    except (ValueError, RecursionError) as error:
        raise TransformError(str(error)) from error


def joined(record: Any, prediction: Any) -> dict[str, Any]:
    """A JSON record with its prediction; a record that is no object becomes a member."""
    if isinstance(record, dict):
        return {**record, OUTPUT: prediction}
    return {INPUT: record, OUTPUT: prediction}


def _rounded(text: str) -> float:
    return float(_DIGITS.create_decimal(text))


def _refused(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
