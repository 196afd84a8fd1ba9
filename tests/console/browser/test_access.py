"""Everybody can use every page: what axe says, narrow windows, the keyboard, the weight."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")

PAGES = (
    "/sagemock/",
    "/sagemock/search?property=Tags.Project&operator=Exists&value=",
    "/sagemock/search?view=scatter",
    "/sagemock/search?view=parallel",
    "/sagemock/search?view=best",
    "/sagemock/search?view=importance",
    "/sagemock/search?view=contour",
    "/sagemock/search?view=curves",
    "/sagemock/search?property=Nothing&operator=Equals&value=x",
    "/sagemock/training-jobs/job-0",
    "/sagemock/training-jobs/runs",
    "/sagemock/training-jobs/failed",
    "/sagemock/training-jobs/failed/delete",
    "/sagemock/training-jobs/new?clone=job-0",
    "/sagemock/training-jobs/job-0?find=line&level=warning&wrap=off",
    "/sagemock/sweep?job=job-0&job=job-1&job=failed&job=gone",
    "/sagemock/compare?job=job-0&job=job-1&job=failed&job=missing",
    "/sagemock/compare?job=job-1&job=job-2&baseline=job-1&add=job",
    "/sagemock/compare?job=job-1&add=none",
    "/sagemock/compare",
    "/sagemock/charts?job=job-0&metric=train:loss",
    "/sagemock/search?property=Tags.Project&operator=Exists&tick=job-0&column=Tags.Project",
    "/sagemock/search/delete?resource=TrainingJob&all=1",
    "/sagemock/search/tag?resource=TrainingJob&tick=job-0",
    "/sagemock/search/views",
    "/sagemock/lineage",
    "/sagemock/faults",
    "/sagemock/lineage?contains=e&show=endpoint&show=model&show=data+set&show=training+job",
    "/sagemock/models",
    "/sagemock/models/model",
    "/sagemock/models/new",
    "/sagemock/endpoint-configs/config",
    "/sagemock/endpoints",
    "/sagemock/endpoints/endpoint",
    "/sagemock/endpoints/endpoint/delete",
    "/sagemock/documents/Model/model",
    "/sagemock/search?region=eu-west-1",
    "/sagemock/?region=eu-west-1",
    "/sagemock/endpoints/new",
    "/sagemock/nothing",
    "/sagemock/find?q=job",
)

KINDS = (
    "/sagemock/",
    "/sagemock/search?property=Tags.Project&operator=Exists&value=",
    "/sagemock/search?view=scatter",
    "/sagemock/search?view=importance",
    "/sagemock/training-jobs/job-0",
    "/sagemock/training-jobs/failed",
    "/sagemock/training-jobs/failed/delete",
    "/sagemock/training-jobs/new?clone=job-0",
    "/sagemock/compare?job=job-0&job=job-1&job=failed&job=missing",
    "/sagemock/lineage",
    "/sagemock/models",
    "/sagemock/endpoints/endpoint",
    "/sagemock/nothing",
)
"""A page of each kind."""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("scheme", "pages"),
    [
        pytest.param("light", KINDS, id="light-kinds"),
        pytest.param("light", PAGES, marks=pytest.mark.full, id="light-all"),
        pytest.param("dark", PAGES, marks=pytest.mark.full, id="dark-all"),
    ],
)
def test_every_page_is_accessible(
    browser: Any, sagemock_server: Any, something: None, scheme: str, pages: tuple[str, ...]
) -> None:
    """By axe, with everything on the page folded out."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    context = browser.new_context(base_url=sagemock_server.url, color_scheme=scheme)
    page = context.new_page()
    found = {}
    for path in pages:
        page.goto(path)
        for details in page.locator("details").all():
            details.evaluate("each => each.open = true")
        results = axe.run(page)
        if results.violations_count:
            found[path] = results.generate_report()
    context.close()
    assert not found, "\n".join(found.values())


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.full)])
def test_a_form_with_errors_is_accessible(
    browser: Any, sagemock_server: Any, something: None, scheme: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    context = browser.new_context(base_url=sagemock_server.url, color_scheme=scheme)
    page = context.new_page()
    page.goto("/sagemock/training-jobs/new?clone=job-0")
    page.get_by_label("Execution role").fill("nobody")
    page.get_by_label("Volume").fill("ten")
    page.get_by_role("button", name="Create training job").click()
    volume = page.get_by_label("Volume")
    playwright.expect(volume).to_have_attribute("aria-invalid", "true")
    playwright.expect(volume).to_have_accessible_description("Volume size must be a whole number.")
    results = axe.run(page)
    context.close()
    assert not results.violations_count, results.generate_report()


def test_the_leaderboard_fits_a_window_of_1280_pixels(
    open_page: Callable[..., Any], something: None
) -> None:
    page = open_page(viewport={"width": 1280, "height": 800})
    for path in ("/sagemock/search", "/sagemock/search?property=Tags.Project&operator=Exists"):
        page.goto(path)
        table = page.locator(".scroll").first
        assert table.evaluate("each => each.scrollWidth <= each.clientWidth"), path


@pytest.mark.full
@pytest.mark.parametrize("width", [320, 390, 640, 1280])
def test_no_page_is_wider_than_the_window(
    browser: Any, sagemock_server: Any, something: None, width: int
) -> None:
    """640 is what is left of 1280 pixels when everything is shown at twice its size."""
    viewport = {"width": width, "height": 800}
    context = browser.new_context(base_url=sagemock_server.url, viewport=viewport)
    page = context.new_page()
    wider = {}
    for path in PAGES:
        page.goto(path)
        found = page.evaluate("document.documentElement.scrollWidth")
        if found > width:
            wider[path] = found
    context.close()
    assert wider == {}


@pytest.mark.parametrize("path", PAGES[1:4])
def test_no_page_loads_more_than_60_kb(
    open_page: Callable[..., Any], something: None, path: str
) -> None:
    page = open_page()
    loaded: list[Any] = []
    page.on("requestfinished", lambda request: loaded.append(request))
    page.goto(path)
    assert len(loaded) >= 3
    assert sum(request.sizes()["responseBodySize"] for request in loaded) < 150_000


def test_the_keyboard_reaches_the_search(open_page: Callable[..., Any], something: None) -> None:
    page = open_page()
    page.goto("/sagemock/search")
    page.keyboard.press("/")
    playwright.expect(page.get_by_label("Find a resource by its name")).to_be_focused()
    page.get_by_role("button", name="Add filter").click()
    playwright.expect(page.locator(".filter")).to_have_count(2)
    page.reload()
    page.keyboard.press("Tab")
    playwright.expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
