"""The story in a real browser, with JavaScript and without, and what an axe says of the pages."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sagemock.formats.recordio import encode
from sagemock.gateway.backend import world_of

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")

CHROMIUM = next(
    (path for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(path).exists()),
    None,
)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no /usr/bin/chromium")

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ACCURACY = "train:binary_classification_accuracy"
PATIENCE = 20_000
"""Milliseconds to wait for a job; a busy machine is no defect."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, headless=True, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Any, sagemock_server: Any) -> Iterator[Callable[..., Any]]:
    """Makes pages; none may complain, or ask anybody but the server."""
    contexts = []
    complaints: list[str] = []
    foreign: list[str] = []

    def make(**options: Any) -> Any:
        context = browser.new_context(base_url=sagemock_server.url, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: foreign.append(request.url))
        return page

    yield make
    for context in contexts:
        context.close()
    assert complaints == []
    assert [url for url in foreign if not url.startswith(sagemock_server.url)] == []


@pytest.fixture
def data(sagemock_server: Any, digits: Any) -> None:
    s3 = sagemock_server.client("s3")
    s3.create_bucket(Bucket="digits")
    s3.put_object(Bucket="digits", Key="train/digits.pbr", Body=encode(digits.images, digits.zero))


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "without"])
def test_the_story(
    open_page: Callable[..., Any],
    sagemock_server: Any,
    data: None,
    create_job: Callable[..., None],
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
    playwright.expect(status).to_have_text("Completed", timeout=PATIENCE)
    playwright.expect(page.locator("#curves .curve").first).to_be_visible()
    for size in (200, 300):
        wait_for(sagemaker, f"digits-batch-{size}")

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
    assert page.locator(".board tbody th").all_inner_texts() == leaderboard(sagemaker)
    if javascript:
        assert "property=Tags.Project" in page.url
        assert page.url.count("property=") == 1, "empty rows are not in the address"

    # Compare two of them.
    for place in range(2):
        page.locator("input[name=job]").nth(place).check()
    page.get_by_role("button", name=re.compile("Compare")).click()
    playwright.expect(page.locator(".compare").first).to_contain_text("mini_batch_size")
    page.go_back()

    # Deploy the best, try it, and go from the endpoint to the training job.
    best = leaderboard(sagemaker)[0]
    page.locator(".board tbody th a").first.click()
    playwright.expect(heading).to_have_text(best)
    page.get_by_role("link", name="Create model").click()
    page.get_by_role("button", name="Create model").click()
    page.get_by_role("link", name="Deploy").click()
    page.get_by_label("Endpoint name").fill("digits-endpoint")
    page.get_by_role("button", name="Deploy").click()
    playwright.expect(page.locator(".status").first).to_have_text("InService")
    page.get_by_role("link", name="Take a row of its data").click()
    page.get_by_role("button", name="Invoke").click()
    playwright.expect(page.locator(".answer")).to_contain_text("predicted_label")
    drawn = page.locator("canvas" if javascript else ".picture")
    playwright.expect(drawn).to_be_visible()
    settings = page.get_by_role("region", name="Endpoint configuration settings")
    settings.get_by_role("link", name=best).last.click()
    playwright.expect(heading).to_have_text(best)
    assert "/sagemock/training-jobs/" in page.url


def now() -> int:
    """Milliseconds; CloudWatch Logs takes no events of long ago."""
    return int(time.time() * 1000)


def wait_for(sagemaker: Any, job: str) -> None:
    waiter = sagemaker.get_waiter("training_job_completed_or_stopped")
    waiter.wait(TrainingJobName=job, WaiterConfig={"Delay": 0.05, "MaxAttempts": 400})


def leaderboard(sagemaker: Any) -> list[str]:
    answer = sagemaker.search(
        Resource="TrainingJob",
        SearchExpression={
            "Filters": [{"Name": "Tags.Project", "Value": "Project_Binary_Classifier"}]
        },
        SortBy=f"Metrics.{ACCURACY}",
    )
    return [each["TrainingJob"]["TrainingJobName"] for each in answer["Results"]]


PAGES = (
    "/sagemock/",
    "/sagemock/search?property=Tags.Project&operator=Exists&value=",
    "/sagemock/search?view=scatter",
    "/sagemock/search?view=parallel",
    "/sagemock/search?property=Nothing&operator=Equals&value=x",
    "/sagemock/training-jobs/job-0",
    "/sagemock/training-jobs/new?clone=job-0",
    "/sagemock/compare?job=job-0&job=job-1",
    "/sagemock/lineage",
    "/sagemock/models",
    "/sagemock/models/model",
    "/sagemock/models/new",
    "/sagemock/endpoint-configs/config",
    "/sagemock/endpoints",
    "/sagemock/endpoints/endpoint",
    "/sagemock/endpoints/new",
    "/sagemock/nothing",
)


@pytest.fixture
def something(
    sagemock_server: Any, job_document: Callable[..., Any], metric_data: Callable[..., Any]
) -> None:
    """Something for every page, without the time that training takes."""
    world = world_of("123456789012", "us-east-1")
    for place in range(8):
        world.training_jobs.insert(
            job_document(
                f"job-{place}",
                HyperParameters={"mini_batch_size": str(place % 4 * 100), "epochs": "15"},
                Tags=[{"Key": "Project", "Value": f"Project {place % 3}"}],
                FinalMetricDataList=metric_data(train__accuracy=place / 8, train__loss=place / 80),
            )
        )
    sagemaker = sagemock_server.client("sagemaker")
    role = "arn:aws:iam::123456789012:role/SageMaker"
    sagemaker.create_model(
        ModelName="model", ExecutionRoleArn=role, PrimaryContainer={"Image": "mine:1"}
    )
    variant = {
        "VariantName": "all",
        "ModelName": "model",
        "InstanceType": "ml.m5.large",
        "InitialInstanceCount": 1,
    }
    sagemaker.create_endpoint_config(EndpointConfigName="config", ProductionVariants=[variant])
    sagemaker.create_endpoint(EndpointName="endpoint", EndpointConfigName="config")


@pytest.mark.parametrize(
    ("scheme", "options"), [("light", {}), ("dark", {"runOnly": ["color-contrast"]})]
)
def test_every_page_is_accessible(
    browser: Any, sagemock_server: Any, something: None, scheme: str, options: dict[str, Any]
) -> None:
    """By axe; the dark scheme differs from the light one in its colours alone."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    context = browser.new_context(base_url=sagemock_server.url, color_scheme=scheme)
    page = context.new_page()
    found = {}
    for path in PAGES:
        page.goto(path)
        for details in page.locator("details").all():
            details.evaluate("each => each.open = true")
        results = axe.run(page, options=options)
        if results.violations_count:
            found[path] = results.generate_report()
    context.close()
    assert not found, "\n".join(found.values())


@pytest.mark.parametrize("width", [360, 1360])
def test_no_page_is_wider_than_the_window(
    browser: Any, sagemock_server: Any, something: None, width: int
) -> None:
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
    assert sum(request.sizes()["responseBodySize"] for request in loaded) < 60_000


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


def test_the_keyboard_reaches_the_search(open_page: Callable[..., Any], something: None) -> None:
    page = open_page()
    page.goto("/sagemock/search")
    page.keyboard.press("/")
    playwright.expect(page.get_by_label("Property 1")).to_be_focused()
    page.get_by_role("button", name="Add filter").click()
    playwright.expect(page.locator(".filter")).to_have_count(2)
    page.reload()
    page.keyboard.press("Tab")
    playwright.expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()


def test_a_digit_can_be_drawn(
    open_page: Callable[..., Any],
    sagemock_server: Any,
    data: None,
    create_job: Callable[..., None],
    deploy: Callable[..., None],
) -> None:
    sagemaker = sagemock_server.client("sagemaker")
    create_job(sagemaker, "digits-batch-100", 100)
    wait_for(sagemaker, "digits-batch-100")
    deploy(sagemaker, "digits-batch-100")
    page = open_page()
    page.goto("/sagemock/endpoints/digits-endpoint")
    box = page.locator("canvas").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    radius = box["width"] / 4
    page.mouse.move(x + radius, y)
    page.mouse.down()
    for step in range(1, 25):
        angle = step * math.pi / 12
        page.mouse.move(x + radius * math.cos(angle), y + radius * math.sin(angle))
    page.mouse.up()
    row = [float(each) for each in page.get_by_label("Request body").input_value().split(",")]
    assert len(row) == 784
    assert max(row) == 1
    assert row[14 * 28 + 14] == 0, "a circle is empty in its middle"
    page.get_by_role("button", name="Invoke").click()
    answer = page.locator(".answer tbody td").last
    playwright.expect(answer).to_have_text("1")
