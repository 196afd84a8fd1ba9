"""The examples in README, docs and demo do what they say.

tests/site runs those of the built site, all of them, in an environment of their own.
"""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import Any

import pytest
from tests.docs.blocks import PAGES, ROOT, blocks

from sagemock.demo.story import FIRST_TEST

FOR_PYTEST = ("how-to", "pytest")
"""The pages whose examples take fixtures: tests/site runs them by pytest."""

CONTINUED = ("tutorial",)
"""The pages whose blocks continue one another, as in a session."""

LANGUAGES = {
    "python": "this module",
    "sh": "test_commands.py, which runs none of them; test_run_page.py and tests/site, which do",
    "yaml": "test_commands.py",
    "dockerfile": "test_commands.py",
    "ini": "this module",
    "json": "this module",
}
"""What tests the blocks of a language."""

SHOWN = {"": "drawings", "text": "output", "{eval-rst}": "Sphinx", "{toctree}": "Sphinx"}
"""The blocks that cannot be run."""


def python(page: Path) -> list[str]:
    """The blocks of Python in a page."""
    return [block.text for block in blocks(page, "python")]


def examples() -> list[Any]:
    """Each block of Python in the pages, with the page and the number of the block."""
    return [
        pytest.param(
            code,
            id=f"{page.stem}-{number}",
            marks=[pytest.mark.full] if page.stem in CONTINUED else [],
        )
        for page in PAGES
        if page.stem not in FOR_PYTEST
        for number, code in enumerate(_scripts(page), 1)
    ]


def _scripts(page: Path) -> list[str]:
    every = python(page)
    return ["".join(every)] if page.stem in CONTINUED else every


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


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_block_has_a_language_that_is_tested(page: Path) -> None:
    assert {block.language for block in blocks(page)} <= {*LANGUAGES, *SHOWN}
    for block in blocks(page, "json"):
        json.loads(block.text)


def test_the_ini_file_of_a_page(pytester: pytest.Pytester) -> None:
    (block,) = blocks(ROOT / "docs" / "migrating-from-moto.md", "ini")
    pytester.makeini(block.text)
    pytester.makepyfile(
        """
        def test_lenient(sagemock):
            sagemock.client("sagemaker").create_model(
                ModelName="not_a_valid_name", ExecutionRoleArn="arn:aws:iam::123456789012:role/r"
            )
        """
    )
    pytester.runpytest("-q", "-p", "no:asyncio").assert_outcomes(passed=1)


def test_the_readme_has_a_test_to_paste() -> None:
    assert any("def test_" in code for code in python(ROOT / "README.md"))


def test_the_code_that_the_demo_ends_with() -> None:
    assert run(FIRST_TEST.read_text()) == 1


@pytest.mark.parametrize("script", sorted(path.name for path in (ROOT / "examples").glob("*.py")))
def test_example_script(script: str, capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(ROOT / "examples" / script), run_name="__main__")
    assert "The job is Completed." in capsys.readouterr().out
