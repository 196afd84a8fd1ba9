"""The leaderboard in a browser: the columns that fit, and what stays in sight."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

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


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "without"])
def test_columns_that_do_not_fit_are_hidden_and_counted(
    open_page: Callable[..., Any], sweep: None, javascript: bool
) -> None:
    page = open_page(java_script_enabled=javascript)
    page.goto(STORY)
    headings = page.locator("thead a")
    counts = []
    for width in (1440, 1024, 700, 390, 320):
        page.set_viewport_size({"width": width, "height": 900})
        shown = [each for each in headings.all() if each.is_visible()]
        hidden = page.locator(".picker summary").inner_text()
        number = re.search(r"(\d+) more hidden", hidden)
        counts.append(len(shown))
        assert headings.count() - len(shown) == (int(number[1]) if number else 0)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width
    assert counts == sorted(counts, reverse=True)
    assert counts[0] >= 8
    assert counts[3] >= 2, "on a phone the name and what is sorted by"


def test_the_first_row_is_in_sight_and_the_header_stays(
    open_page: Callable[..., Any], sweep: None
) -> None:
    page = open_page(viewport={"width": 1440, "height": 900})
    page.goto(STORY)
    assert page.locator("tbody tr").first.bounding_box()["y"] <= 220
    heights = {each.bounding_box()["height"] for each in page.locator("tbody th a").all()}
    assert len(heights) == 1, "no name is wrapped"
    page.mouse.wheel(0, 600)
    page.wait_for_function("scrollY > 300")
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
