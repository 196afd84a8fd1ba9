"""Reads the bytes of a channel as the rows that an algorithm trains on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np

from sagemock.algorithms.base import (
    Cause,
    ClientError,
    Dataset,
    FloatArray,
    Sharded,
    UnreadableChannel,
    is_sparse,
    nothing_to_train_on,
)
from sagemock.containers.inputs import Channel, Part
from sagemock.formats import csv, recordio
from sagemock.formats.media_type import CSV, RECORDIO, media_type, parameters
from sagemock.formats.rows import RowsError, concatenated

TRAIN, TEST = "train", "test"
"""The channel that is trained on, and the one on which the finished model is scored."""

READABLE = (RECORDIO, CSV)
"""The content types that can be read."""

NO_LABELS: FloatArray = np.empty(0, np.float32)
"""Of rows that have none."""


def read_datasets(
    channel: Channel,
    *,
    hosts: int = 1,
    columns: int | None = None,
    block: int = 1000,
    labelled: bool = True,
    content_types: Collection[str] = READABLE,
) -> Sharded:
    """Read the rows of a channel.

    Parameters
    ----------
    channel
        Without a content type its data is RecordIO-protobuf.
    hosts
        How many hosts the job has.
    columns
        How many features each record must have; None for as many as the first one has.
    block
        Rows of a mini-batch: errors name the mini-batch of the bad row.
    labelled
        Whether each row must have a label. Otherwise all may lack one, and the labels of the data
        set are empty.
    content_types
        Those that the algorithm reads.

    Raises
    ------
    ClientError
        With the messages of the toolkit that the containers of Amazon's own algorithms share (see
        `containers/first_party/hyperparameters.py`).
    """
    requested = channel.content_type or RECORDIO
    if media_type(requested) not in content_types:
        raise _unknown_type(requested)
    reader = _DatasetReader(channel.name, channel.content_type, columns, block, labelled)
    of_host = {host: index for index, shard in enumerate(channel.shards) for host in shard.hosts}
    return Sharded(
        tuple(reader.dataset(shard.parts) for shard in channel.shards),
        tuple(of_host.get(host) for host in range(hosts)),
    )


def missing_channel(name: str) -> ClientError:
    """The failure of a job without a required channel; the container's own text is not known."""
    return ClientError(f"Missing required data channel: '{name}'", Cause("KeyError", f"'{name}'"))


