"""Every form in a browser, with JavaScript and without: done, refused, and done after all."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from sagemock import control

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")


def heading(page: Any, text: str) -> None:
    playwright.expect(page.get_by_role("heading", level=1)).to_have_text(text)


def test_enter_creates_the_job(page: Any, something: None) -> None:
    page.goto("/sagemock/training-jobs/new?clone=job-0")
    page.get_by_label("Job name").press("Enter")
    heading(page, "job-0-copy")


def test_more_rows_of_the_job_form(page: Any, sagemock_server: Any, something: None) -> None:
    page.goto("/sagemock/training-jobs/new?clone=job-0")
    page.get_by_label("Job name").fill("rows")
    rows = page.locator("[name=tag_key]")
    before = rows.count()
    page.get_by_role("button", name="More rows").last.click()
    playwright.expect(rows).not_to_have_count(before)
    playwright.expect(page.get_by_label("Job name")).to_have_value("rows")
    for place in range(before + 1):
        page.get_by_label(f"Key of tag {place + 1}", exact=True).fill(f"key-{place}")
        page.locator("[name=tag_value]").nth(place).fill(f"value-{place}")
    page.get_by_role("button", name="Create training job").last.click()
    heading(page, "rows")
    sagemaker = sagemock_server.client("sagemaker")
    arn = sagemaker.describe_training_job(TrainingJobName="rows")["TrainingJobArn"]
    tags = sagemaker.list_tags(ResourceArn=arn)["Tags"]
    assert tags == [
        {"Key": f"key-{place}", "Value": f"value-{place}"} for place in range(before + 1)
    ]


# Refused, and done after all


def refused(page: Any, operation: str) -> None:
    """The page says so in AWS's words, and everything on it leads on from there."""
    alert = page.get_by_role("alert")
    playwright.expect(alert).to_contain_text(f"not authorized to perform: sagemaker:{operation}")
    document = page.locator("footer").get_by_role("link", name="JSON").get_attribute("href")
    assert page.request.get(document).status == 200
    place = page.locator("details.place form")
    assert page.request.get(place.get_attribute("action")).status == 200


@pytest.fixture
def deny() -> Callable[[str], int]:
    """Denies each call of an operation, until `control.clear()`."""
    return partial(control.deny, times=None)


def test_a_job_is_created_after_all(page: Any, something: None, data: None, deny: Any) -> None:
    deny("CreateTrainingJob")
    page.goto("/sagemock/training-jobs/new?clone=job-0")
    fields = page.locator(".form input:not([type=hidden])")
    page.get_by_label("Volume").fill("7")
    page.locator("[name=channel_name]").first.fill("train")
    page.locator("[name=channel_uri]").first.fill("s3://digits/train/")
    before = [each.input_value() for each in fields.all()]
    page.get_by_role("button", name="Create training job").last.click()
    refused(page, "CreateTrainingJob")
    assert [each.input_value() for each in fields.all() if each.input_value()] == [
        value for value in before if value
    ]
    control.clear()
    page.get_by_role("button", name="Create training job").last.click()
    heading(page, "job-0-copy")


def test_a_model_is_created_after_all(page: Any, something: None, deny: Any) -> None:
    deny("CreateModel")
    page.goto("/sagemock/models/new?job=job-0")
    page.get_by_label("Model name").fill("by-hand")
    page.get_by_label("Model data").fill("")
    page.get_by_role("button", name="Create model").click()
    refused(page, "CreateModel")
    playwright.expect(page.get_by_label("Model data")).to_have_value("")
    control.clear()
    page.get_by_role("button", name="Create model").click()
    heading(page, "by-hand")


def test_a_model_is_deployed_after_all(
    page: Any, sagemock_server: Any, something: None, deny: Any
) -> None:
    deny("CreateEndpoint")
    page.goto("/sagemock/endpoints/new?model=model")
    page.get_by_label("Endpoint name").fill("second")
    page.get_by_role("button", name="Deploy").click()
    refused(page, "CreateEndpoint")
    sagemaker = sagemock_server.client("sagemaker")
    assert len(sagemaker.list_endpoint_configs()["EndpointConfigs"]) == 1
    deny("DeleteEndpointConfig")
    page.get_by_role("button", name="Deploy").click()
    refused(page, "CreateEndpoint")
    alert = page.get_by_role("alert")
    playwright.expect(alert).to_contain_text("configuration second was created")
    control.clear()
    page.get_by_label("Endpoint name").fill("third")
    page.get_by_role("button", name="Deploy").click()
    heading(page, "third")


