"""A headless Chromium, and what it looks at; without one these tests are skipped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sagemock.formats.recordio import encode
from sagemock.moto_adapter.backend import world_of

CHROMIUM = next(
    (path for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(path).exists()),
    None,
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 20_000
"""Milliseconds to wait for a job; a busy machine is no defect."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("there is no /usr/bin/chromium")
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
        # A form that is refused is answered with 400, which the browser says.
        page.on(
            "console",
            lambda message: "status of 400" in message.text or complaints.append(message.text),
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: foreign.append(request.url))
        return page

    yield make
    for context in contexts:
        context.close()
    assert complaints == []
    assert [url for url in foreign if not url.startswith(sagemock_server.url)] == []


@pytest.fixture(params=[True, False], ids=["javascript", "without"])
def page(request: pytest.FixtureRequest, open_page: Callable[..., Any]) -> Any:
    """A page in a browser with JavaScript, and in one without."""
    return open_page(java_script_enabled=request.param)


@pytest.fixture
def data(sagemock_server: Any, digits: Any) -> None:
    s3 = sagemock_server.client("s3")
    s3.create_bucket(Bucket="digits")
    s3.put_object(Bucket="digits", Key="train/digits.pbr", Body=encode(digits.images, digits.zero))


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
    running = {"TrainingJobStatus": "InProgress", "SecondaryStatus": "Training"}
    world.training_jobs.insert(job_document("runs", **running))
    failed = {"TrainingJobStatus": "Failed", "FailureReason": "ClientError: " + "no data " * 40}
    world.training_jobs.insert(job_document("failed", **failed))
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


@pytest.fixture
def at_rest(something: None) -> None:
    """The same where no job runs: a page that does not follow one stays while it is measured."""
    ended = {"TrainingJobStatus": "Completed", "SecondaryStatus": "Completed"}
    world_of("123456789012", "us-east-1").training_jobs.update("runs", ended)


@pytest.fixture
def wait_for(sagemock_server: Any) -> Callable[[str], None]:
    """Waits until a training job has ended."""
    sagemaker = sagemock_server.client("sagemaker")

    def wait(job: str) -> None:
        waiter = sagemaker.get_waiter("training_job_completed_or_stopped")
        waiter.wait(TrainingJobName=job, WaiterConfig={"Delay": 0.05, "MaxAttempts": 400})

    return wait


@pytest.fixture
def deployed(
    sagemock_server: Any,
    data: None,
    create_job: Callable[..., None],
    deploy: Callable[..., None],
    wait_for: Callable[[str], None],
) -> Callable[..., str]:
    """Trains and deploys a job that recognises zeros; returns the path of the endpoint."""
    sagemaker = sagemock_server.client("sagemaker")

    def train_and_deploy(name: str, **settings: str) -> str:
        create_job(sagemaker, name, 100, **settings)
        wait_for(name)
        deploy(sagemaker, name)
        return "/sagemock/endpoints/digits-endpoint"

    return train_and_deploy
