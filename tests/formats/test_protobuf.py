"""Packed numbers all at once: the same as one by one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagemock.formats.protobuf import ProtobufError, read_varint, read_varints, varint


def one_by_one(content: bytes) -> list[tuple[int, int]]:
    """The numbers, and the places of their last bytes."""
    view, position, numbers_read = memoryview(content), 0, []
    while position < len(view):
        number, position = read_varint(view, position)
        numbers_read.append((number, position - 1))
    return numbers_read


@given(st.lists(st.integers(0, (1 << 64) - 1) | st.integers(0, 300)))
def test_numbers_that_were_written(numbers: list[int]) -> None:
    decoded, _ = read_varints(memoryview(b"".join(map(varint, numbers))))
    assert decoded.tolist() == numbers


@given(st.lists(st.sampled_from([0, 1, 0x7F, 0x80, 0x81, 0xFF]), max_size=40).map(bytes))
def test_any_bytes(content: bytes) -> None:
    """Also numbers with bytes that add nothing, and bits beyond the 64th, which are dropped."""
    try:
        expected = one_by_one(content)
    except ProtobufError:
        with pytest.raises(ProtobufError):
            read_varints(memoryview(content))
        return
    numbers, ends = read_varints(memoryview(content))
    assert list(zip(numbers.tolist(), ends.tolist(), strict=True)) == expected
