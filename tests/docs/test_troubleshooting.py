"""The texts on the page about troubleshooting are those that the code has."""

from __future__ import annotations

import ast
import re

import pytest
from tests.docs.blocks import ROOT

PAGE = ROOT / "docs" / "troubleshooting.md"


def texts_of_the_code() -> str:
    """All texts in the package; what is inserted into one is left out."""
    texts = []
    for file in (ROOT / "src" / "sagemock").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.JoinedStr):
                parts = [
                    each.value if isinstance(each, ast.Constant) else "\0" for each in node.values
                ]
                texts.append("".join(map(str, parts)))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.append(node.value)
    return "\n".join(texts)


def texts_of_the_page() -> list[str]:
    """The texts of errors in the first column: what is in backticks and has a space."""
    rows = [line.split("|")[1] for line in PAGE.read_text().splitlines() if line.startswith("|")]
    return [text for row in rows for text in re.findall(r"`([^`]+)`", row) if " " in text]


@pytest.fixture(scope="module")
def code() -> str:
    return texts_of_the_code()


def test_there_are_such_texts() -> None:
    assert len(texts_of_the_page()) > 15


@pytest.mark.parametrize("text", texts_of_the_page())
def test_a_text_of_the_page(text: str, code: str) -> None:
    for part in re.split(r"\s*\.\.\.[,;)]?\s*", text):
        assert part in code
