"""The places in the code that the pages name are there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "sagemock"
FOLDER = re.compile(r"`([\w/]+/)`")
FILE = re.compile(r"`([\w/]+\.py)`")
SYMBOL = re.compile(r"`(\w+)`")


def place(name: str, folder: str = "") -> Path:
    """The file that a page means by a name: in `folder`, the package, the project, or below."""
    found = [path / name for path in (SOURCE / folder, SOURCE, ROOT) if (path / name).exists()]
    found += SOURCE.rglob(name)
    assert found, f"{name} is not there"
    return found[0]


def decisions() -> Iterator[tuple[str, str]]:
    """Of each row of docs/decisions/ that names a place: the folder it is in, and the cell."""
    for page in sorted((ROOT / "docs" / "decisions").glob("*.md")):
        yield from _rows(page.read_text())


def _rows(page: str) -> Iterator[tuple[str, str]]:
    folder = ""
    for line in page.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not line.startswith("|") or set(cells[-1]) <= {"-"}:
            continue
        if cells[-1].startswith("Where"):
            found = FOLDER.search(cells[-1])
            folder = found[1] if found else ""
        elif FILE.search(cells[-1]):
            yield folder, cells[-1]


@pytest.mark.parametrize(("folder", "cell"), list(decisions()))
def test_where_a_decision_is_kept(folder: str, cell: str) -> None:
    files = [place(name, folder) for name in FILE.findall(cell)]
    code = "".join(file.read_text() for file in files)
    for symbol in SYMBOL.findall(cell):
        assert re.search(rf"\b{symbol}\b", code), f"{symbol} is not in {cell}"


@pytest.mark.parametrize("page", ["docs/architecture.md", "docs/console.md", "CONTRIBUTING.md"])
def test_files_that_a_page_names(page: str) -> None:
    for name in FILE.findall((ROOT / page).read_text()):
        place(name)
