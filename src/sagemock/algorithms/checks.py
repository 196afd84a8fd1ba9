"""Checks of the data of a job that several algorithms make."""

from __future__ import annotations

from collections.abc import Mapping

from sagemock.algorithms.base import Cause, ClientError, Dataset, Sharded, UnreadableChannel


def check_channels(channels: Mapping[str, Sharded], columns: int) -> None:
    """Check that all channels have rows, with so many columns.

    The reader of the channels has already checked that all numbers are finite.

    Raises
    ------
    ClientError
        For a channel without rows or with other columns.
    """
    for name, channel in channels.items():
        for data in channel.datasets:
            if not data.rows:
                raise without_rows(name)
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


def without_rows(channel: str) -> UnreadableChannel:
    """The failure of a job with a channel without rows."""
    return UnreadableChannel(
        f"Unable to read data channel '{channel}'. The channel has no rows.",
        Cause("ValueError", "0 records"),
    )
