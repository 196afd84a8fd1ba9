"""Request bodies as matrices of the library, and how the container refuses them.

Source: `serve_utils.py` and `encoder.py` in `aws/sagemaker-xgboost-container`.
"""

from __future__ import annotations

import csv as standard_csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sagemock.containers.base import InferenceError
from sagemock.containers.xgboost import data
from sagemock.containers.xgboost.failures import UserError
from sagemock.formats import recordio
from sagemock.formats.rows import MAX_COLUMNS

SNIFFED = 512
"""Characters of the first line in which the delimiter is looked for."""


@dataclass(frozen=True, slots=True)
class Payload:
    """The rows of a request as a `DMatrix`, and how they were read."""

    matrix: Any
    kind: str


def read(body: bytes, content_type: str | None) -> Payload:
    """Read the rows of a request body; without a content type it is CSV.

    Raises
    ------
    InferenceError
        With the container's texts, and status 415.
    """
    import xgboost

    try:
        kind = data.kind_of(content_type or "text/csv")
    except UserError as error:
        raise InferenceError(415, str(error)) from error
    if kind not in _READERS:
        raise InferenceError(415, f"Content-type {content_type} is not supported.")
    try:
        return Payload(xgboost.DMatrix(_READERS[kind](body), nthread=1), kind)
    except Exception as error:
        # Readers fail in many ways; the container passes on their class and text.
        raise InferenceError(415, _refusal(kind, error)) from error


def _refusal(kind: str, error: Exception) -> str:
    start = f"Loading {kind} data failed with Exception, please ensure data is in {kind} format:"
    if kind == data.RECORDIO:
        return f"{start} {type(error)} {error}"
    return f"{start}\n {type(error)}\n {error}"


def _csv(body: bytes) -> Any:
    text = body.strip().decode("utf-8")
    lines = text.split("\n")
    sniffed = standard_csv.Sniffer().sniff(lines[0][:SNIFFED]).delimiter
    delimiter = "," if sniffed.isalnum() else sniffed
    rows = [[cell or "nan" for cell in line.split(delimiter)] for line in lines]
    values = np.array(rows)
    try:
        return values.astype(float)
    except ValueError:
        # numpy 2 quotes the cell as np.str_('x'); the numpy of the container quotes it as 'x'.
        return values.astype(object).astype(float)


def _libsvm(body: bytes) -> Any:
    """Pairs of index and value alone: what has no colon is passed over."""
    from scipy.sparse import csr_matrix

    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    for number, line in enumerate(body.strip().decode("utf-8").split("\n")):
        for item in line.split(" "):
            index, colon, value = item.partition(":")
            if colon:
                rows.append(number)
                columns.append(int(index))
                values.append(float(value.partition(":")[0]))
    if columns and not 0 <= max(columns) < MAX_COLUMNS:
        raise ValueError(f"a row has {max(columns)} columns")
    return csr_matrix((values, (rows, columns)))


def _recordio(body: bytes) -> Any:
    from scipy.sparse import csr_matrix

    features = recordio.decode(body)[0].features()
    return features if isinstance(features, np.ndarray) else csr_matrix(features)


_READERS: Mapping[str, Callable[[bytes], Any]] = {
    data.CSV: _csv,
    data.LIBSVM: _libsvm,
    data.RECORDIO: _recordio,
}
