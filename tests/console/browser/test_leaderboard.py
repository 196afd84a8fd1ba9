"""The leaderboard in a browser: the columns that fit, and what stays in sight."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest

from sagemock import control

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")

ACCURACY = "validation:binary_classification_accuracy"


@pytest.fixture
def sweep(sagemock_server: Any) -> None:
    control.add_training_jobs(
        {
            "name": f"digits-{number:02}",
            "created": 1_790_000_000.0 + number,
            "tags": {
                "Project": "Project_Binary_Classifier",
                "Team": "red" if number % 3 else "blue",
            },
            "hyperparameters": {
                "mini_batch_size": str(number % 4 * 100 + 100),
                "learning_rate": str(0.001 * (number % 7 + 1)),
                "optimizer": "adam" if number % 2 else "sgd",
                "epochs": str(number % 5),
            },
            "metrics": {ACCURACY: 1 - 0.01 * number, "train:objective_loss": 0.1 + number / 8},
        }
        for number in range(40)
    )


STORY = (
    "/sagemock/search?property=Tags.Project&operator=Equals&value=Project_Binary_Classifier"
    f"&sort=Metrics.{ACCURACY}"
)


def test_columns_that_do_not_fit_are_hidden_and_counted(page: Any, sweep: None) -> None:
    page.goto(STORY)
    headings = page.locator("thead a")
    counts = []
    for width in (1440, 1024, 700):
        page.set_viewport_size({"width": width, "height": 900})
        shown = [each for each in headings.all() if each.is_visible()]
        hidden = page.locator("summary").filter(has_text="Columns").inner_text()
        number = re.search(r"(\d+) hidden", hidden)
        counts.append(len(shown))
        assert headings.count() - len(shown) == (int(number[1]) if number else 0)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width
    assert counts == sorted(counts, reverse=True)
    assert counts[0] >= 8
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        # Rows are cards, which have room for all that is in them.
        cells = page.locator("tbody tr").first.locator("td, th")
        labelled = [each for each in cells.all() if each.is_visible()]
        assert len(labelled) >= headings.count()


def test_the_first_row_is_in_sight_and_the_header_stays(
    open_page: Callable[..., Any], sweep: None
) -> None:
    page = open_page(viewport={"width": 1440, "height": 900})
    page.goto(STORY)
    assert page.locator("tbody tr").first.bounding_box()["y"] <= 220
    heights = {each.bounding_box()["height"] for each in page.locator("tbody th a").all()}
    assert len(heights) == 1, "no name is wrapped"
    page.evaluate("scrollTo(0, 600)")
    header = page.locator("thead th").nth(1)
    bar = page.locator(".top").bounding_box()["height"]
    assert bar - 3 <= header.bounding_box()["y"] <= bar, "right below the bar"


def test_a_filter_is_edited_in_its_chip(open_page: Callable[..., Any], sweep: None) -> None:
    page = open_page()
    page.goto(STORY)
    chip = page.locator(".filter.chip")
    playwright.expect(chip.locator("summary")).to_have_text(
        "tag Project is “Project_Binary_Classifier”"
    )
    chip.locator("summary").click()
    page.keyboard.press("Escape")
    playwright.expect(page.get_by_label("Property 1")).to_be_hidden()
    chip.locator("summary").click()
    page.get_by_label("Property 1").fill("Tags.Team")
    page.get_by_label("Value 1").fill("blue")
    chip.get_by_role("button", name="Apply").click()
    playwright.expect(page.get_by_role("status")).to_contain_text("14 found")
    playwright.expect(page.locator("th[aria-sort]")).to_contain_text("accuracy")


def test_ticks_are_kept_across_pages_and_what_is_ticked_is_deleted(
    page: Any, sweep: None, sagemock_server: Any
) -> None:
    page.goto("/sagemock/search?sort=TrainingJobName&order=Ascending")
    page.get_by_label("Tick digits-01", exact=True).check()
    page.get_by_role("button", name="Next").click()
    page.get_by_label("Tick digits-30", exact=True).check()
    page.get_by_role("button", name="Previous").click()
    playwright.expect(page.get_by_label("Tick digits-01", exact=True)).to_be_checked()
    actions = page.locator(".actions")
    playwright.expect(actions).to_contain_text("2 ticked")
    box = actions.bounding_box()
    assert box["y"] + box["height"] <= 720, "in sight wherever the page is scrolled to"
    actions.get_by_role("button", name="Delete").click()
    heading = page.get_by_role("heading", level=1)
    playwright.expect(heading).to_have_text("Delete 2 training jobs?")
    page.get_by_role("link", name="Cancel").click()
    playwright.expect(actions).to_contain_text("2 ticked")
    actions.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Delete 2 training jobs").click()
    playwright.expect(page.get_by_role("status")).to_have_text("2 done.")
    page.get_by_role("link", name="Back to the search").click()
    playwright.expect(page.get_by_role("status")).to_contain_text("38 found")


def test_ticks_follow_every_link_of_the_search(open_page: Callable[..., Any], sweep: None) -> None:
    page = open_page()
    page.goto("/sagemock/search?sort=TrainingJobName&order=Ascending")
    ticked = page.locator("[data-ticked]")
    page.get_by_label("Tick digits-01", exact=True).check()
    page.locator("a[title='Sort by TrainingJobName']").click()
    playwright.expect(ticked).to_have_text("1 ticked")
    page.locator(".facets").get_by_role("link", name="blue 14").click()
    playwright.expect(page.get_by_role("status")).to_contain_text("14 found")
    playwright.expect(ticked).to_have_text("1 ticked")
    page.get_by_label("Tick all on this page").check()
    playwright.expect(ticked).to_have_text("15 ticked")
    page.get_by_label("Value 2").fill("digits-0")
    page.get_by_label("Value 2").press("Enter")
    playwright.expect(page.get_by_role("status")).to_contain_text("4 found")
    playwright.expect(ticked).to_have_text("15 ticked")
    page.get_by_role("link", name="Untick all").click()
    playwright.expect(page.get_by_role("button", name="Delete")).to_be_disabled()
    page.get_by_role("button", name="Select all 4 that match").click()
    playwright.expect(page.locator(".actions")).to_contain_text("All 4 that match")
    page.get_by_role("button", name="Compare").click()
    playwright.expect(page.get_by_role("heading", level=1)).to_contain_text("4 jobs")


def test_a_search_is_saved_and_opened(page: Any, sweep: None) -> None:
    page.goto(STORY)
    page.locator("summary").filter(has_text="Views").click()
    page.get_by_label("Name of this view").fill("zeros, best first")
    page.get_by_role("button", name="Save view").click()
    playwright.expect(page).to_have_title(re.compile("tag Project is “Project_Binary_Classifier”"))
    address = unquote(page.url)
    page.goto("/sagemock/search")
    page.locator("summary").filter(has_text="Views").click()
    page.get_by_role("link", name="zeros, best first").click()
    assert unquote(page.url) == address
    page.goto("/sagemock/search/views")
    page.get_by_role("button", name="Delete the view zeros, best first").click()
    playwright.expect(page.get_by_role("heading", level=2)).to_contain_text("No saved views")
