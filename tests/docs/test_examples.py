"""The examples in README, docs and demo do what they say."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any

import pytest

from sagemock.demo.story import FIRST_TEST

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


FOR_PYTEST = ("how-to", "pytest")
"""The pages whose examples take fixtures, and so are run by pytest; the first of `how-to` is a
conftest.py."""


def examples() -> list[Any]:
    """Each block of Python in the pages, with the page and the number of the block."""
    docs = sorted((ROOT / "docs").glob("*.md"))
    pages = [ROOT / "README.md", *(page for page in docs if page.stem not in FOR_PYTEST)]
    return [
        pytest.param(code, id=f"{page.stem}-{number}")
        for page in pages
        for number, code in enumerate(BLOCK.findall(page.read_text()), 1)
    ]


def run(code: str) -> int:
    """Run the code, and the tests that it defines; gives how many they are."""
    names: dict[str, Any] = {"__name__": "example"}
    exec(compile(code, "example", "exec"), names)
    tests = [value for name, value in names.items() if name.startswith("test_")]
    for test in tests:
        test()
    return len(tests)


@pytest.mark.parametrize("code", examples())
def test_example_of_a_page(code: str) -> None:
    run(code)


def test_the_readme_has_a_test_to_paste() -> None:
    blocks = BLOCK.findall((ROOT / "README.md").read_text())
    assert any("def test_" in block for block in blocks)


def test_the_code_that_the_demo_ends_with() -> None:
    assert run(FIRST_TEST.read_text()) == 1


@pytest.mark.parametrize("script", sorted(path.name for path in (ROOT / "examples").glob("*.py")))
def test_example_script(script: str, capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(ROOT / "examples" / script), run_name="__main__")
    assert "The job is Completed." in capsys.readouterr().out


@pytest.mark.full
def test_the_examples_that_are_tests(pytester: pytest.Pytester) -> None:
    count = 0
    for name in FOR_PYTEST:
        blocks = BLOCK.findall((ROOT / "docs" / f"{name}.md").read_text())
        if name == "how-to":
            pytester.makeconftest(blocks.pop(0))
        for number, code in enumerate(blocks):
            pytester.makepyfile(**{f"test_{name.replace('-', '_')}_{number}": code})
            count += len(re.findall(r"^def test_", code, re.MULTILINE))
    result = pytester.runpytest_subprocess("-q")
    result.assert_outcomes(passed=count)
