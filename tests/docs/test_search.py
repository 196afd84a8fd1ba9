"""docs/search.md says what the code does."""

from __future__ import annotations

from pathlib import Path

import pytest
from docs.reference import search as search_reference

PAGE = Path(__file__).parents[2] / "docs" / "search.md"
HOW = "stale: python -m docs.reference.search > docs/search.md"


def test_the_grammar_is_as_written() -> None:
    assert PAGE.read_text().startswith(search_reference.grammar()), HOW


def test_the_properties_are_as_written() -> None:
    text = PAGE.read_text()
    if f"of {search_reference.source()}." not in text:
        pytest.skip("made for another version of botocore")
    assert text == search_reference.page(), HOW
