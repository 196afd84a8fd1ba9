"""The form and the page of a training job in a browser: what scripts and style do there."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sagemock import control
from sagemock.moto_adapter.backend import world_of

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")

GROUP = "/aws/sagemaker/TrainingJobs"


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "without"])
def test_another_algorithm_and_a_file(
    open_page: Callable[..., Any], sagemock_server: Any, tmp_path: Path, javascript: bool
) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text("".join(f"{number % 7},{number % 5}\n" for number in range(200)))
    page = open_page(java_script_enabled=javascript)
    page.goto("/sagemock/training-jobs/new")
    page.get_by_label("Job name").fill("clusters")
    page.get_by_label("Algorithm", exact=True).select_option("kmeans")
    use = page.get_by_role("button", name="Use it")
    if not javascript:
        use.click()
    playwright.expect(page.get_by_label("extra_center_factor")).to_be_attached()
    assert use.is_visible() is not javascript
    playwright.expect(page.get_by_label("Job name")).to_have_value("clusters")
    page.locator("#hp-k").fill("3")
    page.locator("#hp-feature_dim").fill("2")
    page.locator("#hp-mini_batch_size").fill("50")
    page.get_by_text("Upload a file to S3").click()
    page.get_by_label("File").set_input_files(rows)
    page.get_by_role("button", name="Upload").click()
    playwright.expect(page.get_by_role("status")).to_contain_text("Uploaded 800 bytes")
    location = "s3://sagemaker-us-east-1-123456789012/data/rows.csv"
    playwright.expect(page.locator("[name=channel_uri]").first).to_have_value(location)
    page.locator("[name=channel_type]").first.fill("text/csv;label_size=0")
    page.get_by_label("S3 output path").fill("s3://sagemaker-us-east-1-123456789012/output")
    page.get_by_role("button", name="Create training job").last.click()
    playwright.expect(page.get_by_role("heading", level=1)).to_have_text("clusters")
    playwright.expect(page.locator("#head .status")).to_have_text("Completed")


def put(job: str, count: int, begin: int = 0) -> None:
    now = int(time.time() * 1000)
    lines = [(now, f"line {number}") for number in range(begin, begin + count)]
    world_of("123456789012", "us-east-1").services.logs.put(GROUP, f"{job}/algo-1-1", lines)


def test_a_log_is_followed_until_it_is_scrolled(
    open_page: Callable[..., Any],
    sagemock_server: Any,
    data: None,
    create_job: Callable[..., None],
) -> None:
    control.hold_training_job()
    create_job(sagemock_server.client("sagemaker"), "held", 100)
    put("held", 100)
    page = open_page()
    page.goto("/sagemock/training-jobs/held")
    log = page.locator("pre.log")
    follow = page.get_by_label("Follow")
    playwright.expect(follow).to_be_checked()
    page.locator("#log").get_by_label("Find").fill("typed")
    put("held", 5, 100)
    playwright.expect(log).to_contain_text("line 104")
    at_end = "log => log.scrollTop + log.clientHeight >= log.scrollHeight - 4"
    assert log.evaluate(at_end)
    follow.uncheck()
    put("held", 5, 105)
    playwright.expect(log).to_contain_text("line 109")
    assert not log.evaluate(at_end)
    playwright.expect(follow).not_to_be_checked()
    log.evaluate("log => log.scrollTo(0, log.scrollHeight)")
    playwright.expect(follow).to_be_checked()
    playwright.expect(page.locator("#log").get_by_label("Find")).to_have_value("typed")


def test_sections_fold_on_a_phone(
    open_page: Callable[..., Any], sagemock_server: Any, something: None
) -> None:
    put("runs", 3)
    page = open_page(viewport={"width": 390, "height": 844})
    page.goto("/sagemock/training-jobs/runs")
    settings = page.get_by_text("Maximum run time")
    playwright.expect(settings).to_be_hidden()
    page.get_by_role("heading", name="Job settings").click()
    playwright.expect(settings).to_be_visible()
    page.get_by_role("heading", name="Log").click()
    playwright.expect(page.locator("pre.log")).to_be_visible()
    # What has been opened stays open while the page updates itself.
    put("runs", 1, 3)
    playwright.expect(page.locator("pre.log")).to_contain_text("line 3")
    playwright.expect(settings).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.goto("/sagemock/training-jobs/runs#note")
    page.get_by_label("Note on the job").fill("keep this one")
    page.get_by_role("button", name="Save note").click()
    playwright.expect(page.get_by_label("Note on the job")).to_have_value("keep this one")
