"""A page of another site, open in a developer's browser, neither reads nor changes anything."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from sagemock.config import Config
from sagemock.moto_adapter.patch import moto_patch
from sagemock.server import SageMockServer

from .conftest import CHROMIUM, FLAGS

SITE = "evil.example"
PAGE = b"""<!doctype html><title>Another site</title><body></body>"""
ATTACK = """async url => {
    const attempts = {
        deleteModel: fetch(url + '/', {method: 'POST', body: '{"ModelName": "m"}', headers: {
            'X-Amz-Target': 'SageMaker.DeleteModel',
            'Content-Type': 'application/x-amz-json-1.1'}}),
        createBucket: fetch(url + '/stolen', {method: 'PUT'}),
        blindly: fetch(url + '/kept', {method: 'POST', mode: 'no-cors', body: new FormData(
            Object.assign(document.createElement('form'), {innerHTML:
                '<input name="key" value="stolen"><input name="file" value="x">'}))}),
        reset: fetch(url + '/moto-api/reset', {method: 'POST', mode: 'no-cors'}),
        picture: new Promise((loaded, failed) => Object.assign(new Image(), {
            onload: loaded, onerror: failed, src: url + '/sagemock/static/icon.svg'})),
        read: fetch(url).then(answer => answer.text()),
    };
    const said = {};
    for (const [name, attempt] of Object.entries(attempts))
        said[name] = await attempt.then(
            answer => answer.type || answer.status || String(answer), () => 'refused');
    return said;
}"""


CREATE_MODEL = """url => fetch(url, {
    method: 'POST',
    headers: {
        'X-Amz-Target': 'SageMaker.CreateModel', 'Content-Type': 'application/x-amz-json-1.1'},
    body: JSON.stringify({
        ModelName: 'mine',
        ExecutionRoleArn: 'arn:aws:iam::123456789012:role/SageMaker',
        PrimaryContainer: {Image: '123456789012.dkr.ecr.us-east-1.amazonaws.com/mine:1'}}),
}).then(answer => answer.text())"""


@pytest.fixture(scope="module")
def other_site() -> Iterator[str]:
    """The URL of a page under a name that leads to this machine."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(PAGE)))
            self.end_headers()
            self.wfile.write(PAGE)

        def log_message(self, *_: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://{SITE}:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def page(other_site: str) -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("there is no /usr/bin/chromium")
    flags = [*FLAGS, f"--host-resolver-rules=MAP {SITE} 127.0.0.1"]
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, headless=True, args=flags)
        page = browser.new_page()
        page.goto(other_site)
        yield page
        browser.close()


def prepare(server: SageMockServer) -> Any:
    s3 = boto3.client("s3", "us-east-1", endpoint_url=server.url)
    s3.create_bucket(Bucket="kept")
    s3.put_object(Bucket="kept", Key="secret", Body=b"secret")
    return s3


def test_it_is_refused_whatever_it_asks(page: Any) -> None:
    with SageMockServer() as server:
        s3 = prepare(server)
        answers = page.evaluate(ATTACK, server.url)
        assert {name for name, answer in answers.items() if answer != "refused"} == {
            "blindly",  # opaque answers, which no page can read
            "reset",
        }
        assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == ["kept"]
        keys = [each["Key"] for each in s3.list_objects_v2(Bucket="kept")["Contents"]]
        assert keys == ["secret"]


def test_it_may_when_its_origin_is_allowed(page: Any, other_site: str) -> None:
    with SageMockServer(allowed_origins=[other_site]) as server:
        prepare(server)
        said = page.evaluate("url => fetch(url).then(answer => answer.text())", server.url)
        assert "<Name>kept</Name>" in said
        page.evaluate(CREATE_MODEL, server.url)
        sagemaker = boto3.client("sagemaker", "us-east-1", endpoint_url=server.url)
        assert [model["ModelName"] for model in sagemaker.list_models()["Models"]] == ["mine"]


CREATE_JOB = """async ([url, job]) => {
    const body = JSON.stringify(job);
    const headers = {
        'X-Amz-Target': 'SageMaker.CreateTrainingJob',
        'Content-Type': 'application/x-amz-json-1.1'};
    const attempts = [
        fetch(url, {method: 'POST', headers, body}),
        fetch(url, {method: 'POST', mode: 'no-cors', body}),
        fetch(url + '/?Action=CreateTrainingJob', {method: 'POST', mode: 'no-cors', body}),
        fetch(url + '/kept/sourcedir.tar.gz', {method: 'PUT', body}),
        fetch(url + '/kept', {method: 'POST', mode: 'no-cors', body: new FormData(
            Object.assign(document.createElement('form'), {innerHTML:
                '<input name="key" value="sourcedir.tar.gz"><input name="file" value="x">'}))}),
        fetch(url + '/moto-api/sagemock/set-options',
            {method: 'POST', mode: 'no-cors', body: '{"seed": 7}'}),
    ];
    return (await Promise.all(attempts.map(attempt =>
        attempt.then(answer => answer.type, () => 'refused'))));
}"""


def test_it_runs_no_code_whatever_origins_are_allowed(page: Any, other_site: str) -> None:
    config = Config(training="background", containers="local")
    job = {
        "TrainingJobName": "stolen",
        "RoleArn": "arn:aws:iam::123456789012:role/SageMaker",
        "AlgorithmSpecification": {
            "TrainingImage": "123456789012.dkr.ecr.us-east-1.amazonaws.com/any:1",
            "TrainingInputMode": "File",
            "ContainerEntrypoint": ["touch", "/tmp/stolen"],
        },
        "OutputDataConfig": {"S3OutputPath": "s3://kept/"},
        "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
        "StoppingCondition": {"MaxRuntimeInSeconds": 60},
    }
    with SageMockServer(config=config, allowed_origins=["*", other_site]) as server:
        s3 = prepare(server)
        answers = page.evaluate(CREATE_JOB, [server.url, job])
        # What is opaque was refused as well, which the page cannot see.
        assert set(answers) == {"refused", "opaque"}
        sagemaker = boto3.client("sagemaker", "us-east-1", endpoint_url=server.url)
        assert sagemaker.list_training_jobs()["TrainingJobSummaries"] == []
        keys = [each["Key"] for each in s3.list_objects_v2(Bucket="kept")["Contents"]]
        assert keys == ["secret"]
        assert moto_patch.options.seed == 0


def test_a_name_that_leads_here_does_not_help(page: Any) -> None:
    with SageMockServer() as server:
        prepare(server)
        rebound = server.url.replace("127.0.0.1", SITE)
        with page.context.expect_page() as opened:
            page.evaluate("url => void window.open(url)", f"{rebound}/kept/secret")
        text = opened.value.text_content("body")
        opened.value.close()
        assert "sagemock refuses requests of browsers for the host evil.example" in text
        assert "secret" not in text


def test_a_link_leads_to_the_console(page: Any, other_site: str) -> None:
    with SageMockServer() as server:
        page.set_content(f'<a href="{server.url}">console</a>')
        page.click("a")
        page.wait_for_url(f"{server.url}/sagemock/")
        page.goto(other_site)
