"""Pages that follow what is on its way: no part of them goes stale."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sagemock.accounts.world import World
from sagemock.moto_adapter.backend import world_of

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")

REASON = "ClientError: no data"


@pytest.fixture
def world(something: None) -> World:
    """It has the job `runs`, and an endpoint that is being created."""
    world = world_of("123456789012", "us-east-1")
    world.endpoints.update("endpoint", {"EndpointStatus": "Creating"})
    return world


@pytest.fixture
def follow(open_page: Callable[..., Any]) -> Any:
    """Opens a page, and makes sure at the end that it was not loaded again."""
    pages = []

    def go(path: str) -> Any:
        page = open_page()
        page.goto(f"/sagemock{path}")
        page.evaluate("window.stays = true")
        pages.append(page)
        return page

    yield go
    assert all(page.evaluate("window.stays") for page in pages)


def test_why_a_job_has_failed(
    world: World, follow: Callable[[str], Any], job_document: Callable[..., dict[str, Any]]
) -> None:
    page = follow("/training-jobs/runs")
    playwright.expect(page.locator("#head .status")).to_have_text("InProgress")
    failed = {"TrainingJobStatus": "Failed", "FailureReason": REASON}
    world.training_jobs.replace(job_document("runs", **failed))
    playwright.expect(page.locator("#head .status")).to_have_text("Failed")
    playwright.expect(page.get_by_role("alert")).to_contain_text(REASON)


def test_a_row_that_matches_no_more(
    world: World, follow: Callable[[str], Any], job_document: Callable[..., dict[str, Any]]
) -> None:
    asked = "property=TrainingJobStatus&operator=Equals&value=InProgress"
    page = follow(f"/search?resource=TrainingJob&{asked}")
    playwright.expect(page.locator(".results-table tbody tr")).to_have_count(1)
    world.training_jobs.replace(job_document("runs"))
    playwright.expect(page.locator("#found")).to_contain_text("0 found")
    playwright.expect(page.locator(".results-table tbody tr")).to_have_count(0)
    playwright.expect(page.locator("#results")).to_contain_text("No matches")


def test_how_many_there_are_of_each_status(
    world: World, follow: Callable[[str], Any], job_document: Callable[..., dict[str, Any]]
) -> None:
    page = follow("/search")
    facets = page.locator(".facets section").first
    playwright.expect(facets).to_contain_text("InProgress")
    world.training_jobs.replace(job_document("runs"))
    playwright.expect(facets).not_to_contain_text("InProgress")
    playwright.expect(facets).to_contain_text("Completed9")


def test_the_dots_of_a_chart(
    world: World,
    follow: Callable[[str], Any],
    job_document: Callable[..., dict[str, Any]],
    metric_data: Callable[..., list[dict[str, Any]]],
) -> None:
    axes = "x=HyperParameters.mini_batch_size&y=Metrics.train:accuracy"
    page = follow(f"/search?view=scatter&{axes}")
    playwright.expect(page.locator(".dot")).to_have_count(8)
    page.get_by_label("X axis").focus()
    ended = job_document(
        "runs",
        HyperParameters={"mini_batch_size": "50"},
        FinalMetricDataList=metric_data(train__accuracy=0.3),
    )
    world.training_jobs.replace(ended)
    playwright.expect(page.locator(".dot")).to_have_count(9)
    playwright.expect(page.get_by_label("X axis")).to_be_focused()


@pytest.mark.parametrize(
    "path",
    [
        "/endpoints/endpoint",
        "/endpoints",
        "/endpoint-configs/config",
        "/models/model",
        "/",
        "/documents/Endpoint/endpoint",
    ],
)
def test_an_endpoint_that_comes_into_service(
    world: World, follow: Callable[[str], Any], path: str
) -> None:
    page = follow(path)
    statuses = page.locator(".status")
    playwright.expect(statuses.filter(has_text="Creating").first).to_be_visible()
    world.endpoints.update("endpoint", {"EndpointStatus": "InService"})
    # The job that runs keeps the first page following.
    playwright.expect(statuses.filter(has_text="InService").first).to_be_visible()
    playwright.expect(statuses.filter(has_text="Creating")).to_have_count(0)


def test_an_endpoint_that_fails(world: World, follow: Callable[[str], Any]) -> None:
    page = follow("/endpoints/endpoint")
    body = page.get_by_label("Request body")
    playwright.expect(body).to_have_count(0)
    failed = {"EndpointStatus": "Failed", "FailureReason": REASON}
    world.endpoints.update("endpoint", failed)
    playwright.expect(page.locator("#head .status")).to_have_text("Failed")
    playwright.expect(page.get_by_role("alert")).to_contain_text(REASON)
    playwright.expect(body).to_have_count(0)


def test_the_metrics_of_a_job_that_is_compared(
    world: World,
    follow: Callable[[str], Any],
    job_document: Callable[..., dict[str, Any]],
    metric_data: Callable[..., list[dict[str, Any]]],
) -> None:
    page = follow("/compare?job=job-1&job=runs")
    table = page.get_by_role("region", name="What differs")
    playwright.expect(table).to_contain_text("InProgress")
    page.locator("summary", has_text="The same in all").click()
    data = metric_data(train__accuracy=0.75)
    world.training_jobs.replace(job_document("runs", FinalMetricDataList=data))
    playwright.expect(table.get_by_text("0.750")).to_be_visible()
    playwright.expect(table).not_to_contain_text("InProgress")
    # It stays unfolded.
    playwright.expect(page.locator("#same")).to_be_visible()


def test_a_node_of_the_lineage(world: World, follow: Callable[[str], Any]) -> None:
    page = follow("/lineage?kind=endpoint&name=endpoint")
    playwright.expect(page.get_by_role("link", name="endpoint endpoint, Creating")).to_be_visible()
    world.endpoints.update("endpoint", {"EndpointStatus": "InService"})
    in_service = page.get_by_role("link", name="endpoint endpoint, InService")
    playwright.expect(in_service).to_be_visible()


def test_the_newest_jobs(
    world: World, follow: Callable[[str], Any], job_document: Callable[..., dict[str, Any]]
) -> None:
    page = follow("/")
    recent = page.locator("#recent tr").filter(has=page.get_by_role("link", name="runs"))
    playwright.expect(recent).to_contain_text("InProgress")
    world.training_jobs.replace(job_document("runs"))
    playwright.expect(recent).to_contain_text("Completed")


def test_where_a_job_is_deployed(
    world: World, follow: Callable[[str], Any], job_document: Callable[..., dict[str, Any]]
) -> None:
    """Though the job itself has ended."""
    model = world.models.get("model")
    assert model is not None
    location = world.training_jobs.get("job-1")["ModelArtifacts"]["S3ModelArtifacts"]
    container = {**model["PrimaryContainer"], "ModelDataUrl": location}
    world.models.replace({**model, "PrimaryContainer": container})
    page = follow("/training-jobs/job-1")
    playwright.expect(page.locator("#artifact .status")).to_have_text("Creating")
    world.endpoints.update("endpoint", {"EndpointStatus": "InService"})
    playwright.expect(page.locator("#artifact .status")).to_have_text("InService")
