"""Charts in a browser: values under a crosshair, legends, the keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from sagemock.moto_adapter.backend import world_of
from sagemock.resources.metric_series import MetricPoint, MetricSeries

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")

LARGE = "/sagemock/charts?job=job-0&metric=train:loss&metric=validation:loss"


@pytest.fixture
def curves(something: None) -> None:
    """Curves of the first two jobs: 1, 1/2, 1/3, and half of that."""
    world = world_of("123456789012", "us-east-1")
    for job in ("job-0", "job-1"):
        world.job_metrics[job] = {
            f"{channel}:loss": MetricSeries(
                MetricPoint(1_790_000_000.0 + epoch, factor / (epoch + 1)) for epoch in range(6)
            )
            for channel, factor in (("train", 1.0), ("validation", 0.5))
        }


def test_a_crosshair_reads_all_curves(open_page: Callable[..., Any], curves: None) -> None:
    # All of the chart is in sight: a page that is scrolled hides the values.
    page = open_page(viewport={"width": 1200, "height": 1200})
    page.goto(LARGE)
    plot = page.locator("[data-plot]")
    readout = page.locator(".readout")
    plot.hover()
    playwright.expect(readout).to_be_visible()
    page.mouse.move(5, 5)
    playwright.expect(readout).to_be_hidden()
    plot.focus()
    page.keyboard.press("Home")
    playwright.expect(readout).to_contain_text("epoch 0")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    playwright.expect(readout).to_contain_text("epoch 3")
    rows = readout.locator("tr")
    playwright.expect(rows).to_have_text(["train:loss0.25", "validation:loss0.125"])
    page.keyboard.press("End")
    playwright.expect(readout).to_contain_text("epoch 5")
    page.keyboard.press("Escape")
    playwright.expect(readout).to_be_hidden()


def test_a_legend_hides_and_shows_a_curve(open_page: Callable[..., Any], curves: None) -> None:
    page = open_page()
    page.goto(LARGE)
    entry = page.get_by_role("button", name="validation:loss")
    curve = page.locator("path.curve.validation[data-points]")
    entry.focus()
    page.keyboard.press("Enter")
    playwright.expect(entry).to_have_attribute("aria-pressed", "false")
    playwright.expect(curve).to_be_hidden()
    page.locator("[data-plot]").focus()
    page.keyboard.press("Home")
    playwright.expect(page.locator(".readout tr")).to_have_text(["train:loss1"])
    entry.click()
    playwright.expect(curve).to_be_visible()


def test_one_legend_is_for_all_charts_of_a_comparison(
    open_page: Callable[..., Any], curves: None
) -> None:
    page = open_page()
    page.goto("/sagemock/compare?job=job-0&job=job-1")
    page.get_by_role("button", name="job-1", exact=True).click()
    playwright.expect(page.locator("path.curve.s1[data-points].is-off")).to_have_count(2)
    playwright.expect(page.locator("path.curve.s0[data-points].is-off")).to_have_count(0)


def test_a_chart_is_opened_large_without_a_script(
    open_page: Callable[..., Any], curves: None
) -> None:
    page = open_page(java_script_enabled=False)
    page.goto("/sagemock/training-jobs/job-0")
    page.get_by_role("link", name="loss: open large").click()
    page.get_by_label("X axis").select_option("time")
    page.get_by_label("Smoothing").select_option("0.6")
    page.get_by_role("button", name="Draw").click()
    assert "over=time" in page.url
    assert "smoothing=0.6" in page.url
    playwright.expect(page.locator("[data-plot]")).to_contain_text("seconds since the first value")
    playwright.expect(page.get_by_role("cell", name=re.compile("^0.25$"))).to_have_count(2)


@pytest.mark.parametrize("width", [390, 1024, 1440])
def test_the_text_of_charts_is_legible(
    open_page: Callable[..., Any], curves: None, width: int
) -> None:
    """Twelve pixels at least, as rendered: an SVG scales its text."""
    page = open_page(viewport={"width": width, "height": 800})
    paths = (
        LARGE,
        "/sagemock/training-jobs/job-0",
        "/sagemock/compare?job=job-0&job=job-1",
        "/sagemock/search?view=scatter",
        "/sagemock/search?view=parallel",
    )
    for path in paths:
        page.goto(path)
        sizes = page.eval_on_selector_all(
            ".plot text",
            "all => all.map(each => parseFloat(getComputedStyle(each).fontSize)"
            " * each.getScreenCTM().d || 99)",
        )
        rotated = [size for size in sizes if size == 99]
        assert len(sizes) > len(rotated)
        assert min(sizes) >= 11.9, (path, min(sizes))


def test_a_brush_filters_the_table(open_page: Callable[..., Any], at_rest: None) -> None:
    page = open_page(viewport={"width": 1440, "height": 1000})
    page.goto("/sagemock/search?view=parallel&sort=Metrics.train:accuracy")
    playwright.expect(page.locator(".results-table tbody tr")).to_have_count(10)
    area = page.locator("[data-brush='Metrics.train:accuracy']")
    box = area.bounding_box()
    x = box["x"] + box["width"] / 2
    page.mouse.move(x, box["y"] + 1)
    page.mouse.down()
    page.mouse.move(x, box["y"] + box["height"] / 2, steps=3)
    playwright.expect(page.locator(".brushed")).to_be_visible()
    page.mouse.up()
    page.wait_for_url(re.compile("GreaterThanOrEqualTo"))
    assert "view=parallel" in page.url
    rows = page.locator(".results-table tbody th")
    playwright.expect(rows).to_have_text(["job-7", "job-6", "job-5", "job-4"])
    playwright.expect(page.locator(".thread")).to_have_count(4)


def test_a_range_filters_without_a_script(open_page: Callable[..., Any], something: None) -> None:
    page = open_page(java_script_enabled=False)
    page.goto("/sagemock/search?view=parallel&sort=Metrics.train:accuracy")
    page.get_by_role("combobox", name="Limit").select_option("Metrics.train:accuracy")
    page.get_by_label("from").fill("0.3")
    page.get_by_label("to", exact=True).fill("0.6")
    page.get_by_role("button", name="Filter", exact=True).click()
    rows = page.locator(".results-table tbody th")
    playwright.expect(rows).to_have_text(["job-4", "job-3"])
