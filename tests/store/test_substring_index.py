"""One search over many texts finds what a look at each of them finds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sagemock.store.substring_index import SubstringIndex

TEXTS = st.lists(st.text(alphabet="ab\0é", max_size=6), max_size=100)


@given(TEXTS, st.text(alphabet="ab\0é", min_size=1, max_size=3), st.integers(0, 5))
def test_it_finds_what_a_scan_finds(texts: list[str], part: str, later: int) -> None:
    # The first text stands for what is missing; later ones are not searched.
    all_texts = [part, *texts, *[part] * later]
    size = len(texts) + 1
    expected = [at for at in range(1, size) if part in all_texts[at]]
    assert SubstringIndex(all_texts, size).find(part) == expected


def test_many_hits_in_one_text_and_in_many() -> None:
    texts = ["", *["a" * 50] * 300, "b"]
    substrings = SubstringIndex(texts, len(texts))
    assert substrings.find("a") == list(range(1, 301))
    assert substrings.find("b") == [301]
    assert substrings.find("c") == []
