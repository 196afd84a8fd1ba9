"""Processing and transform jobs in the console: lists, documents, home and deletion."""

from __future__ import annotations

from typing import Any

import pytest
from tests.console.conftest import ROLE

from sagemock import control


@pytest.fixture
def jobs(sagemaker: Any) -> Any:
    """A processing job that failed, and a transform job."""
    control.fail_processing_job("AlgorithmError: no <rows>")
    sagemaker.create_processing_job(
        ProcessingJobName="clean",
        RoleArn=ROLE,
        AppSpecification={"ImageUri": "mine:1"},
        ProcessingResources={
            "ClusterConfig": {
                "InstanceType": "ml.m5.large",
                "InstanceCount": 1,
                "VolumeSizeInGB": 1,
            }
        },
        ProcessingOutputConfig={
            "Outputs": [
                {
                    "OutputName": "rows",
                    "S3Output": {
                        "S3Uri": "s3://bucket/rows",
                        "LocalPath": "/opt/ml/processing/rows",
                        "S3UploadMode": "EndOfJob",
                    },
                }
            ]
        },
    )
    sagemaker.create_model(
        ModelName="m", ExecutionRoleArn=ROLE, PrimaryContainer={"Image": "mine:1"}
    )
    source = {"S3DataType": "S3Prefix", "S3Uri": "s3://bucket/rows"}
    sagemaker.create_transform_job(
        TransformJobName="predict",
        ModelName="m",
        TransformInput={"DataSource": {"S3DataSource": source}},
        TransformOutput={"S3OutputPath": "s3://bucket/out"},
        TransformResources={"InstanceType": "ml.m5.large", "InstanceCount": 1},
    )
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


def test_the_home_counts_them(visitor: Any, jobs: Any) -> None:
    (counts,) = visitor.json("/index.json")
    assert (counts["Processing jobs"], counts["Transform jobs"]) == (1, 1)
    assert 'href="/sagemock/processing-jobs"' in visitor.get("/")


def test_a_processing_job_can_be_deleted(visitor: Any, jobs: Any) -> None:
    visitor.get("/processing-jobs/clean/delete")
    visitor.follow("/processing-jobs/clean/delete", {})
    assert jobs.list_processing_jobs()["ProcessingJobSummaries"] == []
    visitor.get("/transform-jobs/predict/delete", status=404)


def test_the_lineage_leads_from_one_to_the_other(visitor: Any, jobs: Any) -> None:
    found = visitor.json("/lineage.json?kind=transform+job&name=predict")
    edges = {(edge["from"][1], edge["to"][1]) for edge in found["edges"]}
    assert edges == {("s3://bucket/rows", "predict"), ("m", "predict")}
    around_model = visitor.json("/lineage.json?kind=model&name=m")
    assert {"kind": "transform job", "name": "predict"} in around_model["nodes"]
    everything = visitor.json("/lineage.json")
    edges = {(edge["from"][1], edge["to"][1]) for edge in everything["edges"]}
    assert ("clean", "s3://bucket/rows") in edges
    page = visitor.get("/lineage?kind=processing+job&name=clean")
    assert 'href="/sagemock/processing-jobs/clean"' in page
    assert "Failed" in page
