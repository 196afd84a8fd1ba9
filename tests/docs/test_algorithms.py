"""The table of algorithms, and the README, name every image that trains."""

from __future__ import annotations

import re

import pytest
from tests.docs.blocks import ROOT

from sagemock.containers import registry

ALGORITHMS = [repository for each in registry.BUILT_IN for repository in sorted(each.repositories)]


@pytest.mark.parametrize("repository", ALGORITHMS)
def test_an_algorithm_is_listed(repository: str) -> None:
    rows = (ROOT / "docs" / "algorithms.md").read_text().splitlines()
    (row,) = [row for row in rows if re.match(rf"\| [^|]+\|[^|]*`{repository}`", row)]
    (page,) = re.findall(r"\[what it does\]\(([\w-]+\.md)\)", row)
    assert (ROOT / "docs" / page).exists()
    assert f"](docs/{page})" in (ROOT / "README.md").read_text()
