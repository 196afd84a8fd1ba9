"""MXNet's file of arrays, byte for byte as MXNet writes it."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagemock.containers.first_party.ndarray_list import (
    NDArrayError,
    decode,
    decode_list,
    encode,
)

ONE = np.array([[1.5, -2.0, 3.0]], np.float32)
TWO = np.arange(6, dtype=np.float32).reshape(3, 2)


def test_the_bytes_of_one_array_without_a_name() -> None:
    assert encode([ONE]) == (
        struct.pack("<QQQ", 0x112, 0, 1)
        + struct.pack("<IiIqq", 0xF993FAC9, 0, 2, 1, 3)
        + struct.pack("<iii", 1, 0, 0)
        + struct.pack("<3f", 1.5, -2, 3)
        + struct.pack("<Q", 0)
    )


def test_the_bytes_of_a_name() -> None:
    assert encode({"a": ONE}) == encode([ONE])[:-8] + struct.pack("<QQ", 1, 1) + b"a"


def test_arrays_come_back() -> None:
    assert [array.tolist() for array in decode_list(encode([ONE, TWO]))] == [
        ONE.tolist(),
        TWO.tolist(),
    ]
    named = {"b": TWO, "a": ONE}
    assert list(decode(encode(named))) == ["b", "a"]
    assert [array.tolist() for array in decode_list(encode(named))] == [TWO.tolist(), ONE.tolist()]


def test_names_are_wanted_where_they_are_asked_for() -> None:
    with pytest.raises(NDArrayError, match="1 arrays with 0 names"):
        decode(encode([ONE]))
    two_names = encode([ONE])[:-8] + struct.pack("<QQ", 2, 1) + b"a" + struct.pack("<Q", 1) + b"b"
    for read in (decode, decode_list):
        with pytest.raises(NDArrayError, match="1 arrays with 2 names"):
            read(two_names)


@given(st.data())
def test_files_that_are_cut_off_are_refused(data: st.DataObject) -> None:
    whole = encode([ONE, TWO])
    end = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(NDArrayError):
        decode_list(whole[:end])
