"""What the pages say of times, sizes and ratios is made by something that they name.

A number with a unit is either measured, and then a benchmark, a test or a script is named in the
same section, or a rule of the code or of AWS, and then its row names the place in the code, or it
is listed here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.docs.blocks import BLOCK, PAGES, ROOT

GENERATED = {
    "search",
    "control-http",
    "operations",
    "command-line",
    "fidelity",
    "hyperparameters",
}
HISTORY = {"CHANGELOG"}

COUNT = (
    r"(?:\d[\d.,^]*|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty"
    r"|forty|fifty|sixty|half an?|an? (?:half|third|quarter|fifth|tenth)|hundreds?|thousands?"
    r"|millions?|a few|several)"
)
TIME = r"(?:ns|µs|us|ms|s|(?:micro|milli|nano)?seconds?|minutes?|hours?)"
SIZE = r"(?:[kKMG]i?B|kilobytes?|megabytes?|gigabytes?)"
QUANTITY = re.compile(
    rf"\b{COUNT}(?: of an?)?[ -]{TIME}\b"
    rf"|\b{COUNT}(?: of an?)?[ -]{SIZE}\b"
    rf"|\d ?%|\bper ?cent\b"
    rf"|\b{COUNT} times (?:as|faster|slower|longer|larger|smaller)\b"
    rf"|\b(?:twice|half) as\b|\bof (?:its|the) time\b"
    rf"|\b{COUNT} (?:faster|slower|longer|less|more time)\b"
    rf"|\b{COUNT} (?:requests|rows|jobs|calls) an? (?:second|minute)\b"
    rf"|\bper second\b"
)
MAKES_NUMBERS = re.compile(r"`[^`]*\b(?:benchmarks|tests|docs)/[\w/]+\.py[^`]*`|`\.ci/run`")
PLACE = re.compile(r"`[\w/]+\.py`")

NOT_MEASURED = {
    "upgrading": ["after 5 seconds at the latest"],
    "troubleshooting": ["takes up to 5 seconds"],
    "user-endpoints": [
        "takes longer than 60 seconds",
        "It has 240 seconds to become healthy",
        "waits for that for at most 20 seconds",
    ],
}
"""Settings of sagemock, and limits of AWS, by page."""


def sections(page: Path) -> Iterator[tuple[str, list[str]]]:
    """The text below each heading of a page, and its paragraphs, items and rows, without code."""
    for section in re.split(r"^#+ ", BLOCK.sub("", page.read_text()), flags=re.MULTILINE):
        yield section, re.split(r"\n\s*\n|\n(?=[|*-] ?)", section)


def unbacked(page: Path) -> list[str]:
    """The paragraphs with a quantity for which nothing is named."""
    allowed = NOT_MEASURED.get(page.stem, [])
    return [
        " ".join(paragraph.split())
        for section, paragraphs in sections(page)
        for paragraph in paragraphs
        if QUANTITY.search(" ".join(paragraph.split()))
        and not MAKES_NUMBERS.search(section)
        and not (paragraph.startswith("|") and PLACE.search(paragraph))
        and not any(text in " ".join(paragraph.split()) for text in allowed)
    ]


def pages() -> list[Any]:
    return [
        pytest.param(page, id=page.stem)
        for page in PAGES
        if page.stem not in HISTORY
        and page.stem not in GENERATED
        and not page.stem.endswith("-hyperparameters")
    ]


@pytest.mark.parametrize("page", pages())
def test_a_quantity_has_a_source(page: Path) -> None:
    how = (
        "name the benchmark, test or script that makes these numbers, or the module that has the "
        "rule; a limit of AWS goes into NOT_MEASURED"
    )
    assert unbacked(page) == [], how


@pytest.mark.parametrize("page", sorted({*NOT_MEASURED}))
def test_what_is_excepted_is_there(page: str) -> None:
    text = " ".join((ROOT / "docs" / f"{page}.md").read_text().split())
    assert all(each in text for each in NOT_MEASURED[page])


@pytest.mark.parametrize(
    "text",
    ["takes 5 ms", "needs a third of the time", "is 30 % smaller", "is ten times as fast"],
)
def test_a_quantity_without_a_source_is_noticed(text: str, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"# Title\n\nIt {text}.\n\n## Other\n\nSee `benchmarks/bench_server.py`.\n")
    assert unbacked(page) == [f"It {text}."]


def test_benchmarks_that_are_named_exist() -> None:
    for page in PAGES:
        for name in re.findall(r"benchmarks/(\w+\.py)", page.read_text()):
            assert (ROOT / "benchmarks" / name).exists(), (page.name, name)
