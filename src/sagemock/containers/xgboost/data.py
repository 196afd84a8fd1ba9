"""The channels of a job as matrices of the library.

Source: `data_utils.py` in `aws/sagemaker-xgboost-container`.
"""

from __future__ import annotations

import csv as standard_csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sagemock.algorithms.base import FloatArray
from sagemock.containers.inputs import Channel, Part
from sagemock.containers.xgboost import csv_table
from sagemock.containers.xgboost.failures import UserError
from sagemock.containers.xgboost.threads import threads
from sagemock.formats import libsvm, recordio
from sagemock.formats.media_type import media_type, parameters
from sagemock.formats.rows import RowsError, concatenated

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

CSV, LIBSVM, PARQUET, RECORDIO = "csv", "libsvm", "parquet", "recordio-protobuf"

KINDS: Mapping[str, str] = {
    "csv": CSV,
    "libsvm": LIBSVM,
    "parquet": PARQUET,
    "recordio-protobuf": RECORDIO,
    "text/csv": CSV,
    "text/libsvm": LIBSVM,
    "text/x-libsvm": LIBSVM,
    "application/x-parquet": PARQUET,
    "application/x-recordio-protobuf": RECORDIO,
}
"""How a content type is read, in the order in which refusals list them."""

SNIPPET = 50
"""Characters of a line that refusals show."""


@dataclass(frozen=True, slots=True)
class ChannelRows:
    """The rows of a channel.

    Attributes
    ----------
    features
        (rows, columns), NaN or absent where a value is missing.
    labels
        (rows,).
    weights
        (rows,); None if all weigh the same.
    groups
        (rows,), the query of each row; None without queries.
    query
        What the library gets about the files; empty for those that it does not read itself.
    """

    features: FloatArray | csr_matrix
    labels: FloatArray
    weights: FloatArray | None = None
    groups: NDArray[np.int64] | None = None
    query: str = ""

    def matrix(self, nthread: int | None = None) -> Any:
        """The same rows as a `DMatrix`. Raises the library's errors."""
        import xgboost

        rows, columns = self.features.shape
        return xgboost.DMatrix(
            self.features,
            self.labels,
            weight=self.weights,
            nthread=threads(rows * columns, nthread),
            qid=self.groups,
        )


def kind_of(content_type: str | None) -> str:
    """How a content type is read. Raises `UserError`.

    Examples
    --------
    >>> kind_of("text/csv; label_size=1"), kind_of(None)
    ('csv', 'libsvm')
    """
    if content_type is None:
        return LIBSVM
    kind = KINDS.get(media_type(content_type))
    if kind is None:
        raise UserError(f"{content_type} is not an accepted ContentType: {', '.join(KINDS)}.")
    if kind == CSV and parameters(content_type).get("label_size", "1") != "1":
        raise UserError(
            f"{content_type} is not an accepted csv ContentType. Optional parameter label_size "
            "must be equal to 1"
        )
    return kind


def data_parts(channel: Channel) -> list[Part]:
    """The files of a channel on all hosts, each once. Raises `UserError` for a hidden one."""
    parts = [part for shard in channel.shards for part in shard.parts]
    if any(_name(part).startswith(".") for part in parts):
        raise UserError("Hidden file found in the data path! Remove that before training.")
    return [part for part in parts if not _name(part).startswith("_")]


def _name(part: Part) -> str:
    return part.path.rpartition("/")[2]


def read(
    parts: Sequence[Part], kind: str, *, weighted: bool, pipe: bool, report: Callable[[str], None]
) -> ChannelRows:
    """Read the rows of files, or of a stream in Pipe mode.

    Parameters
    ----------
    weighted
        Whether column 1 of a CSV has the weights of rows.
    report
        Takes lines of the log.

    Raises
    ------
    UserError
        With the container's texts.
    """
    if kind == LIBSVM and pipe:
        raise UserError("Pipe mode not supported for LibSVM.")
    read_parts = _READERS[kind]
    table = read_parts(parts, weighted, report)
    if not len(table.labels):
        raise UserError(
            "Got input data without labels. Please check the input data set. If training job is "
            "running on multiple instances, please switch to using single instance if number of "
            "records in the data set is less than number of workers (16 * number of instance) in "
            "the cluster."
        )
    return table


def _failed(kind: str, error: object) -> UserError:
    return UserError(f"Failed to load {kind} data with exception:\n{error}")


def _csv(parts: Sequence[Part], weighted: bool, report: Callable[[str], None]) -> ChannelRows:
    """Each file is checked for a delimiter; that of the first one is used for all."""
    delimiters = [_delimiter(part) for part in parts]
    for delimiter in (*delimiters, delimiters[0]):
        report(f"Determined delimiter of CSV input is '{delimiter}'")
    try:
        tables = [csv_table.decode(part.buffer(), delimiters[0]) for part in parts]
    except csv_table.CsvTableError as error:
        raise _failed(CSV, error) from error
    table = _stacked(tables)
    first = 2 if weighted else 1
    labels = np.nan_to_num(table[:, 0], nan=0.0)
    weights = table[:, 1] if weighted and table.shape[1] > 1 else None
    query = f"format=csv&label_column=0&delimiter={delimiters[0]}"
    if weighted:
        query += "&weight_column=1"
    return ChannelRows(table[:, first:], labels, weights, query=query)


