"""Every form in a browser, with JavaScript and without: done, refused, and done after all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")

with_and_without = pytest.mark.parametrize(
    "javascript", [True, False], ids=["javascript", "without"]
)


def heading(page: Any, text: str) -> None:
    playwright.expect(page.get_by_role("heading", level=1)).to_have_text(text)


@with_and_without
def test_enter_creates_the_job(
    open_page: Callable[..., Any], something: None, javascript: bool
) -> None:
    page = open_page(java_script_enabled=javascript)
    page.goto("/sagemock/training-jobs/new?clone=job-0")
    page.get_by_label("Job name").press("Enter")
    heading(page, "job-0-copy")


@with_and_without
def test_more_rows_of_the_job_form(
    open_page: Callable[..., Any], sagemock_server: Any, something: None, javascript: bool
) -> None:
    page = open_page(java_script_enabled=javascript)
    page.goto("/sagemock/training-jobs/new?clone=job-0")
    page.get_by_label("Job name").fill("rows")
    rows = page.locator("[name=tag_key]")
    before = rows.count()
    page.get_by_role("button", name="More rows").last.click()
    playwright.expect(rows).not_to_have_count(before)
    playwright.expect(page.get_by_label("Job name")).to_have_value("rows")
    for place in range(before + 1):
        page.get_by_label(f"Key of tag {place + 1}", exact=True).fill(f"key-{place}")
        page.locator("[name=tag_value]").nth(place).fill(f"value-{place}")
    page.get_by_role("button", name="Create training job").last.click()
    heading(page, "rows")
    sagemaker = sagemock_server.client("sagemaker")
    arn = sagemaker.describe_training_job(TrainingJobName="rows")["TrainingJobArn"]
    tags = sagemaker.list_tags(ResourceArn=arn)["Tags"]
    assert tags == [
        {"Key": f"key-{place}", "Value": f"value-{place}"} for place in range(before + 1)
    ]
