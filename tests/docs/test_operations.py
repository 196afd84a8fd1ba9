"""docs/operations.md says what the code does."""

from __future__ import annotations

from pathlib import Path

import pytest
from docs.reference import operations as reference

PAGE = Path(__file__).parents[2] / "docs" / "operations.md"
HOW = "stale: python -m docs.reference.operations > docs/operations.md"


def test_our_operations_are_listed() -> None:
    assert PAGE.read_text().startswith(reference.ours()), HOW


def test_motos_operations_are_listed() -> None:
    text = PAGE.read_text()
    if reference.source() not in text:
        pytest.skip("made for other versions of moto and botocore")
    assert text == reference.page(), HOW
