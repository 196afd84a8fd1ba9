"""Processing and transform jobs in the console: lists, documents, home and deletion."""

from __future__ import annotations

import re
from typing import Any

import boto3
import pytest
from tests.console.conftest import ROLE
from tests.job_requests import processing_job, transform_job

from sagemock import control
from sagemock.containers import register


@pytest.fixture
def jobs(sagemaker: Any) -> Any:
    """A processing job that failed, and a transform job."""
    control.fail_processing_job("AlgorithmError: no <rows>")
    target = {
        "S3Uri": "s3://bucket/rows",
        "LocalPath": "/opt/ml/processing/rows",
        "S3UploadMode": "EndOfJob",
    }
    outputs = {"Outputs": [{"OutputName": "rows", "S3Output": target}]}
    sagemaker.create_processing_job(**processing_job("clean", ProcessingOutputConfig=outputs))
    sagemaker.create_model(
        ModelName="m", ExecutionRoleArn=ROLE, PrimaryContainer={"Image": "mine:1"}
    )
    sagemaker.create_transform_job(**transform_job("predict"))
    return sagemaker


def test_they_have_lists_and_pages(visitor: Any, jobs: Any) -> None:
    assert 'href="/sagemock/processing-jobs/clean"' in visitor.get("/processing-jobs")
    page = visitor.get("/processing-jobs/clean")
    assert "AlgorithmError: no &lt;rows&gt;" in page
    assert 'href="/sagemock/processing-jobs"' in page
    assert 'href="/sagemock/transform-jobs/predict"' in visitor.get("/transform-jobs")
    assert "Completed" in visitor.get("/transform-jobs/predict")
    (listed,) = visitor.json("/processing-jobs.json")["results"]
    assert listed["ProcessingJobStatus"] == "Failed"
    shown = visitor.json("/transform-jobs/predict.json")["TransformJob"]
    assert (shown["ModelName"], shown["TransformJobStatus"]) == ("m", "Completed")
    visitor.get("/processing-jobs/none", status=404)


def test_the_objects_of_a_transform_job(visitor: Any, sagemaker: Any) -> None:
    s3 = boto3.client("s3", "us-east-1")
    s3.create_bucket(Bucket="bucket")
    for number in range(25):
        body = b"bad" if number == 1 else b"1,2\n"
        s3.put_object(Bucket="bucket", Key=f"rows/{number:02}.csv", Body=body)
    sagemaker.create_model(
        ModelName="m", ExecutionRoleArn=ROLE, PrimaryContainer={"Image": "mine:1"}
    )
    with register("mine", serve=_answer):
        sagemaker.create_transform_job(**transform_job("predict", target="s3://bucket/out/"))
    page = visitor.get("/transform-jobs/predict")
    table = page.partition('id="objects"')[2].partition("</section>")[0]
    assert "and 5 more" in table
    text = re.sub(r"<wbr>|&#8203;", "", table)
    assert "s3://bucket/out/00.csv.out" in text
    # As many bytes as the answer has, and its first line; the bad one has none.
    assert re.search(
        r"00\.csv\.out</td><td class=\"number\">14</td><td><code>&lt;1,2&gt;</code>", text
    )
    assert re.search(r"01\.csv\.out</td><td colspan=\"2\" class=\"soft\">none</td>", text)
    assert "See job logs for more information" in page
    assert "Bad HTTP status received from algorithm: 500" in page


def _answer(request: Any) -> bytes:
    if request.body == b"bad":
        raise ValueError("no <row>")
    return b"<" + request.body.strip() + b">\nand more"


def test_the_home_counts_them(visitor: Any, jobs: Any) -> None:
    (counts,) = visitor.json("/index.json")
    assert (counts["Processing jobs"], counts["Transform jobs"]) == (1, 1)
    assert 'href="/sagemock/processing-jobs"' in visitor.get("/")


def test_a_processing_job_can_be_deleted(visitor: Any, jobs: Any) -> None:
    visitor.get("/processing-jobs/clean/delete")
    visitor.follow("/processing-jobs/clean/delete", {})
    assert jobs.list_processing_jobs()["ProcessingJobSummaries"] == []
    visitor.get("/transform-jobs/predict/delete", status=404)


def edges(visitor: Any, path: str) -> set[tuple[str, str]]:
    """The names at both ends of each edge."""
    graph = visitor.json(path)
    names = {node["arn"]: node["name"] for node in graph["nodes"]}
    return {(names[edge["from"]], names[edge["to"]]) for edge in graph["edges"]}


def test_the_lineage_leads_from_one_to_the_other(visitor: Any, jobs: Any) -> None:
    into_transform = {("s3://bucket/rows", "predict"), ("mine:1", "predict")}
    out = ("predict", "s3://bucket/out")
    for around in ("kind=transform+job&name=predict", "kind=model&name=m"):
        assert edges(visitor, f"/lineage.json?{around}") == {*into_transform, out}
    # A job that failed has produced nothing.
    assert edges(visitor, "/lineage.json") == {*into_transform, out, ("mine:1", "clean")}
    page = visitor.get("/lineage?kind=processing+job&name=clean")
    assert 'href="/sagemock/processing-jobs/clean"' in page
    assert "Failed" in page
