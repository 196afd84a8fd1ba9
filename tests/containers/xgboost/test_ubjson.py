"""Which bytes are one whole value of UBJSON."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagemock.containers.xgboost.ubjson import is_whole

VALUES = {
    "words": b"[ZNTF]",
    "numbers": b"[i\x01U\xffI\0\1l\0\0\0\1L\0\0\0\0\0\0\0\1d\0\0\0\0D" + bytes(8) + b"]",
    "texts": b"[Ca" + b"Si\x02ab" + b"HI\0\x031.5" + b"]",
    "a count": b"[#i\x02Zi\x05",
    "a type": b"[$l#L" + (3).to_bytes(8, "big") + bytes(12),
    "a type of texts": b"[$S#i\x02i\x01ai\x02bc",
    "lists in a list": b"[[][#i\0[]]",
    "an object": b"{i\x01aZi\x01b[T]}",
    "an object with a count": b"{#i\x01i\x01aZ",
    "an object with a type": b"{$i#i\x02i\x01a\x01i\x01b\x02",
    "nothing": b"{}",
}


@pytest.mark.parametrize("name", VALUES)
def test_a_value_is_whole_and_no_part_of_it_is(name: str) -> None:
    whole = VALUES[name]
    assert is_whole(whole)
    assert not is_whole(whole + b"Z")
    assert not any(is_whole(whole[:end]) for end in range(len(whole)))


@pytest.mark.parametrize(
    "data",
    [b"x", b"[x]", b"[$i]", b"[#x", b"[#i\xffZ", b"{ZZ}", b"Si\xff", b"[" * 5000, b"{i\x01a[}"],
)
def test_what_is_no_value(data: bytes) -> None:
    assert not is_whole(data)


@given(st.lists(st.sampled_from(list(b"[]{}$#iSLZ\0\1\2\xff"))).map(bytes))
def test_any_bytes_are_a_value_or_none(data: bytes) -> None:
    assert is_whole(data) in (True, False)
