"""The page of an endpoint in a browser: what was asked is asked again; everybody can use it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from moto.moto_api import state_manager

from sagemock import control

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")

ENDPOINT = "/sagemock/endpoints/endpoint"


def test_what_was_asked_is_asked_again(page: Any, sagemock_server: Any, something: None) -> None:
    control.answer_invocations(lambda body, *_: {"length": len(body)})
    runtime = sagemock_server.client("sagemaker-runtime")
    runtime.invoke_endpoint(EndpointName="endpoint", Body=b"four", ContentType="application/json")
    page.goto(ENDPOINT)
    page.get_by_role("link", name="four").click()
    body = page.get_by_label("Request body")
    playwright.expect(body).to_have_value("four")
    playwright.expect(page.get_by_label("Content type")).to_have_value("application/json")
    body.fill("sixsix")
    page.get_by_role("button", name="Invoke").click()
    playwright.expect(page.locator(".answer")).to_contain_text('{"length": 6}')
    page.get_by_role("button", name="Ask again what invocation 1 asked").click()
    playwright.expect(page.locator(".answer")).to_contain_text('{"length": 4}')
    playwright.expect(page.locator("#asked tbody tr")).to_have_count(3)


@pytest.fixture
def slow_endpoints() -> Iterator[None]:
    """Lets endpoints be created when they are described for the second time."""
    kind = "sagemaker::endpoint"
    state_manager.set_transition(kind, {"progression": "manual", "times": 1})
    yield
    state_manager.unset_transition(kind)


def test_the_form_appears_once_the_endpoint_serves(
    open_page: Callable[..., Any],
    sagemock_server: Any,
    deployed: Callable[..., str],
    slow_endpoints: None,
) -> None:
    path = deployed("job")
    page = open_page()
    page.goto(path)
    playwright.expect(page.locator("#try")).to_contain_text("nothing answers")
    playwright.expect(page.get_by_label("Request body")).to_have_count(0)
    sagemock_server.client("sagemaker").describe_endpoint(EndpointName="digits-endpoint")
    page.locator("canvas").click()
    playwright.expect(page.get_by_label("Request body")).to_have_value(re.compile(r"^0,0,.*[1-9]"))


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.full)])
def test_an_endpoint_that_was_asked_is_accessible(
    browser: Any, sagemock_server: Any, something: None, scheme: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    control.answer_invocations(lambda *_: {"predictions": [{"score": 0.5}]}, times=1)
    control.fail_invocation(500, "no memory")
    context = browser.new_context(base_url=sagemock_server.url, color_scheme=scheme)
    page = context.new_page()
    page.goto(ENDPOINT)
    reports = []
    for _ in range(2):
        page.get_by_label("Request body").fill("1,2")
        page.get_by_role("button", name="Invoke").click()
        page.locator("#asked").wait_for()
        reports.append(axe.run(page))
    context.close()
    assert not [each.generate_report() for each in reports if each.violations_count]
