"""The Faults page in a browser: a job is held and released, and everybody can use the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sagemock import control

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")


def test_a_job_is_held_and_released(
    page: Any, sagemock_server: Any, data: None, create_job: Callable[..., None]
) -> None:
    page.goto("/sagemock/faults")
    form = page.get_by_role("form", name="Jobs", exact=True)
    form.get_by_label("What happens").select_option("are held")
    form.get_by_label("Job name").fill("held-*")
    form.get_by_label("Job name").press("Enter")
    playwright.expect(page.get_by_role("table")).to_contain_text("Training jobs are held")
    create_job(sagemock_server.client("sagemaker"), "held-1", 100)
    page.reload()
    page.get_by_role("link", name="held-1").click()
    playwright.expect(page.locator("#head")).to_contain_text("Held by rule")
    page.get_by_role("button", name="Release").click()
    playwright.expect(page.locator("#head .status")).to_have_text("Completed")
    assert "Held" not in page.locator("#head").inner_text()


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.full)])
def test_the_page_is_accessible_with_rules_waiting_jobs_and_an_error(
    browser: Any,
    sagemock_server: Any,
    data: None,
    create_job: Callable[..., None],
    scheme: str,
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    control.hold_training_job(times=None)
    control.fail_endpoint("no room", name="e-*")
    control.deny("ListModels")
    create_job(sagemock_server.client("sagemaker"), "held", 100)
    context = browser.new_context(
        base_url=sagemock_server.url, color_scheme=scheme, java_script_enabled=True
    )
    page = context.new_page()
    reports = []
    for path in ("/sagemock/faults", "/sagemock/training-jobs/held"):
        page.goto(path)
        reports.append(axe.run(page))
    page.goto("/sagemock/faults")
    status = page.get_by_label("Status of the container")
    status.fill("200")
    status.press("Enter")
    playwright.expect(status).to_have_accessible_description(
        "status must be from 400 to 599, not 200"
    )
    reports.append(axe.run(page))
    context.close()
    assert not [each.generate_report() for each in reports if each.violations_count]
