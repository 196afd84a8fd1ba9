"""The console in a window as wide as a phone's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.console.browser.test_access import PAGES

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")

VIEWPORT = {"width": 390, "height": 844}

SMALL_TARGETS = """() => {
  // Links within a sentence, marks in a drawing and what is folded are exempt.
  const kinds = "a[href], button, summary, select, textarea, input:not([type=hidden])";
  return [...document.querySelectorAll(kinds)].filter((each) => {
    const isExempt = each.closest("svg, .skip, .hidden, p, pre, label");
    if (isExempt && !each.matches("p button, summary")) return false;
    if (!each.checkVisibility({ visibilityProperty: true })) return false;
    const { width, height } = each.getBoundingClientRect();
    return width < 23.5 || height < 23.5;
  }).map((each) => `${each.tagName} ${each.className} ${each.textContent.trim().slice(0, 30)}`);
}"""


@pytest.fixture
def page(open_page: Callable[..., Any]) -> Any:
    return open_page(viewport=VIEWPORT)


@pytest.mark.full
def test_every_page_fits_with_targets_for_fingers(
    browser: Any, sagemock_server: Any, something: None
) -> None:
    context = browser.new_context(base_url=sagemock_server.url, viewport=VIEWPORT)
    page = context.new_page()
    wider, small = {}, {}
    for path in PAGES:
        page.goto(path)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > VIEWPORT["width"]:
            wider[path] = width
        targets = page.evaluate(SMALL_TARGETS)
        if targets:
            small[path] = targets
    context.close()
    assert wider == {}
    assert small == {}


def test_rows_are_cards_with_name_and_sort_metric(page: Any, at_rest: None) -> None:
    page.goto("/sagemock/search?sort=Metrics.train:accuracy&order=Descending")
    table = page.locator(".leaderboard")
    assert table.evaluate("each => each.scrollWidth <= each.clientWidth")
    card = table.locator("tbody tr").first
    link, metric = card.get_by_role("link", name="job-7"), card.locator(".sorted")
    playwright.expect(link).to_be_visible()
    playwright.expect(metric).to_contain_text("0.875")
    name, place = link.bounding_box(), metric.bounding_box()
    assert place["x"] > name["x"] + name["width"]
    assert abs(place["y"] + place["height"] / 2 - name["y"] - name["height"] / 2) < name["height"]
    # Below them are the other columns with their names, none of them hidden.
    other = card.locator("td", has_text="300")
    playwright.expect(other).to_be_visible()
    assert other.bounding_box()["y"] >= name["y"] + name["height"] - 4
    label = other.evaluate("each => getComputedStyle(each, '::before').content")
    assert "mini_batch_size" in label
    playwright.expect(page.locator(".count:visible")).to_have_count(0)


def test_cards_are_sorted_and_ticked(page: Any, something: None) -> None:
    page.goto("/sagemock/search")
    page.locator("thead").get_by_role("link", name="accuracy").click()
    playwright.expect(page.locator("tbody tr").first).to_contain_text("job-7")
    page.get_by_label("Tick job-7").check()
    page.get_by_label("Tick job-6").check()
    page.get_by_role("button", name="Compare").click()
    playwright.expect(page.get_by_role("heading", level=1)).to_contain_text("2 jobs")


def test_variants_say_what_their_values_are(page: Any, something: None) -> None:
    page.goto("/sagemock/endpoint-configs/config")
    table = page.get_by_role("region", name="Table of variants")
    assert table.evaluate("each => each.scrollWidth <= each.clientWidth")
    cell = table.locator("td", has_text="ml.m5.large")
    assert "Instance type" in cell.evaluate("each => getComputedStyle(each, '::before').content")
