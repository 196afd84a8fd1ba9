"""The pages as a browser without JavaScript sees them."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import boto3
import pytest
from tests.console.conftest import IMAGE, ROLE

from sagemock.accounts.world import World

LEADERBOARD = urlencode(
    [
        ("property", "Tags.Project"),
        ("operator", "Equals"),
        ("value", "Project_Binary_Classifier"),
        ("sort", "Metrics.train:binary_classification_accuracy"),
        ("order", "Descending"),
    ]
)
EMPTY_PAGES = (
    "/",
    "/search",
    "/search?resource=Model",
    "/search?resource=Endpoint",
    "/search?view=scatter",
    "/search?view=parallel",
    "/training-jobs/new",
    "/models",
    "/models/new",
    "/endpoint-configs",
    "/endpoints",
    "/endpoints/new",
    "/compare",
    "/lineage",
    "/faults",
)
SEED_PAGES = (
    *EMPTY_PAGES,
    f"/search?{LEADERBOARD}",
    f"/search?{LEADERBOARD}&view=scatter",
    f"/search?{LEADERBOARD}&view=parallel",
    "/training-jobs/digits-batch-100",
    "/training-jobs/new?clone=digits-batch-100",
    "/models/digits-model",
    "/models/new?job=digits-batch-100",
    "/endpoint-configs/digits-config",
    "/endpoints/digits-endpoint",
    "/endpoints/digits-endpoint?sample=3",
    "/endpoints/new?model=digits-model",
    "/compare?job=digits-batch-100&job=digits-batch-200&job=digits-batch-300",
    "/lineage?kind=training+job&name=digits-batch-100",
    "/documents/TrainingJob/digits-batch-100",
    "/documents/ExperimentTrialComponent/digits-batch-100-aws-training-job",
)


@pytest.mark.parametrize("path", EMPTY_PAGES)
def test_every_page_of_an_empty_server(visitor: Any, path: str) -> None:
    visitor.get(path)


def test_every_page_of_the_seed(visitor: Any, seed: list[str]) -> None:
    for path in SEED_PAGES:
        visitor.get(path)


def test_every_page_exists_as_json(visitor: Any, seed: list[str]) -> None:
    for path in SEED_PAGES:
        page, _, query = path.partition("?")
        page = "/index" if page == "/" else page
        assert visitor.json(f"{page}.json?{query}") is not None


def test_the_empty_home_teaches_three_lines(visitor: Any) -> None:
    home = visitor.get("/")
    assert "Your first three lines" in home
    assert "export AWS_ENDPOINT_URL=http://localhost" in home


def test_the_home_counts_what_is_where(visitor: Any, seed: list[str]) -> None:
    elsewhere = boto3.client("sagemaker", "eu-west-1")
    elsewhere.create_model(ModelName="far", ExecutionRoleArn="arn:aws:iam::123456789012:role/r-far")
    counts = {each["region"]: each for each in visitor.json("/index.json")}
    assert counts["us-east-1"]["Training jobs"] == 3
    assert counts["eu-west-1"]["Models"] == 1
    assert "Accounts and regions" in visitor.get("/")
    assert "far" in visitor.get("/models?region=eu-west-1")
    assert "far" not in visitor.get("/models")
    assert 'href="/sagemock/endpoints?region=eu-west-1"' in visitor.get("/models?region=eu-west-1")


def test_the_home_counts_statuses_and_what_moto_keeps(
    visitor: Any, seed: list[str], sagemaker: Any
) -> None:
    for name in ("first", "second"):
        sagemaker.create_experiment(ExperimentName=name)
    home = visitor.get("/")
    assert 'href="/sagemock/experiments">Experiments 2</a>' in home
    assert "Projects" not in home
    assert re.search(r'value=Completed"><span class="[^"]+">Completed</span></a> 3<', home)


def test_an_error_keeps_the_frame_and_the_region(visitor: Any) -> None:
    page = visitor.get("/models/none?region=eu-west-1", status=404)
    assert 'href="/sagemock/endpoints?region=eu-west-1"' in page
    assert "There is no page /nowhere." in visitor.get("/nowhere", status=404)


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/training-jobs/none",
        "/training-jobs/none/log",
        "/models/none",
        "/endpoint-configs/none",
        "/endpoints/none",
        "/documents/TrainingJob/none",
        "/documents/Nothing/none",
        "/?region=mars-north-1",
        "/?account=12",
    ],
)
def test_what_is_not_there_is_said(visitor: Any, path: str) -> None:
    assert "Home" in visitor.get(path, status=404)


def test_fifty_tags_of_the_usual_length_are_all_there(
    visitor: Any, world: World, job_document: Callable[..., Any]
) -> None:
    tags = [
        {"Key": f"Cost-centre-{place:02}", "Value": f"team {place} of all"} for place in range(50)
    ]
    world.training_jobs.insert(job_document("job", Tags=tags))
    page = visitor.get("/training-jobs/job")
    assert page.count('<button name="remove"') == 50
    assert "more: " not in page
    link = html.unescape(re.findall(r'<li><a href="/sagemock([^"]+)"', page)[-1])
    assert "<strong>1</strong> found" in visitor.get(link)


@pytest.mark.parametrize("suffix", ["json", "csv", "py"])
def test_the_list_of_training_jobs_keeps_its_format(
    visitor: Any, seed: list[str], suffix: str
) -> None:
    response = visitor.raw(f"/training-jobs.{suffix}?region=us-east-1")
    assert response.status_code == 303
    assert response.headers["Location"] == f"/sagemock/search.{suffix}?resource=TrainingJob"
    target = visitor.raw(f"/search.{suffix}?resource=TrainingJob")
    assert visitor.raw(f"/training-jobs.{suffix}", follow_redirects=True).text == target.text
    plain = visitor.raw("/training-jobs").headers["Location"]
    assert plain == "/sagemock/search?resource=TrainingJob"


def test_a_saved_view_has_the_formats_of_its_search(visitor: Any, seed: list[str]) -> None:
    visitor.post("/search/views", {"resource": "TrainingJob", "name": "mine"})
    body = visitor.raw("/search/views/mine.json", follow_redirects=True).get_json()
    assert body["total"] == len(seed)
    form = {"name": "mine"}
    changed = visitor.post("/search/views/delete.json", form).headers["Location"]
    assert changed == "/sagemock/search/views"


def test_a_list_sorted_by_nonsense_is_refused(visitor: Any) -> None:
    assert "Unknown property name" in visitor.get("/models?sort=Nothing", status=400)


# One job


def test_a_training_job(visitor: Any, seed: list[str]) -> None:
    page = visitor.get("/training-jobs/digits-batch-100")
    for text in ("Completed", "mini_<wbr>batch_<wbr>size", "digits-endpoint", "model.<wbr>tar"):
        assert text in page
    assert page.count('class="curve') >= 2
    assert "candidate models were trained in parallel" in page
    assert "#quality_metric" in page
    curves = visitor.json("/training-jobs/digits-batch-100.json")["Curves"]
    assert len(curves["train:objective_loss"]) == 3


def test_the_whole_log(visitor: Any, seed: list[str]) -> None:
    log = visitor.raw("/training-jobs/digits-batch-100/log")
    assert log.mimetype == "text/plain"
    assert log.text.startswith("Docker entrypoint called")


def test_a_running_job_is_followed(
    visitor: Any, world: World, job_document: Callable[..., Any]
) -> None:
    running = {"TrainingJobStatus": "InProgress", "SecondaryStatus": "Training"}
    world.training_jobs.insert(job_document("runs", **running))
    world.training_jobs.insert(job_document("done"))
    page = visitor.get("/training-jobs/runs")
    assert "data-live-page" in page
    assert 'http-equiv="refresh"' in page
    assert "data-live-page" not in visitor.get("/training-jobs/done")


def test_a_clone_in_code_makes_the_same_job(visitor: Any, seed: list[str], sagemaker: Any) -> None:
    script = visitor.raw("/training-jobs/digits-batch-100.py").text
    assert script in html.unescape(visitor.get("/training-jobs/digits-batch-100"))
    call = script[script.index("sagemaker.create_training_job") :]
    exec(call, {"sagemaker": sagemaker})
    made = sagemaker.describe_training_job(TrainingJobName="digits-batch-100-copy")
    first = sagemaker.describe_training_job(TrainingJobName="digits-batch-100")
    assert made["HyperParameters"] == first["HyperParameters"]
    assert made["TrainingJobStatus"] == "Completed"


# Endpoints


def test_an_endpoint_leads_to_its_training_job(visitor: Any, seed: list[str]) -> None:
    page = visitor.get("/endpoints/digits-endpoint")
    assert "Endpoint configuration settings" in page
    assert 'href="/sagemock/training-jobs/digits-batch-100"' in page
    assert 'href="/sagemock/models/digits-model"' in page


def test_a_model_of_a_package_leads_to_the_package_and_its_job(
    visitor: Any, seed: list[str], sagemaker: Any
) -> None:
    job = sagemaker.describe_training_job(TrainingJobName=seed[0])
    artifact = job["ModelArtifacts"]["S3ModelArtifacts"]
    sagemaker.create_model_package_group(ModelPackageGroupName="group")
    package = sagemaker.create_model_package(
        ModelPackageGroupName="group",
        InferenceSpecification={
            "Containers": [{"Image": IMAGE, "ModelDataUrl": artifact}],
            "SupportedContentTypes": ["text/csv"],
            "SupportedResponseMIMETypes": ["text/csv"],
        },
    )["ModelPackageArn"]
    sagemaker.create_model(
        ModelName="packaged",
        ExecutionRoleArn=ROLE,
        PrimaryContainer={"ModelPackageName": package, "Environment": {"STAGE": "test"}},
    )
    page = visitor.get("/models/packaged")
    for text in (">Model package<", artifact, IMAGE, "STAGE", f"/training-jobs/{seed[0]}"):
        assert text in page.replace("<wbr>", "")
    (link,) = re.findall(r'href="/sagemock(/documents/ModelPackage/[^"]+)"', page)
    assert artifact in visitor.get(html.unescape(link)).replace("<wbr>", "")
    assert "/models/packaged" in visitor.get(f"/training-jobs/{seed[0]}")


def test_an_endpoint_can_be_tried(visitor: Any, seed: list[str], zero: str) -> None:
    response = visitor.post(
        "/endpoints/digits-endpoint", {"body": zero, "content_type": "text/csv"}
    )
    assert response.status_code == 200
    assert "predicted_label" in response.text
    assert 'viewBox="0 0 28 28"' in response.text


def test_a_row_of_the_data_can_be_taken(visitor: Any, seed: list[str]) -> None:
    page = visitor.get("/endpoints/digits-endpoint?sample=1")
    assert 'viewBox="0 0 28 28"' in page


def test_a_body_that_the_model_refuses(visitor: Any, seed: list[str]) -> None:
    form = {"body": "1,2", "content_type": "text/csv"}
    response = visitor.post("/endpoints/digits-endpoint", form)
    assert response.status_code == 400
    assert "Received client error" in response.text


def test_an_endpoint_of_an_unknown_image(visitor: Any, sagemaker: Any) -> None:
    role = "arn:aws:iam::123456789012:role/SageMaker"
    sagemaker.create_model(
        ModelName="other", ExecutionRoleArn=role, PrimaryContainer={"Image": "mine:1"}
    )
    form = {"name": "other", "model": "other", "instance_type": "ml.m5.large", "count": "1"}
    assert "InService" in visitor.follow("/endpoints/new", form)
    response = visitor.post("/endpoints/other", {"body": "1", "content_type": "text/csv"})
    assert response.status_code == 400
    assert "does not run" in response.text


# Compare and lineage


def test_compare_shows_what_differs_first(visitor: Any, seed: list[str]) -> None:
    query = "&".join(f"job={name}" for name in seed)
    rows = visitor.json(f"/compare.json?{query}")
    by_name = {row["property"]: row for row in rows}
    assert by_name["mini_batch_size"]["differs"]
    assert by_name["mini_batch_size"]["values"] == ["100", "200", "300"]
    assert not by_name["feature_dim"]["differs"]
    page = visitor.get(f"/compare?{query}").replace("<wbr>", "")
    assert page.index(">mini_batch_size<") < page.index("The same in all")
    assert page.index(">feature_dim<") > page.index("The same in all")
    assert page.count('<path class="curve other') >= 3, "three curves on the same axes"


def test_compare_says_what_is_missing(visitor: Any, seed: list[str]) -> None:
    page = visitor.get("/compare?job=digits-batch-100&job=digits-batch-200&job=gone")
    assert "Not found: gone" in page


def test_lineage_from_data_to_endpoint(visitor: Any, seed: list[str]) -> None:
    found = visitor.json("/lineage.json?kind=endpoint&name=digits-endpoint")
    nodes = {(each["kind"], each["name"]) for each in found["nodes"]}
    assert nodes == {
        ("data set", "s3://digits/train/"),
        ("training job", "digits-batch-100"),
        ("image", IMAGE),
        ("model artifact", "s3://digits/output-100/digits-batch-100/output/model.tar.gz"),
        ("model deployment", "digits-model"),
        ("endpoint", "digits-endpoint"),
    }
    page = visitor.get("/lineage?kind=endpoint&name=digits-endpoint")
    assert 'href="/sagemock/training-jobs/digits-batch-100"' in page
    assert len(found["edges"]) == 6


def test_the_lineage_of_many_things_is_cut(
    visitor: Any, world: World, job_document: Callable[..., Any]
) -> None:
    source = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://data/train"}}
    channel = {"ChannelName": "train", "DataSource": source}
    for place in range(200):
        world.training_jobs.insert(job_document(f"job-{place}", InputDataConfig=[channel]))
    found = visitor.json("/lineage.json")
    assert len(found["nodes"]) <= 60
    visitor.get("/lineage")


def test_a_running_job_can_be_stopped(sagemaker: Any, seed: list[str], visitor: Any) -> None:
    refused = visitor.post("/training-jobs/digits-batch-100/stop", {})
    assert refused.status_code == 400
    assert "in status Completed" in refused.text
