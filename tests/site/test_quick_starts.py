"""Each quick start of the site, pasted into an empty folder, with what it says that it needs."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from tests.docs.blocks import ROOT, blocks
from tests.site.rendered import codes

pytestmark = pytest.mark.full

PAGE = ROOT / "docs" / "quick-start.md"
PREDICTED = r"'predicted_label': 1|\"predicted_label\": 1"
OUTPUT = {
    "pytest": "1 passed",
    "unittest": r"^OK$",
    "The AWS CLI": PREDICTED,
    "The SageMaker Python SDK 2": PREDICTED,
    "The SageMaker Python SDK 3": r"^train:binary_classification_accuracy 1\.0$",
    "JavaScript": "^Completed true$",
    "A notebook": r"\[\]\\n",
}
"""What the block of a section prints."""


def test_every_block_is_run() -> None:
    sections = re.findall(r"^## (.+)$", PAGE.read_text(), re.MULTILINE)
    assert sections == [*OUTPUT]
    assert len(blocks(PAGE)) == len(OUTPUT)


@pytest.mark.parametrize("section", OUTPUT)
def test_a_quick_start(section: str, rendered, environment, tmp_path: Path) -> None:
    if section == "JavaScript" and shutil.which("npm") is None:
        pytest.skip("npm is not installed")
    shown = [code for code in codes(rendered(PAGE)) if code.heading == section]
    (needs,) = [code.text for code in shown if code.text.startswith("pip install ")]
    (block,) = [code.text for code in shown if code.language == "sh"]
    folder = tmp_path / "empty"
    folder.mkdir()
    fresh = environment()
    fresh.run(needs, tmp_path)
    assert re.search(OUTPUT[section], fresh.run(block, folder), re.MULTILINE)
