"""Tables of numbers as text, without a header."""

from __future__ import annotations

import io

import numpy as np

from sagemock.algorithms.base import FloatArray


class CsvError(ValueError):
    """Text that is no table of numbers."""


def decode(data: bytes) -> FloatArray:
    """The numbers (rows, columns) of a table. Raises `CsvError`."""
    if not data.strip():
        raise CsvError("there are no rows")
    try:
        return np.loadtxt(
            io.BytesIO(data),
            dtype=np.float32,
            delimiter=",",
            comments=None,
            ndmin=2,
            quotechar='"',
            encoding="utf-8",
        )
    except ValueError as error:
        raise CsvError(str(error)) from error
