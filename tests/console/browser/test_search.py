"""The Search page and the lists in a browser: every field, link and form of theirs."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sagemock.moto_adapter.backend import world_of

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")

ROLE = "arn:aws:iam::123456789012:role/SageMaker"

with_and_without = pytest.mark.parametrize(
    "javascript", [True, False], ids=["javascript", "without"]
)


@pytest.fixture
def world(sagemock_server: Any) -> Any:
    return world_of("123456789012", "us-east-1")


@pytest.fixture
def many(world: Any, job_document: Callable[..., Any]) -> None:
    for place in range(60):
        status = "Failed" if place < 2 else "Completed"
        team = [{"Key": "Team", "Value": "red" if place % 3 else "blue"}]
        document = job_document(
            f"job-{place:02}", created=place, TrainingJobStatus=status, Tags=team
        )
        world.training_jobs.insert(document)


def expect_names(page: Any, expected: list[str]) -> None:
    """Wait until the rows are those: a page may be on its way."""
    playwright.expect(page.locator(".results-table tbody th")).to_have_text(expected)


def found(page: Any, count: int) -> None:
    playwright.expect(page.get_by_role("status")).to_contain_text(f"{count} found")


def edit(page: Any, number: int) -> None:
    """Open the fields of a filter."""
    page.locator(".filter summary").nth(number - 1).click()


@pytest.mark.parametrize("by", ["button", "Enter"])
def test_a_value_alone_is_a_part_of_a_name(page: Any, something: None, by: str) -> None:
    page.goto("/sagemock/search")
    page.get_by_label("Value 1").fill("job-3")
    if by == "Enter":
        page.get_by_label("Value 1").press("Enter")
    else:
        page.get_by_role("button", name="Search", exact=True).click()
    found(page, 1)
    expect_names(page, ["job-3"])
    edit(page, 1)
    playwright.expect(page.get_by_label("Property 1")).to_have_value("TrainingJobName")
    playwright.expect(page.get_by_label("Operator 1")).to_have_value("Contains")


def test_a_property_alone_and_a_value_alone_in_two_rows(page: Any, something: None) -> None:
    page.goto("/sagemock/search?property=Tags.Project&operator=Exists")
    found(page, 8)
    page.get_by_label("Value 2").fill("job-3")
    page.get_by_role("button", name="Search", exact=True).click()
    found(page, 1)
    page.get_by_label("that match").select_option("any filter")
    page.get_by_role("button", name="Search", exact=True).click()
    found(page, 8)
    playwright.expect(page.get_by_label("that match")).to_have_value("any")
    page.get_by_role("link", name="Remove filter 1").click()
    found(page, 1)
    page.get_by_role("link", name="Clear").click()
    found(page, 10)


def test_the_first_of_two_filters_may_be_emptied(page: Any, something: None) -> None:
    page.goto(
        "/sagemock/search?property=Tags.Project&operator=Equals&value=Project+1"
        "&property=TrainingJobName&operator=Contains&value=job"
    )
    found(page, 3)
    edit(page, 1)
    page.get_by_label("Property 1").fill("")
    page.get_by_label("Value 1").fill("")
    page.locator(".filter").first.get_by_role("button", name="Apply").click()
    found(page, 8)


def test_a_search_that_is_refused_can_be_corrected(page: Any, something: None) -> None:
    page.goto("/sagemock/search")
    page.get_by_label("Property 1").fill("Nothing")
    page.get_by_label("Value 1").fill("x")
    page.get_by_role("button", name="Search", exact=True).click()
    playwright.expect(page.get_by_role("alert")).to_contain_text("Unknown property name: Nothing")
    edit(page, 1)
    playwright.expect(page.get_by_label("Value 1")).to_have_value("x")
    page.get_by_label("Property 1").fill("HyperParameters.epochs")
    page.get_by_label("Value 1").fill("15")
    page.get_by_role("button", name="Search", exact=True).click()
    found(page, 8)


def test_facets_lead_on_and_back(page: Any, many: None) -> None:
    page.goto("/sagemock/search")
    facets = page.locator(".facets")
    facets.get_by_role("link", name="blue 20").click()
    found(page, 20)
    facets.get_by_role("link", name="Failed 1").click()
    found(page, 1)
    facets.get_by_role("link", name="Failed (remove this filter)").click()
    found(page, 20)
    page.locator(".chips").get_by_role("link").click()
    found(page, 60)


def test_pages_rows_and_orders(page: Any, many: None) -> None:
    page.goto("/sagemock/search")
    page.locator("a[title='Sort by TrainingJobName']").click()
    expect_names(page, [f"job-{place:02}" for place in range(25)])
    page.get_by_role("button", name="Next").click()
    expect_names(page, [f"job-{place:02}" for place in range(25, 50)])
    pages = page.get_by_role("navigation", name="Pages of the table")
    pages.get_by_role("button", name="3").click()
    expect_names(page, [f"job-{place:02}" for place in range(50, 60)])
    page.get_by_role("button", name="Previous").click()
    page.locator("a[title='Sort by TrainingJobName']").click()
    expect_names(page, [f"job-{place:02}" for place in range(59, 34, -1)])
    page.locator(".sizes").get_by_role("link", name="10").click()
    expect_names(page, [f"job-{place:02}" for place in range(59, 49, -1)])
    # The form keeps the order and the number of rows.
    page.get_by_label("Value 1").fill("job-0")
    page.get_by_role("button", name="Search", exact=True).click()
    expect_names(page, [f"job-{place:02}" for place in range(9, -1, -1)])


def test_columns_are_chosen(page: Any, something: None) -> None:
    page.goto("/sagemock/search?property=Tags.Project&operator=Exists")
    headers = page.locator(".results-table thead a[title^='Sort by']")
    picker = page.locator(".picker")
    picker.get_by_text("Columns").click()
    for box in picker.get_by_role("checkbox").all():
        box.uncheck()
    picker.get_by_label("epochs", exact=True).check()
    picker.get_by_label("TrainingJobStatus", exact=True).check()
    picker.get_by_role("button", name="Show these").click()
    found(page, 8)
    shown = [each.get_attribute("title") for each in headers.all()]
    assert sorted(shown) == [
        "Sort by HyperParameters.epochs",
        "Sort by TrainingJobName",
        "Sort by TrainingJobStatus",
    ]
    picker.get_by_text("Columns").click()
    picker.get_by_role("link", name="Automatic").click()
    found(page, 8)
    assert headers.count() > 3


def test_charts_and_their_axes(page: Any, something: None) -> None:
    page.goto("/sagemock/search")
    views = page.get_by_role("navigation", name="View")
    views.get_by_role("link", name="Scatter").click()
    page.locator("select[name=y]").select_option("Metrics.train:loss")
    page.get_by_role("button", name="Draw").click()
    chart = page.get_by_role("group", name=re.compile("Metrics.train:loss against"))
    playwright.expect(chart).to_be_visible()
    dots = chart.get_by_role("link")
    assert dots.count() == 8
    views.get_by_role("link", name="Parallel").click()
    playwright.expect(page.locator(".results svg").first).to_be_visible()
    views.get_by_role("link", name="Table").click()
    found(page, 10)


@with_and_without
def test_another_resource_leaves_order_and_columns_behind(
    open_page: Callable[..., Any], something: None, javascript: bool
) -> None:
    page = open_page(java_script_enabled=javascript)
    page.goto(
        "/sagemock/search?sort=Metrics.train:accuracy&column=HyperParameters.epochs&view=scatter"
        "&x=HyperParameters.epochs&y=Metrics.train:loss"
    )
    page.locator("select[name=resource]").select_option("Model")
    if not javascript:
        page.get_by_role("button", name="Search", exact=True).click()
    found(page, 1)
    page.get_by_role("link", name="Table").click()
    expect_names(page, ["model"])
    playwright.expect(page.locator("caption")).to_have_text("Models, last changed first")


def test_a_list_is_searched_and_sorted(page: Any, sagemock_server: Any) -> None:
    sagemaker = sagemock_server.client("sagemaker")
    for number in range(3):
        sagemaker.create_model(ModelName=f"m-{number}", ExecutionRoleArn=ROLE)
    page.goto("/sagemock/models")
    page.locator("a[title='Sort by ModelName']").click()
    expect_names(page, ["m-0", "m-1", "m-2"])
    page.locator("a[title='Sort by ModelName']").click()
    expect_names(page, ["m-2", "m-1", "m-0"])
    page.get_by_label("Name contains").fill("-1")
    page.get_by_label("Name contains").press("Enter")
    found(page, 1)
    expect_names(page, ["m-1"])
    page.get_by_label("Name contains").fill("x")
    page.get_by_role("button", name="Find").click()
    playwright.expect(page.get_by_role("heading", level=2)).to_have_text("No matches")


def test_the_region_is_chosen_and_kept(page: Any, sagemock_server: Any, something: None) -> None:
    sagemock_server.client("sagemaker", region_name="eu-west-1").create_model(
        ModelName="far", ExecutionRoleArn=ROLE
    )
    page.goto("/sagemock/models")
    place = page.locator("details.place")
    place.locator("summary").click()
    place.get_by_label("Region").fill("eu-west-1")
    place.get_by_role("button", name="Go").click()
    expect_names(page, ["far"])
    page.get_by_label("Name contains").fill("a")
    page.get_by_role("button", name="Find").click()
    expect_names(page, ["far"])
    page.get_by_role("link", name="Search", exact=True).click()
    page.locator("select[name=resource]").select_option("Model")
    page.get_by_label("Value 1").fill("fa")
    page.get_by_role("button", name="Search", exact=True).click()
    found(page, 1)
    page.locator(".results-table tbody th a").click()
    playwright.expect(page.get_by_role("heading", level=1)).to_have_text("far")


def test_home_leads_to_what_it_counts(page: Any, something: None) -> None:
    for link, heading in (("Failed", "Search"), ("model", "Models"), ("endpoint", "Endpoints")):
        page.goto("/sagemock/")
        tiles = page.locator(".tiles")
        if link == "Failed":
            tiles.get_by_role("link", name=link).click()
            found(page, 1)
        else:
            tiles.get_by_role("link", name=re.compile(f"^1 ?{heading}$")).click()
        playwright.expect(page.get_by_role("heading", level=1)).to_have_text(heading)


def test_a_page_as_json_csv_and_python(page: Any, something: None, tmp_path: Path) -> None:
    page.goto("/sagemock/search?property=Tags.Project&operator=Equals&value=Project+1")
    foot = page.locator("footer")
    addresses = {
        text: foot.get_by_role("link", name=text).get_attribute("href")
        for text in ("JSON", "CSV", "boto3")
    }
    answers = {text: page.request.get(href) for text, href in addresses.items()}
    assert json.loads(answers["JSON"].text())["total"] == 3
    assert len(list(csv.reader(answers["CSV"].text().splitlines()))) == 4
    assert "Project 1" in answers["boto3"].text()


def test_jobs_are_compared(page: Any, something: None) -> None:
    page.goto("/sagemock/search?sort=TrainingJobName&order=Ascending")
    for name in ("job-1", "job-2"):
        page.get_by_label(f"Tick {name}", exact=True).check()
    page.get_by_role("button", name=re.compile("^Compare")).click()
    playwright.expect(page.get_by_role("heading", level=1)).to_contain_text("2 jobs")
    table = page.get_by_role("region", name="What differs")
    playwright.expect(table).to_contain_text("mini_batch_size")
    table.get_by_role("link", name="job-2").click()
    playwright.expect(page.get_by_role("heading", level=1)).to_have_text("job-2")


def test_a_comparison_gets_a_baseline_and_other_jobs(page: Any, something: None) -> None:
    page.goto("/sagemock/compare?job=job-1&job=job-2")
    page.get_by_role("button", name="As baseline: job-1").click()
    accuracy = page.get_by_role("row").filter(has_text="accuracy")
    playwright.expect(accuracy).to_contain_text("+0.125")
    field = page.get_by_label("Name, or part of it")
    field.fill("job-")
    field.press("Enter")
    page.get_by_role("button", name="job-5", exact=True).click()
    playwright.expect(page).to_have_url(re.compile(r"job=job-5&baseline=job-1$"))
    playwright.expect(accuracy).to_contain_text("+0.5")
    page.get_by_role("button", name="Remove job-2").click()
    playwright.expect(page.get_by_role("heading", level=1)).to_contain_text("2 jobs")
    page.get_by_role("button", name="Clear baseline").click()
    playwright.expect(page).to_have_url(re.compile(r"\?job=job-1&job=job-5$"))


def test_the_lineage_is_walked(page: Any, something: None) -> None:
    page.goto("/sagemock/endpoints/endpoint")
    page.get_by_role("link", name="Lineage").last.click()
    page.get_by_role("link", name="Unfold 1 image").click()
    page.get_by_role("link", name="model deployment model").click()
    playwright.expect(page.get_by_role("heading", level=1)).to_have_text("model")
    page.get_by_role("link", name="config", exact=True).click()
    playwright.expect(page.get_by_role("heading", level=1)).to_have_text("config")


# With JavaScript alone


def test_the_path_through_a_node_is_lit(open_page: Callable[..., Any], something: None) -> None:
    page = open_page()
    page.goto("/sagemock/lineage")
    lit = page.locator(".node.lit")
    page.get_by_role("link", name="model deployment model").hover()
    playwright.expect(lit).to_have_count(2)
    playwright.expect(page.locator(".edge.lit")).to_have_count(1)
    page.get_by_role("heading", level=1).hover()
    playwright.expect(lit).to_have_count(0)
    page.get_by_role("link", name="training job job-1").focus()
    playwright.expect(lit).to_have_count(1)


def suggestions(page: Any) -> list[str]:
    found: list[str] = page.eval_on_selector_all(
        "#properties option", "options => options.map(each => each.value)"
    )
    return found


def test_an_answer_that_comes_late_is_not_shown(
    open_page: Callable[..., Any], something: None
) -> None:
    page = open_page()
    page.goto("/sagemock/search")
    late: list[Any] = []

    def answer(route: Any) -> None:
        if route.request.url.endswith("hint=HyperParameters.mini"):
            late.append(route)
        else:
            route.continue_()

    page.route("**/suggestions.json?*", answer)
    field = page.get_by_label("Property 1")
    with page.expect_request("**/suggestions.json?*hint=HyperParameters.mini"):
        field.fill("HyperParameters.mini")
    field.fill("Tags.Proj")
    playwright.expect(page.locator("#properties option[value='Tags.Proj']")).to_be_attached()
    shown = suggestions(page)
    with page.expect_response("**/suggestions.json?*hint=HyperParameters.mini") as answered:
        late[0].continue_()
    answered.value.finished()
    page.evaluate("new Promise(done => setTimeout(done, 50))")
    assert suggestions(page) == shown


def test_a_late_answer_still_narrows_the_operators_of_its_row(
    open_page: Callable[..., Any], something: None
) -> None:
    page = open_page()
    page.goto("/sagemock/search")
    page.get_by_role("button", name="Add filter").click()
    playwright.expect(page.get_by_label("Property 2")).to_be_focused()
    every = page.get_by_label("Operator 2").locator("option").count()
    late: list[Any] = []

    def answer(route: Any) -> None:
        late.append(route) if "hint=CreationTime" in route.request.url else route.continue_()

    page.route("**/suggestions.json?*", answer)
    with page.expect_request("**/suggestions.json?*hint=CreationTime"):
        page.get_by_label("Property 1").fill("CreationTime")
    page.get_by_label("Property 2").fill("Tags.Project")
    playwright.expect(page.get_by_label("Operator 2").locator("option")).not_to_have_count(every)
    for route in late:
        route.continue_()
    operators = page.get_by_label("Operator 1").locator("option")
    playwright.expect(operators).not_to_have_count(every)
    assert "GreaterThan" in [each.get_attribute("value") for each in operators.all()]
    assert "Tags.Project" in suggestions(page)


def test_a_new_row_offers_every_operator_in_words(
    open_page: Callable[..., Any], something: None
) -> None:
    page = open_page()
    page.goto("/sagemock/search")
    words = page.get_by_label("Operator 1").locator("option").all_inner_texts()
    field = page.get_by_label("Property 1")
    field.fill("CreationTime")
    operators = page.get_by_label("Operator 1").locator("option")
    playwright.expect(operators).not_to_have_count(len(words))
    page.get_by_role("button", name="Add filter").click()
    assert page.get_by_label("Operator 2").locator("option").all_inner_texts() == words
    # And so does a row whose property is no longer known.
    field.fill("TrainingJobNa")
    playwright.expect(operators).to_have_text(words)


def test_a_server_that_is_away_for_a_moment_breaks_nothing(
    browser: Any, sagemock_server: Any, something: None
) -> None:
    context = browser.new_context(base_url=sagemock_server.url)
    page = context.new_page()
    errors: list[Any] = []
    page.on("pageerror", lambda error: errors.append(error))
    page.goto("/sagemock/search")
    page.route("**/suggestions.json?*", lambda route: route.abort())
    with page.expect_event("requestfailed"):
        page.get_by_label("Property 1").fill("Tags")
    page.unroute("**/suggestions.json?*")
    page.get_by_label("Property 1").fill("Tags.Pro")
    playwright.expect(page.locator("#properties option[value='Tags.Project']")).to_be_attached()
    context.close()
    assert errors == []