@dataclass(frozen=True, slots=True)
class _DatasetReader:
    channel: str
    content_type: str | None
    columns: int | None
    block: int
    labelled: bool

    def dataset(self, parts: Sequence[Part]) -> Dataset:
        """The rows of all parts, in their order; an empty file has none."""
        read = _READERS[media_type(self.content_type or RECORDIO)]
        filled = [part for part in parts if part.size]
        if not filled:
            raise self._empty()
        data = read(self, filled)
        self._check_finite(data)
        return data

    def recordio(self, parts: Sequence[Part]) -> Dataset:
        try:
            decoded = [recordio.decode(part.buffer()) for part in parts]
        except recordio.RecordError as error:
            raise self._mismatch(error) from error
        labels = [of_part for _, of_part in decoded if of_part is not None]
        if len(labels) != len(decoded):
            if self.labelled:
                raise self._mismatch("a record has no label")
            labels = [NO_LABELS]
        try:
            features = concatenated([rows for rows, _ in decoded]).features(self.columns)
        except RowsError as error:
            raise ClientError(str(error), Cause("ValueError", str(error))) from error
        return Dataset(features, _stacked(labels))

    def csv(self, parts: Sequence[Part]) -> Dataset:
        """The label is in the first column, unless the content type says that there is none."""
        label_size = parameters(self.content_type or CSV).get("label_size", "1")
        if label_size != "1" and (self.labelled or label_size != "0"):
            required = "one label column" if self.labelled else "one label column or none"
            raise self._unreadable(
                f"Training needs {required}, but the content-type is '{self.content_type}'.",
                Cause("ValueError", f"content-type {self.content_type}"),
            )
        tables: list[FloatArray] = []
        for part in parts:
            table = self._table(part)
            if table is None:
                continue
            width = tables[0].shape[1] if tables else table.shape[1]
            if table.shape[1] != width:
                reason = f"row 1 has {table.shape[1]} columns, not {width}"
                raise _unparsed(part.path, 0, len(table), self.block, reason)
            tables.append(table)
        if not tables:
            raise self._empty()
        if label_size == "0":
            return Dataset(_stacked(tables), NO_LABELS)
        if tables[0].shape[1] < 2:
            raise self._unreadable(
                "There are no columns except the label.", Cause("ValueError", "1 column")
            )
        features = [table[:, 1:] for table in tables]
        labels = [table[:, 0] for table in tables]
        return Dataset(np.concatenate(features), np.concatenate(labels))

    def _table(self, part: Part) -> FloatArray | None:
        """None for a file of empty lines."""
        try:
            return csv.decode(part.buffer())
        except csv.CsvError as error:
            if not error.rows:
                return None
            raise _unparsed(part.path, error.row, error.rows, self.block, str(error)) from error

    def _empty(self) -> ClientError:
        if self.channel == TRAIN:
            return nothing_to_train_on(0, self.block)
        return self._unreadable("The channel has no data.", Cause("ValueError", "0 records"))

    def _unreadable(self, reason: str, cause: Cause) -> ClientError:
        return UnreadableChannel(f"Unable to read data channel '{self.channel}'. {reason}", cause)

    def _input_error(self, reason: str, details: str) -> ClientError:
        """How the toolkit reports an error of the reader, which is part of MXNet."""
        return self._unreadable(reason, Cause("MXNetError", f"(Input Error) {details}"))

    def _mismatch(self, details: Exception | str) -> ClientError:
        if not self.content_type:
            reason = "Please verify the correct data channel configuration is provided."
        else:
            reason = (
                f"Requested content-type is '{self.content_type}'. Please verify the data "
                "matches the requested content-type."
            )
        return self._input_error(reason, f"Unable to parse record: {details}")

    def _check_finite(self, data: Dataset) -> None:
        values = data.features.data if is_sparse(data.features) else data.features
        for array in (values, data.labels):
            # One pass without memory of its own: a finite sum of squares has only finite terms.
            flat = np.asarray(array).reshape(-1)
            with np.errstate(over="ignore", invalid="ignore"):
                square = np.dot(flat, flat)
            if np.isfinite(square) or np.isfinite(flat).all():
                continue
            missing = bool(np.isnan(flat).any())
            kind = "missing (NaN)" if missing else "infinite floating point"
            raise self._input_error(
                f"Found {kind} values. Please remove any {kind} values in the input data.",
                f"({'NaN' if missing else 'Inf'}) The data holds {kind} values.",
            )


def _unknown_type(content_type: str) -> ClientError:
    """The text was recorded from a container in Python 2, where strings had the prefix `u`."""
    name = content_type.partition(";")[0].strip()
    key = (name, parameters(content_type).get("version", "1.0"))
    return ClientError(
        f"No iterator has been registered for ContentType {key}", Cause("KeyError", str(key))
    )


def _unparsed(path: str, row: int, rows: int, block: int, reason: str) -> ClientError:
    """The failure for the first bad row of a file, which names the rows of its mini-batch."""
    start = row // block * block
    return ClientError(
        f"Unable to parse csv: rows {start + 1}-{max(start + 1, min(start + block, rows))}, "
        f"file {path}",
        Cause("ValueError", reason),
    )


def _stacked(pieces: Sequence[FloatArray]) -> FloatArray:
    return pieces[0] if len(pieces) == 1 else np.concatenate(pieces)


_READERS: dict[str, Callable[[_DatasetReader, Sequence[Part]], Dataset]] = {
    RECORDIO: _DatasetReader.recordio,
    CSV: _DatasetReader.csv,
}
