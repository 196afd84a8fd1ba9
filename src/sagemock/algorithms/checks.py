"""Checks of the data of a job that several algorithms make."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sagemock.algorithms.base import (
    Cause,
    ClientError,
    Dataset,
    FloatArray,
    Sharded,
    UnreadableChannel,
)


def check_channels(channels: Mapping[str, Sharded], columns: int) -> None:
    """Check that all channels have rows, with so many columns.

    The reader of the channels has already checked that all numbers are finite.

    Raises
    ------
    ClientError
        For a channel without rows or with other columns.
    """
    for name, channel in channels.items():
        if not channel.datasets or not all(data.rows for data in channel.datasets):
            raise without_rows(name)
        for data in channel.datasets:
            check_columns(data, columns)


def check_columns(data: Dataset, columns: int) -> None:
    """Check that rows have so many columns.

    Raises
    ------
    ClientError
        With numpy's words, which the container's log shows for a record that is too long.
    """
    if data.columns != columns:
        words = (
            f"cannot copy sequence with size {data.columns} to array axis with dimension {columns}"
        )
        raise ClientError(words, Cause("ValueError", words))


def check_labels(channel: str, labels: FloatArray, max_label: int, predictor_type: str) -> None:
    """Check that the labels of a classifier's channel are whole numbers from 0 to another.

    Raises
    ------
    ClientError
        For the first label that is not.
    """
    valid = (labels >= 0) & (labels <= max_label) & (labels == np.floor(labels))
    if valid.all():
        return
    row = int(np.argmin(valid))
    invalid = float(labels[row])
    expected = "0 or 1" if max_label == 1 else f"integers from 0 to {max_label}"
    raise ClientError(
        f"Labels of channel '{channel}' must be {expected} for predictor_type "
        f"'{predictor_type}', but there is a label {invalid:g}.",
        Cause("ValueError", f"label {invalid:g} in row {row + 1}"),
    )


def without_rows(channel: str) -> UnreadableChannel:
    """The failure of a job with a channel without rows."""
    return UnreadableChannel(
        f"Unable to read data channel '{channel}'. The channel has no rows.",
        Cause("ValueError", "0 records"),
    )
