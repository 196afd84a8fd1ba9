"""Pages of experiments in a browser: what axe says, and the menu of a narrow window."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")


@pytest.fixture
def experiment(sagemock_server: Any) -> None:
    sagemaker = sagemock_server.client("sagemaker")
    sagemaker.create_experiment(ExperimentName="digits")
    sagemaker.create_trial(TrialName="small", ExperimentName="digits")
    for number in range(2):
        name = f"component-{number}"
        sagemaker.create_trial_component(
            TrialComponentName=name,
            Parameters={"rate": {"NumberValue": 0.1 * (number + 1)}},
            InputArtifacts={"train": {"Value": "s3://bucket/train"}},
        )
        sagemaker.associate_trial_component(TrialComponentName=name, TrialName="small")


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.full)])
def test_pages_of_experiments_are_accessible(
    open_page: Callable[..., Any], experiment: None, scheme: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = open_page(color_scheme=scheme)
    reports = {}
    for path in (
        "experiments/digits",
        "trials/small",
        "trial-components/component-0",
        "documents/Experiment/digits",
        "find?q=digits",
    ):
        page.goto(f"/sagemock/{path}")
        for details in page.locator("details").all():
            details.evaluate("each => each.open = true")
        results = axe.run(page)
        if results.violations_count:
            reports[path] = results.generate_report()
    assert not reports, "\n".join(reports.values())


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "without"])
def test_the_menu_of_a_narrow_window(
    open_page: Callable[..., Any], experiment: None, javascript: bool
) -> None:
    """It leads to all lists, and has the scheme, which stays and leaves the page where it is."""
    page = open_page(java_script_enabled=javascript, viewport={"width": 390, "height": 800})
    page.goto("/sagemock/models")
    menu = page.locator("details.menu")
    menu.locator("summary").click()
    menu.get_by_role("link", name="Experiments").click()
    playwright.expect(page.get_by_role("heading", level=1)).to_have_text("Experiments")
    menu.locator("summary").click()
    menu.get_by_role("button", name="Dark").click()
    playwright.expect(page.get_by_role("heading", level=1)).to_have_text("Experiments")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 22, 24)"
