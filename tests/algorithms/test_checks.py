"""Checks that several algorithms make of their data."""

from __future__ import annotations

import numpy as np
import pytest

from sagemock.algorithms.base import ClientError, Dataset, Sharded, UnreadableChannel
from sagemock.algorithms.checks import check_channels


def channel(rows: int, columns: int) -> Sharded:
    return Sharded.on_each(Dataset(np.zeros((rows, columns), np.float32), np.float32([])))


def test_rows_with_the_right_columns_pass() -> None:
    check_channels({"train": channel(4, 3), "test": channel(1, 3)}, columns=3)


def test_a_channel_without_rows() -> None:
    with pytest.raises(UnreadableChannel, match="channel 'test'"):
        check_channels({"train": channel(4, 3), "test": channel(0, 3)}, columns=3)


def test_other_columns() -> None:
    with pytest.raises(ClientError) as caught:
        check_channels({"train": channel(4, 2)}, columns=3)
    words = "cannot copy sequence with size 2 to array axis with dimension 3"
    assert caught.value.failure_reason == f"ClientError: {words}"
    assert caught.value.cause == ("ValueError", words)
