"""docs/fidelity.md is made from the results that are kept, and says when they are others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from docs.reference import fidelity

PAGE = Path(__file__).parents[2] / "docs" / "fidelity.md"
XML = """<testsuites><testsuite>
<testcase name="a"/><testcase name="b"/>
<testcase name="c"><failure message="no"/></testcase>
<testcase name="d"><error message="no"/></testcase>
<testcase name="e"><skipped message="not here"/></testcase>
</testsuite></testsuites>"""


@pytest.fixture
def xml(tmp_path: Path) -> Path:
    path = tmp_path / "results.xml"
    path.write_text(XML)
    return path


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "fidelity.json"
    path.write_text(fidelity.RESULTS.read_text())
    monkeypatch.setattr(fidelity, "RESULTS", path)
    return path


def test_the_page_is_that_of_the_results() -> None:
    command = "stale: python -m docs.reference.fidelity page > docs/fidelity.md"
    assert PAGE.read_text() == fidelity.page(), command


def test_results_are_counted(xml: Path) -> None:
    assert fidelity.counts(xml) == {"passed": 2, "failed": 2, "skipped": 1}


def test_results_are_kept_with_versions(kept: Path, xml: Path) -> None:
    fidelity.record("moto-off", xml)
    suite = json.loads(kept.read_text())["suites"]["moto-off"]
    assert (suite["passed"], suite["failed"], suite["skipped"]) == (2, 2, 1)
    assert suite["versions"]["moto"].startswith("5.")
    assert fidelity.check("moto-off", xml) is None
    assert "| 2 | 2 |" in fidelity.page()


def test_other_results_than_those_of_the_page_are_a_problem(kept: Path, xml: Path) -> None:
    fidelity.record("moto-off", xml)
    xml.write_text(XML.replace('<testcase name="b"/>', ""))
    problem = fidelity.check("moto-off", xml)
    assert problem is not None
    assert "2 passed, 2 failed for moto-off; it was 1 passed, 2 failed" in problem


def test_moto_fails_what_the_decisions_list(kept: Path) -> None:
    rows = (PAGE.parent / "decisions" / "moto-tests.md").read_text().count("\n| `test_")
    assert json.loads(kept.read_text())["suites"]["moto-strict"]["failed"] == rows
