"""From the bytes of a channel to the rows that an algorithm trains on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from sagemock.algorithms.base import ClientError, Dataset
from sagemock.formats import csv, recordio
from sagemock.formats.media_type import media_type
from sagemock.formats.media_type import parameters as media_type_parameters
from sagemock.training.channel import Channel

RECORDIO = "application/x-recordio-protobuf"
CSV = "text/csv"
FOLDER = "/opt/ml/input/data"
CSV_ROWS_TOLD = 1000
"""A bad CSV file is told with the range of its first thousand rows, as was observed."""


def read_dataset(channel: Channel) -> Dataset:
    """The rows of all parts of a channel, one after another.

    Without a content type the data is RecordIO-protobuf. Raises ClientError, in the words of
    the toolkit that the container is built on.
    """
    content_type = channel.content_type or RECORDIO
    reader = _READERS.get(media_type(content_type))
    if reader is None:
        raise ClientError(
            f"Unable to read data channel '{channel.name}'. Requested content-type is "
            f"'{content_type}', which this algorithm does not take."
        )
    data = _joined([reader(channel, content_type, part.body, part.name) for part in channel.parts])
    _check_finite(channel.name, data)
    return data


def _joined(pieces: Sequence[Dataset]) -> Dataset:
    if len(pieces) == 1:
        return pieces[0]
    widths = [piece.features.shape[1] for piece in pieces]
    if len(set(widths)) > 1:
        raise ClientError(
            f"cannot copy sequence with size {max(widths)} to array axis with dimension "
            f"{min(widths)}"
        )
    return Dataset(
        np.concatenate([piece.features for piece in pieces]),
        np.concatenate([piece.labels for piece in pieces]),
    )


def _recordio(channel: Channel, content_type: str, body: bytes, _: str) -> Dataset:
    try:
        return recordio.decode(body)
    except recordio.RecordError as error:
        if channel.content_type is None:
            told = "Please verify the correct data channel configuration is provided."
        else:
            told = (
                f"Requested content-type is '{content_type}'. Please verify the data matches the "
                "requested content-type. (caused by MXNetError)"
            )
        raise ClientError(
            f"Unable to read data channel '{channel.name}'. {told}\n\nCaused by: {error}"
        ) from error


def _csv(channel: Channel, content_type: str, body: bytes, name: str) -> Dataset:
    """The label is in the first column, unless the content type says that there is none."""
    label_size = media_type_parameters(content_type).get("label_size", "1")
    try:
        table = csv.decode(body)
    except csv.CsvError as error:
        rows = min(CSV_ROWS_TOLD, body.count(b"\n") + 1)
        raise ClientError(
            f"Unable to parse csv: rows 1-{rows}, file {FOLDER}/{channel.name}/{name}"
        ) from error
    if label_size != "1":
        raise ClientError(
            f"Unable to read data channel '{channel.name}'. Training needs a label column, but "
            f"the content-type is '{content_type}'."
        )
    return Dataset(np.ascontiguousarray(table[:, 1:]), table[:, 0].copy())


def _check_finite(channel: str, data: Dataset) -> None:
    for array in (data.features, data.labels):
        # One pass that needs no memory: a sum of squares is finite only if every term is.
        flat = array.reshape(-1)
        if np.isfinite(np.dot(flat, flat)) or np.isfinite(flat).all():
            continue
        kind = "missing (NaN)" if np.isnan(flat).any() else "infinite floating point"
        raise ClientError(
            f"Unable to read data channel '{channel}'. Found {kind} values. Please remove any "
            f"{kind} values in the input data. (caused by MXNetError)"
        )


_READERS: dict[str, Callable[[Channel, str, bytes, str], Dataset]] = {
    RECORDIO: _recordio,
    CSV: _csv,
}