def test_tags_are_changed_after_all(page: Any, something: None, deny: Any) -> None:
    page.goto("/sagemock/models/model")
    deny("*Tags")
    page.get_by_label("Key").fill("Team")
    page.get_by_label("Value").fill("red")
    page.get_by_role("button", name="Add tag").click()
    refused(page, "AddTags")
    playwright.expect(page.get_by_label("Key")).to_have_value("Team")
    playwright.expect(page.get_by_label("Value")).to_have_value("red")
    control.clear()
    page.get_by_role("button", name="Add tag").click()
    heading(page, "model")
    playwright.expect(page.locator(".tags li")).to_contain_text("Team red")
    deny("*Tags")
    page.get_by_role("button", name="Remove the tag Team").click()
    refused(page, "DeleteTags")
    page.get_by_role("link", name="Back").click()
    control.clear()
    page.get_by_role("button", name="Remove the tag Team").click()
    heading(page, "model")
    playwright.expect(page.locator(".tags li")).to_have_count(0)


def test_a_job_is_stopped_after_all(
    page: Any, sagemock_server: Any, data: None, create_job: Callable[..., None], deny: Any
) -> None:
    control.hold_training_job()
    create_job(sagemock_server.client("sagemaker"), "waits", 100)
    deny("StopTrainingJob")
    page.goto("/sagemock/training-jobs/waits")
    page.get_by_role("button", name="Stop").click()
    refused(page, "StopTrainingJob")
    heading(page, "waits")
    page.get_by_label("Key").fill("Team")
    page.get_by_role("button", name="Add tag").click()
    playwright.expect(page.locator(".tags li").filter(has_text="Team")).to_be_visible()
    control.remove(max(control.rules()))
    page.get_by_role("button", name="Stop").click()
    playwright.expect(page.locator("#head .status")).to_have_text("Stopped")


@pytest.mark.parametrize(
    ("path", "operation", "after"),
    [
        ("training-jobs/job-1", "DeleteTrainingJob", "Search"),
        ("models/model", "DeleteModel", "Models"),
        ("endpoint-configs/config", "DeleteEndpointConfig", "Endpoint configurations"),
        ("endpoints/endpoint", "DeleteEndpoint", "Endpoints"),
    ],
)
def test_something_is_deleted_after_all(
    page: Any, something: None, deny: Any, path: str, operation: str, after: str
) -> None:
    deny(operation)
    page.goto(f"/sagemock/{path}")
    page.get_by_role("link", name="Delete").click()
    page.get_by_role("button", name="Delete").click()
    refused(page, operation)
    control.clear()
    page.get_by_role("button", name="Delete").click()
    heading(page, after)
    assert page.request.get(f"/sagemock/{path}").status == 404


def test_a_configuration_is_deleted_after_its_endpoint(
    page: Any, sagemock_server: Any, something: None, deny: Any
) -> None:
    deny("DeleteEndpointConfig")
    page.goto("/sagemock/endpoints/endpoint/delete")
    page.get_by_label("Delete its configuration config as well").check()
    page.get_by_role("button", name="Delete").click()
    refused(page, "DeleteEndpointConfig")
    playwright.expect(page.get_by_role("alert")).to_contain_text("The endpoint endpoint is deleted")
    sagemaker = sagemock_server.client("sagemaker")
    assert sagemaker.list_endpoints()["Endpoints"] == []
    control.clear()
    page.get_by_role("button", name="Delete").click()
    heading(page, "Endpoint configurations")
    assert sagemaker.list_endpoint_configs()["EndpointConfigs"] == []


def test_an_endpoint_is_asked_after_all(page: Any, something: None, deny: Any) -> None:
    deny("InvokeEndpoint")
    control.answer_invocations(lambda body, *_: {"length": len(body)})
    page.goto("/sagemock/endpoints/endpoint")
    page.get_by_label("Request body").fill("four")
    page.get_by_label("Content type").select_option("application/json")
    page.get_by_role("button", name="Invoke").click()
    refused(page, "InvokeEndpoint")
    playwright.expect(page.get_by_label("Request body")).to_have_value("four")
    playwright.expect(page.get_by_label("Content type")).to_have_value("application/json")
    control.remove(min(control.rules()))
    page.get_by_role("button", name="Invoke").click()
    playwright.expect(page.locator(".answer")).to_contain_text('{"length": 4}')
