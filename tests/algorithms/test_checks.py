"""Checks that several algorithms make of their data."""

from __future__ import annotations

import numpy as np
import pytest

from sagemock.algorithms.base import ClientError, Dataset, Sharded, UnreadableChannel
from sagemock.algorithms.checks import check_channels, check_labels


def channel(rows: int, columns: int) -> Sharded:
    return Sharded.on_each(Dataset(np.zeros((rows, columns), np.float32), np.float32([])))


def test_rows_with_the_right_columns_pass() -> None:
    check_channels({"train": channel(4, 3), "test": channel(1, 3)}, columns=3)


@pytest.mark.parametrize("empty", [channel(0, 3), Sharded((), (None,))])
def test_a_channel_without_rows(empty: Sharded) -> None:
    with pytest.raises(UnreadableChannel, match="channel 'test'"):
        check_channels({"train": channel(4, 3), "test": empty}, columns=3)


def test_other_columns() -> None:
    with pytest.raises(ClientError) as caught:
        check_channels({"train": channel(4, 2)}, columns=3)
    words = "cannot copy sequence with size 2 to array axis with dimension 3"
    assert caught.value.failure_reason == f"ClientError: {words}"
    assert caught.value.cause == ("ValueError", words)


@pytest.mark.parametrize(("max_label", "expected"), [(1, "0 or 1"), (2, "integers from 0 to 2")])
@pytest.mark.parametrize("label", [-1, 0.5, 3])
def test_invalid_labels(label: float, max_label: int, expected: str) -> None:
    check_labels("test", np.float32([0, max_label]), max_label, "any_classifier")
    with pytest.raises(ClientError) as caught:
        check_labels("test", np.float32([0, label, 7]), max_label, "any_classifier")
    assert str(caught.value) == (
        f"Labels of channel 'test' must be {expected} for predictor_type 'any_classifier', but "
        f"there is a label {label:g}."
    )
    assert caught.value.cause == ("ValueError", f"label {label:g} in row 2")
