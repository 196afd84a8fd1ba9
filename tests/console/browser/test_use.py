"""What a person does on the pages."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from sagemock.moto_adapter.backend import world_of

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")


def now() -> int:
    """Milliseconds; CloudWatch Logs takes no events of long ago."""
    return int(time.time() * 1000)


def test_a_job_is_followed_live(
    open_page: Callable[..., Any], sagemock_server: Any, job_document: Callable[..., Any]
) -> None:
    world = world_of("123456789012", "us-east-1")
    running = {"TrainingJobStatus": "InProgress", "SecondaryStatus": "Training"}
    world.training_jobs.insert(job_document("job", **running))
    page = open_page()
    page.goto("/sagemock/training-jobs/job")
    status = page.locator("#head .status")
    playwright.expect(status).to_have_text("InProgress")
    page.evaluate("window.stays = true")
    world.services.logs.put("/aws/sagemaker/TrainingJobs", "job/algo-1-1", [(now(), "a new line")])
    playwright.expect(page.locator("#log")).to_contain_text("a new line")
    world.training_jobs.replace(job_document("job"))
    playwright.expect(status).to_have_text("Completed")
    assert page.evaluate("window.stays"), "the page was not loaded again"


def test_a_list_of_running_jobs_is_followed_live(
    open_page: Callable[..., Any], something: None, job_document: Callable[..., Any]
) -> None:
    page = open_page()
    page.goto("/sagemock/search")
    row = page.locator(".results-table tbody tr").filter(has=page.get_by_role("link", name="runs"))
    playwright.expect(row).to_contain_text("InProgress")
    page.get_by_label("Tick job-1", exact=True).check()
    page.get_by_label("Tick job-2", exact=True).check()
    world = world_of("123456789012", "us-east-1")
    world.training_jobs.replace(job_document("runs"))
    playwright.expect(row).to_contain_text("Completed")
    playwright.expect(page.get_by_label("Tick job-1", exact=True)).to_be_checked()
    playwright.expect(page.get_by_label("Tick job-2", exact=True)).to_be_focused()
    playwright.expect(page.locator("[data-ticked]")).to_have_text("2 ticked")


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "without"])
def test_a_running_job_is_stopped(
    open_page: Callable[..., Any],
    sagemock_server: Any,
    data: None,
    create_job: Callable[..., None],
    javascript: bool,
) -> None:
    sagemaker = sagemock_server.client("sagemaker")
    create_job(sagemaker, "slow", 100, epochs="1000000", early_stopping_patience="1000000")
    page = open_page(java_script_enabled=javascript)
    page.goto("/sagemock/training-jobs/slow")
    if javascript:
        # Its curves and its log grow while one looks.
        playwright.expect(page.locator("#curves .curve").first).to_be_visible()
        before = page.locator("#log-lines p").first.inner_text()
        playwright.expect(page.locator("#log-lines p").first).not_to_have_text(before)
    page.get_by_role("button", name="Stop").click()
    playwright.expect(page.locator("#head .status")).to_have_text("Stopped")
    job = sagemaker.describe_training_job(TrainingJobName="slow")
    assert job["TrainingJobStatus"] == "Stopped"
    playwright.expect(page.get_by_role("button", name="Stop")).to_have_count(0)


def test_tags_come_and_go(page: Any, sagemock_server: Any, something: None) -> None:
    page.goto("/sagemock/models/model")
    page.get_by_label("Key").fill("所有者")
    page.get_by_label("Value").fill("مريم")
    page.get_by_role("button", name="Add tag").click()
    chip = page.locator(".tags li")
    playwright.expect(chip).to_contain_text("所有者 مريم")
    sagemaker = sagemock_server.client("sagemaker")
    arn = sagemaker.describe_model(ModelName="model")["ModelArn"]
    assert sagemaker.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "所有者", "Value": "مريم"}]
    assert page.url.endswith("#tags"), "the page is shown where the tag is"
    page.get_by_label("Key").fill("Mood")
    page.get_by_label("Value").fill("🧪")
    page.get_by_role("button", name="Add tag").click()
    playwright.expect(page.get_by_role("alert")).to_contain_text("regular expression pattern")
    playwright.expect(page.get_by_label("Value")).to_have_value("🧪")
    page.get_by_label("Value").fill("good")
    page.get_by_role("button", name="Add tag").click()
    playwright.expect(chip).to_have_count(2)
    for key in ("所有者", "Mood"):
        page.get_by_role("button", name=f"Remove the tag {key}").click()
    playwright.expect(chip).to_have_count(0)
    assert sagemaker.list_tags(ResourceArn=arn)["Tags"] == []


def test_a_tag_leads_to_what_has_it(open_page: Callable[..., Any], something: None) -> None:
    world = world_of("123456789012", "us-east-1")
    tags = [{"Key": "所有者", "Value": "a b&c=d/é"}]
    world.training_jobs.update("job-1", {"Tags": tags})
    page = open_page()
    page.goto("/sagemock/training-jobs/job-1")
    page.locator(".tags a").click()
    playwright.expect(page.get_by_role("status")).to_contain_text("1 found")
    playwright.expect(page.locator(".results-table tbody th")).to_have_text("job-1")
    page.reload()
    playwright.expect(page.locator(".results-table tbody th")).to_have_text("job-1")


def test_the_form_keeps_what_was_given(open_page: Callable[..., Any], something: None) -> None:
    page = open_page()
    page.goto("/sagemock/training-jobs/new?clone=job-0")
    page.get_by_label("Execution role").fill("nobody")
    page.locator("[name=tag_key]").nth(1).fill("Stage")
    page.locator("[name=tag_value]").nth(1).fill("prod")
    page.get_by_role("button", name="Create training job").click()
    role = page.get_by_label("Execution role")
    playwright.expect(role).to_have_value("nobody")
    playwright.expect(role).to_have_attribute("aria-describedby", "role-problem")
    playwright.expect(page.locator("#role-problem")).to_contain_text("regular expression pattern")
    playwright.expect(page.locator("[name=tag_value]").nth(1)).to_have_value("prod")
    role.fill("arn:aws:iam::123456789012:role/SageMaker")
    page.get_by_role("button", name="Create training job").click()
    playwright.expect(page.get_by_role("heading", level=1)).to_have_text("job-0-copy")


def test_what_is_copied_runs_and_answers_the_same(
    browser: Any, sagemock_server: Any, something: None, capsys: pytest.CaptureFixture[str]
) -> None:
    context = browser.new_context(
        base_url=sagemock_server.url, permissions=["clipboard-read", "clipboard-write"]
    )
    page = context.new_page()

    def copied(summary: str) -> str:
        drawer = page.locator("details.drawer")
        drawer.get_by_text(summary).click()
        drawer.get_by_role("button", name="Copy").click()
        playwright.expect(drawer.get_by_role("button", name="Copied")).to_be_visible()
        return str(page.evaluate("navigator.clipboard.readText()"))

    page.goto(
        "/sagemock/search?property=Tags.Project&operator=Equals&value=Project+1"
        "&sort=Metrics.train:accuracy"
    )
    shown = page.locator(".results-table tbody th").all_inner_texts()
    exec(copied("The same search in boto3"), {})
    assert capsys.readouterr().out.split() == shown == ["job-7", "job-4", "job-1"]

    page.goto("/sagemock/training-jobs/job-3")
    exec(copied("The same job in boto3"), {})
    sagemaker = sagemock_server.client("sagemaker")
    copy = sagemaker.describe_training_job(TrainingJobName="job-3-copy")
    assert copy["HyperParameters"] == {"mini_batch_size": "300", "epochs": "15"}
    context.close()


def test_back_and_reload_keep_the_search(open_page: Callable[..., Any], something: None) -> None:
    page = open_page()
    page.goto("/sagemock/search")
    found = page.get_by_role("status")
    page.get_by_role("link", name="Failed 1").click()
    playwright.expect(found).to_contain_text("1 found")
    page.reload()
    playwright.expect(found).to_contain_text("1 found")
    page.locator(".results-table tbody th a").click()
    page.go_back()
    playwright.expect(found).to_contain_text("1 found")
    page.go_back()
    playwright.expect(found).to_contain_text("10 found")
    page.locator(".chips .remove, .facets .on").first.wait_for(state="detached")


def test_ticks_survive_the_way_back(open_page: Callable[..., Any], something: None) -> None:
    page = open_page()
    page.goto("/sagemock/search")
    button = page.get_by_role("button", name="Compare")
    playwright.expect(button).to_be_disabled()
    for name in ("job-1", "job-2"):
        page.get_by_label(f"Tick {name}", exact=True).check()
    playwright.expect(page.locator("[data-ticked]")).to_have_text("2 ticked")
    button.click()
    playwright.expect(page.get_by_role("heading", level=1)).to_contain_text("2 jobs")
    page.go_back()
    playwright.expect(page.locator("[data-ticked]")).to_have_text("2 ticked")


@pytest.mark.parametrize(
    ("content_type", "body", "answer"),
    [
        ("text/csv", "{row}", "predicted_label"),
        ("text/csv", "{row}\n{row}", "predicted_label"),
        ("application/json", '{{"instances": [{{"features": [{row}]}}]}}', "predicted_label"),
        ("application/jsonlines", '{{"features": [{row}]}}', "predicted_label"),
        ("text/csv", "1,2,3", "Received client error (400)"),
        ("application/json", "{row}", "Received client error (400)"),
        ("application/json", "<b>garbage</b>", "Received client error (400)"),
    ],
)
def test_an_endpoint_is_tried(
    served: Any, zero: str, content_type: str, body: str, answer: str
) -> None:
    given = body.format(row=zero) if "{row}" in body else body
    served.get_by_label("Content type").select_option(content_type)
    served.get_by_label("Request body").fill(given)
    served.get_by_role("button", name="Invoke").click()
    shown = served.locator("#try .answer, #try .alert")
    playwright.expect(shown).to_contain_text(answer)
    playwright.expect(served.get_by_label("Request body")).to_have_value(given)
    playwright.expect(served.get_by_label("Content type")).to_have_value(content_type)


@pytest.fixture
def served(open_page: Callable[..., Any], deployed: Callable[..., str]) -> Any:
    """The page of an endpoint that recognises zeros."""
    path = deployed("zeros", epochs="1", num_models="1")
    page = open_page()
    page.goto(path)
    return page


def test_delete_what_was_deployed(page: Any, sagemock_server: Any, something: None) -> None:
    page.goto("/sagemock/endpoints/endpoint")
    page.get_by_role("link", name="Delete").click()
    page.get_by_role("link", name="Cancel").click()
    page.get_by_role("link", name="Delete").click()
    page.get_by_label("Delete its configuration config as well").check()
    page.get_by_role("button", name="Delete").click()
    playwright.expect(page.get_by_role("heading", level=1)).to_have_text("Endpoints")
    playwright.expect(page.get_by_role("status")).to_have_text("0 found")
    sagemaker = sagemock_server.client("sagemaker")
    assert sagemaker.list_endpoint_configs()["EndpointConfigs"] == []
    page.goto("/sagemock/models/model/delete")
    page.get_by_role("button", name="Delete").click()
    playwright.expect(page.get_by_role("heading", level=1)).to_have_text("Models")
    assert sagemaker.list_models()["Models"] == []
