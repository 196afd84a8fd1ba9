"""The story in a real browser: with JavaScript, without, and by the keyboard alone."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")

ACCURACY = "train:binary_classification_accuracy"


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "without"])
def test_the_story(
    open_page: Callable[..., Any],
    sagemock_server: Any,
    data: None,
    create_job: Callable[..., None],
    wait_for: Callable[[str], None],
    javascript: bool,
) -> None:
    sagemaker = sagemock_server.client("sagemaker")
    for size in (200, 300):
        create_job(sagemaker, f"digits-batch-{size}", size)
    page = open_page(java_script_enabled=javascript)

    # Create the first job in the form, with its tag.
    page.goto("/sagemock/")
    page.get_by_role("link", name="Search", exact=True).click()
    page.get_by_role("link", name="Create training job").first.click()
    page.get_by_label("Job name").fill("digits-batch-100")
    for place, value in enumerate(("binary_classifier", "784", "100", "2")):
        page.locator("[name=hyperparameter_value]").nth(place).fill(value)
    page.locator("[name=channel_uri]").first.fill("s3://digits/train/")
    page.get_by_label("S3 output path").fill("s3://digits/output-100")
    page.locator("[name=tag_key]").first.fill("Project")
    page.locator("[name=tag_value]").first.fill("Project_Binary_Classifier")
    page.get_by_role("button", name="Create training job").click()

    # Its page follows it to its end.
    heading = page.get_by_role("heading", level=1)
    playwright.expect(heading).to_have_text("digits-batch-100")
    status = page.locator("#head .status")
    playwright.expect(status).to_have_text("Completed")
    playwright.expect(page.locator("#curves .curve").first).to_be_visible()
    for size in (200, 300):
        wait_for(f"digits-batch-{size}")

    # Search by tag, sorted by accuracy.
    page.get_by_role("link", name="Search", exact=True).click()
    page.get_by_label("Property 1").press_sequentially("Tags.Project")
    if javascript:
        option = page.locator("#properties option[value='Tags.Project']")
        playwright.expect(option).to_be_attached()
    page.get_by_label("Value 1").fill("Project_Binary_Classifier")
    page.get_by_role("button", name="Search", exact=True).click()
    playwright.expect(page.get_by_role("status")).to_contain_text("3 found")
    page.locator(f"a[title='Sort by Metrics.{ACCURACY}']").click()
    sorted_by = page.locator("th[aria-sort=descending]")
    playwright.expect(sorted_by).to_contain_text("accuracy")
    assert page.locator(".results-table tbody th").all_inner_texts() == leaderboard(sagemaker)
    if javascript:
        assert "property=Tags.Project" in page.url
        assert page.url.count("property=") == 1, "empty rows are not in the address"

    # Compare two of them.
    for place in range(2):
        page.locator("input[name=tick]").nth(place).check()
    page.get_by_role("button", name=re.compile("Compare")).click()
    playwright.expect(page.locator(".compare").first).to_contain_text("mini_batch_size")
    page.go_back()

    # Deploy the best, try it, and go from the endpoint to the training job.
    best = leaderboard(sagemaker)[0]
    page.locator(".results-table tbody th a").first.click()
    playwright.expect(heading).to_have_text(best)
    page.get_by_role("link", name="Create model").click()
    page.get_by_role("button", name="Create model").click()
    page.get_by_role("link", name="Deploy").click()
    page.get_by_label("Endpoint name").fill("digits-endpoint")
    page.get_by_role("button", name="Deploy").click()
    playwright.expect(page.locator(".status").first).to_have_text("InService")
    page.get_by_role("link", name="Use a row of its training data").click()
    page.get_by_role("button", name="Invoke").click()
    playwright.expect(page.locator(".answer")).to_contain_text("predicted_label")
    drawn = page.locator("canvas" if javascript else ".picture")
    playwright.expect(drawn).to_be_visible()
    settings = page.get_by_role("region", name="Endpoint configuration settings")
    settings.get_by_role("link", name=best).last.click()
    playwright.expect(heading).to_have_text(best)
    assert "/sagemock/training-jobs/" in page.url


def leaderboard(sagemaker: Any, metric: str = ACCURACY, order: str = "Descending") -> list[str]:
    answer = sagemaker.search(
        Resource="TrainingJob",
        SearchExpression={
            "Filters": [{"Name": "Tags.Project", "Value": "Project_Binary_Classifier"}]
        },
        SortBy=f"Metrics.{metric}",
        SortOrder=order,
    )
    return [each["TrainingJob"]["TrainingJobName"] for each in answer["Results"]]


@pytest.mark.full
def test_by_the_keyboard_alone(
    open_page: Callable[..., Any], sagemock_server: Any, wait_for: Callable[[str], None]
) -> None:
    """The whole story on an empty server: from its home page to a prediction, and back."""
    page = open_page()
    page.goto("/sagemock/")
    heading = page.get_by_role("heading", level=1)

    def press(role: str, name: str) -> None:
        tab_to(page, page.get_by_role(role, name=name, exact=True).first)
        page.keyboard.press("Enter")

    def type_into(target: Any, text: str) -> None:
        tab_to(page, target)
        page.keyboard.press("Control+A")
        page.keyboard.type(text)

    # Three jobs on the sample, with a tag.
    press("button", "Load the sample")
    page.get_by_role("link", name="Train on the sample").wait_for()
    press("link", "Train on the sample")
    playwright.expect(heading).to_have_text("Create training job")
    type_into(page.get_by_label("Job name"), "digits")
    type_into(page.get_by_label("mini_batch_size"), "100, 200, 300")
    type_into(page.get_by_label("epochs"), "3")
    type_into(page.get_by_label("Key of tag 1"), "Project")
    page.keyboard.press("Tab")
    page.keyboard.type("Project_Binary_Classifier")
    page.keyboard.press("Enter")
    playwright.expect(heading).to_have_text("3 training jobs")
    names = [f"digits-{size}" for size in (100, 200, 300)]
    for name in names:
        wait_for(name)
    playwright.expect(page.locator("#jobs .status", has_text="Completed")).to_have_count(3)
    assert page.locator("#jobs tbody th").all_inner_texts() == names

    # The leaderboard.
    press("link", "Search")
    playwright.expect(heading).to_have_text("Search")
    tab_to(page, page.get_by_label("Property 1"))
    page.keyboard.type("Tags.Project")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("Project_Binary_Classifier")
    page.keyboard.press("Enter")
    playwright.expect(page.get_by_role("status")).to_contain_text("3 found")
    # Whichever metric tells the three apart.
    by_metric = page.locator("a[title^='Sort by Metrics.']").first
    metric = by_metric.get_attribute("title").removeprefix("Sort by Metrics.")
    tab_to(page, by_metric)
    page.keyboard.press("Enter")
    ordered = page.locator("th[aria-sort]").first
    playwright.expect(ordered).to_be_visible()
    page.wait_for_url("**sort=Metrics.**")
    order = "Ascending" if "order=Ascending" in page.url else "Descending"
    board = leaderboard(sagemock_server.client("sagemaker"), metric, order)
    best = page.locator(".results-table tbody th a").first
    playwright.expect(best).to_have_text(board[0])
    tab_to(page, best)
    page.keyboard.press("Enter")
    playwright.expect(heading).to_have_text(board[0])

    # Model, endpoint, prediction.
    for link in ("Create model", "Deploy"):
        press("link", link)
        press("button", link)
    playwright.expect(page.locator(".status").first).to_have_text("InService")
    press("link", "Use a row of its training data")
    press("button", "Invoke")
    playwright.expect(page.locator(".answer")).to_contain_text("predicted_label")

    # And back: from the endpoint to the job, and to its data.
    tab_to(page, page.locator(f"a[href='/sagemock/training-jobs/{board[0]}']").first)
    page.keyboard.press("Enter")
    playwright.expect(page.locator("#log")).to_be_attached()
    playwright.expect(heading).to_have_text(board[0])
    press("link", "Lineage")
    playwright.expect(page.locator("svg .n-endpoint")).to_be_attached()
    press("link", "Unfold 2 data sets")
    playwright.expect(page.locator("svg .n-data-set")).to_have_count(2)


def tab_to(page: Any, target: Any) -> None:
    """Press Tab until `target` has the focus, which can be seen at each step."""
    playwright.expect(target).to_be_visible()
    for _ in range(120):
        page.keyboard.press("Tab")
        # Behind the last element a browser begins again, with none in between.
        focused = page.evaluate("document.activeElement.tagName")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert focused == "BODY" or outline != "none", f"the focus on {focused} is not seen"
        if target.evaluate("each => each === document.activeElement"):
            return
    raise AssertionError(f"the keyboard does not reach {target}")


def drawn(page: Any) -> list[float]:
    """The row that the pad has written into the request body."""
    return [float(each) for each in page.get_by_label("Request body").input_value().split(",")]


def test_a_digit_can_be_drawn(open_page: Callable[..., Any], deployed: Callable[..., str]) -> None:
    path = deployed("digits-batch-100")
    page = open_page()
    page.goto(path)
    page.get_by_label("Content type").select_option("application/json")
    page.get_by_label("Brush").fill("1")
    page.locator("canvas").click()
    dot = drawn(page)
    page.get_by_role("button", name="Undo").click()
    assert max(drawn(page)) == 0
    playwright.expect(page.get_by_role("button", name="Undo")).to_be_disabled()
    page.get_by_label("Brush").fill("4")
    page.locator("canvas").click()
    assert sum(map(bool, drawn(page))) > 4 * sum(map(bool, dot)) > 0, "a wider brush"
    page.get_by_role("button", name="Clear").click()
    page.get_by_label("Brush").fill("2")
    box = page.locator("canvas").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    radius = box["width"] / 4
    page.mouse.move(x + radius, y)
    page.mouse.down()
    for step in range(1, 25):
        angle = step * math.pi / 12
        page.mouse.move(x + radius * math.cos(angle), y + radius * math.sin(angle))
    page.mouse.up()
    row = drawn(page)
    assert len(row) == 784
    assert max(row) == 1
    assert row[14 * 28 + 14] == 0, "a circle is empty in its middle"
    playwright.expect(page.get_by_label("Content type")).to_have_value("text/csv")
    page.get_by_role("button", name="Invoke").click()
    answer = page.locator(".answer tbody td").last
    playwright.expect(answer).to_have_text("1")
