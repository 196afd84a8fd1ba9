"""The examples of the site, taken from its pages, run with the package, extras and pytest alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.docs.blocks import PAGES
from tests.docs.blocks import blocks as blocks_of_markdown
from tests.docs.test_examples import CONTINUED
from tests.site.rendered import blocks

pytestmark = pytest.mark.full

LANGUAGES = ("python", "sh", "yaml", "dockerfile", "ini", "json")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_shows_the_code_of_its_source(page: Path, rendered) -> None:
    shown = [(code.language, code.text) for code in blocks(rendered(page), *LANGUAGES)]
    assert shown == [(block.language, block.text) for block in blocks_of_markdown(page, *LANGUAGES)]


def test_the_examples(rendered, environment, tmp_path: Path) -> None:
    examples = tmp_path / "examples"
    count = 0
    for page in PAGES:
        folder = examples / page.stem
        folder.mkdir(parents=True, exist_ok=True)
        codes = [code.text for code in blocks(rendered(page), "python")]
        if page.stem == "how-to":
            (folder / "conftest.py").write_text(codes.pop(0))
        if page.stem in CONTINUED:
            codes = ["".join(codes)]
        for code in codes:
            count += len(re.findall(r"^(?:async )?def test_", code, re.MULTILINE))
            name = f"test_{page.parent.name}_{page.stem}_{len(list(folder.iterdir()))}.py"
            (folder / name.replace("-", "_")).write_text(code)
    bare = environment()
    bare.run("pip install 'sagemock[server,xgboost]' pytest", tmp_path)
    output = bare.run("pytest -q", examples)
    assert re.search(rf"^{count} passed", output, re.MULTILINE), output