def _stacked(tables: Sequence[FloatArray]) -> FloatArray:
    """The rows of several tables; short rows end with missing values."""
    if len(tables) == 1:
        return tables[0]
    width = max(table.shape[1] for table in tables)
    stacked = np.full((sum(map(len, tables)), width), np.nan, np.float32)
    start = 0
    for table in tables:
        stacked[start : start + len(table), : table.shape[1]] = table
        start += len(table)
    return stacked


def _delimiter(part: Part) -> str:
    line = _first_line(part)
    try:
        delimiter = standard_csv.Sniffer().sniff(line).delimiter
    except standard_csv.Error as error:
        raise UserError(
            f"Could not determine delimiter on line {line[:SNIPPET]}:\n{error}"
        ) from error
    return "," if delimiter.isalnum() or not delimiter.isascii() else delimiter


MAX_LINE = 1 << 16
"""Bytes of a first line that are looked at."""


def _first_line(part: Part) -> str:
    with part.open() as stream:
        return stream.readline(MAX_LINE).decode("utf-8", "ignore")


def _libsvm(parts: Sequence[Part], weighted: bool, report: Callable[[str], None]) -> ChannelRows:
    del weighted
    for part in parts:
        _check_libsvm(part, report)
    try:
        rows = libsvm.decode(b"\n".join(bytes(part.buffer()) for part in parts))
    except libsvm.LibsvmError as error:
        raise _failed(LIBSVM, error) from error
    return ChannelRows(rows.features, rows.labels, rows.weights, rows.groups, "format=libsvm")


def _check_libsvm(part: Part, report: Callable[[str], None]) -> None:
    """Check lines up to the first one with two pairs, as simply as the container does."""
    with part.open() as stream:
        for raw in stream:
            line = raw.decode("utf-8", "ignore")
            pairs = _pairs(line)
            if pairs is None:
                raise UserError(
                    f"First line '{line[:SNIPPET]}...' of file '{_name(part)}' is not 'LIBSVM' "
                    "format. Please ensure the file is in 'LIBSVM' format."
                )
            if pairs > 1:
                return
    report(
        f"File {_name(part)} is not an invalid LIBSVM file but has no features. Accepting simple "
        "validation."
    )


def _pairs(line: str) -> int | None:
    """The pairs of a line; None for a line that is not LibSVM."""
    label, *pairs = line.split(" ")
    numbers = label.split(":")
    if len(numbers) > 2 or not all(map(_is_number, numbers)):
        return None
    if any(":" not in pair for pair in pairs) or (pairs and pairs[0].count(":") != 1):
        return None
    return len(pairs)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _parquet(parts: Sequence[Part], weighted: bool, report: Callable[[str], None]) -> ChannelRows:
    del weighted, report
    try:
        table = _stacked([_parquet_table(part) for part in parts])
    except Exception as error:
        # Whatever the reader raises, the container passes on.
        raise _failed(PARQUET, error) from error
    return ChannelRows(table[:, 1:], table[:, 0])


def _parquet_table(part: Part) -> FloatArray:
    import polars

    with part.open() as stream:
        frame = polars.read_parquet(stream)
    # Strict: a text that is no number is an error, as it is for numpy.
    return np.array(frame.cast(polars.Float32).to_numpy(), np.float32, ndmin=2, order="C")


def _recordio(parts: Sequence[Part], weighted: bool, report: Callable[[str], None]) -> ChannelRows:
    del weighted, report
    from scipy.sparse import csr_matrix

    try:
        decoded = [recordio.decode(part.buffer()) for part in parts]
        rows = concatenated([rows for rows, _ in decoded]).features()
    except (recordio.RecordError, RowsError) as error:
        raise _failed(RECORDIO, error) from error
    labels = [labels for _, labels in decoded if labels is not None]
    features = rows if isinstance(rows, np.ndarray) else csr_matrix(rows)
    return ChannelRows(features, np.concatenate(labels) if labels else np.empty(0, np.float32))


_READERS: Mapping[str, Callable[[Sequence[Part], bool, Callable[[str], None]], ChannelRows]] = {
    CSV: _csv,
    LIBSVM: _libsvm,
    PARQUET: _parquet,
    RECORDIO: _recordio,
}


def same_files(first: Sequence[Part], second: Sequence[Part]) -> Iterator[str]:
    """The names of files that have the same name and size in two channels."""
    sizes = {_name(part): part.size for part in first}
    return (_name(part) for part in second if sizes.get(_name(part)) == part.size)
