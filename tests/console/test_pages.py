"""The pages as a browser without JavaScript sees them."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import boto3
import pytest

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
    assert "What is where" in visitor.get("/")
    assert "far" in visitor.get("/models?region=eu-west-1")
    assert "far" not in visitor.get("/models")
    assert 'href="/sagemock/endpoints?region=eu-west-1"' in visitor.get("/models?region=eu-west-1")


def test_the_home_counts_statuses_and_what_moto_keeps(
    visitor: Any, seed: list[str], sagemaker: Any
) -> None:
    for name in ("first", "second"):
        sagemaker.create_experiment(ExperimentName=name)
    home = visitor.get("/")
    assert 'href="/sagemock/search?resource=Experiment">Experiments 2</a>' in home
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


# Search


def job_names(page: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="/sagemock/training-jobs/([^"?]+)', page)


def test_the_leaderboard(visitor: Any, seed: list[str], sagemaker: Any) -> None:
    page = visitor.get(f"/search?{LEADERBOARD}")
    answer = sagemaker.search(
        Resource="TrainingJob",
        SearchExpression={
            "Filters": [{"Name": "Tags.Project", "Value": "Project_Binary_Classifier"}]
        },
        SortBy="Metrics.train:binary_classification_accuracy",
        SortOrder="Descending",
    )
    names = [each["TrainingJob"]["TrainingJobName"] for each in answer["Results"]]
    assert job_names(page) == names
    assert "<strong>3</strong> found" in page
    assert 'aria-sort="descending"' in page
    assert "mini_<wbr>batch_<wbr>size" in page, "the hyperparameter that differs is a column"
    assert "feature_<wbr>dim" not in page, "those that do not differ are none"


def test_the_best_value_is_marked_over_all_rows(
    visitor: Any, world: World, job_document: Callable[..., Any], metric_data: Callable[..., Any]
) -> None:
    for place in range(60):
        data = metric_data(train__accuracy=place / 100, train__loss=place / 10)
        world.training_jobs.insert(
            job_document(f"job-{place:02}", created=place, FinalMetricDataList=data)
        )
    best = re.compile(r'<em class="best">best</em> ([\d.e-]+)')
    first = visitor.get("/search?sort=CreationTime&order=Descending")
    assert best.findall(first) == ["0.59"]
    last = visitor.get("/search?sort=CreationTime&order=Descending&page=3")
    assert best.findall(last) == ["0"], "the smallest loss is on the last page"
    assert len(job_names(last)) == 10


def test_pages_of_the_table(visitor: Any, world: World, job_document: Callable[..., Any]) -> None:
    for place in range(120):
        world.training_jobs.insert(job_document(f"job-{place:03}", created=place))
    second = visitor.get("/search?sort=TrainingJobName&order=Ascending&page=2")
    assert job_names(second) == [f"job-{place:03}" for place in range(25, 50)]
    assert "26 to 50" in second
    assert 'rel="prev"' in second
    assert 'rel="next"' in second
    assert job_names(visitor.get("/search?page=99")) == []
    assert len(job_names(visitor.get("/search?size=50"))) == 50


def test_tags_are_counted_and_lead_on(
    visitor: Any, world: World, job_document: Callable[..., Any]
) -> None:
    for place in range(5):
        tags = [{"Key": "Team", "Value": "red" if place < 3 else "blue"}]
        world.training_jobs.insert(job_document(f"job-{place}", Tags=tags))
    page = visitor.get("/search")
    assert re.search(r'value=red"><span>red</span><span class="soft">3</span>', page)
    assert re.search(r'value=blue"><span>blue</span><span class="soft">2</span>', page)


def test_statuses_are_counted_and_lead_on_and_back(
    visitor: Any, world: World, job_document: Callable[..., Any]
) -> None:
    for place in range(600):
        status = "Failed" if place < 2 else "Completed"
        world.training_jobs.insert(
            job_document(f"job-{place}", created=place, TrainingJobStatus=status)
        )
    page = visitor.get("/search")
    found = re.search(r'href="([^"]+value=Failed)"><span>Failed</span><span class="soft">2<', page)
    assert found is not None, "those that are on none of the first pages are counted too"
    failed = visitor.get(html.unescape(found[1]).removeprefix("/sagemock"))
    assert "<strong>2</strong> found" in failed
    back = re.search(r'class="on" href="([^"]+)"><span>Failed', failed)
    assert back is not None
    again = visitor.get(html.unescape(back[1]).removeprefix("/sagemock"))
    assert "<strong>600</strong> found" in again


def test_an_empty_tag_leads_nowhere_as_it_cannot_be_asked_for(
    visitor: Any, world: World, job_document: Callable[..., Any]
) -> None:
    world.training_jobs.insert(job_document("job", Tags=[{"Key": "Empty", "Value": ""}]))
    assert "property=Tags.Empty" not in visitor.get("/search")
    assert "property=Tags.Empty" not in visitor.get("/training-jobs/job")


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


def test_a_part_of_a_name_is_enough(visitor: Any, seed: list[str]) -> None:
    page = visitor.get("/search?property=&operator=Equals&value=batch-3")
    assert job_names(page) == ["digits-batch-300"]
    assert "TrainingJobName contains" in page


def test_jobs_without_hyperparameters_make_none_differ(
    visitor: Any, seed: list[str], world: World, job_document: Callable[..., Any]
) -> None:
    world.training_jobs.insert(job_document("of-another-image"))
    page = visitor.get("/search")
    assert "mini_<wbr>batch_<wbr>size" in page
    assert "feature_<wbr>dim" not in page


def test_columns_fit_the_window(
    visitor: Any, world: World, job_document: Callable[..., Any], metric_data: Callable[..., Any]
) -> None:
    for place in range(3):
        world.training_jobs.insert(
            job_document(
                f"job-{place}",
                HyperParameters={f"parameter_{key}": f"{place}" * 30 for key in range(20)},
                FinalMetricDataList=metric_data(
                    **{f"train__accuracy_{key}": place for key in range(9)}
                ),
            )
        )
    shown = re.findall(r'title="Sort by ([^"]+)"', visitor.get("/search"))
    assert shown[:2] == ["TrainingJobName", "TrainingJobStatus"]
    assert shown[-1] == "CreationTime"
    assert {name.partition(".")[0] for name in shown} >= {"HyperParameters", "Metrics"}
    assert len(shown) < 9


def test_columns_can_be_chosen(visitor: Any, seed: list[str]) -> None:
    query = "column=ResourceConfig.InstanceType&column=HyperParameters.feature_dim"
    page = visitor.get(f"/search?{query}")
    headers = re.findall(r'title="Sort by ([^"]+)"', page)
    assert headers == [
        "TrainingJobName",
        "ResourceConfig.InstanceType",
        "HyperParameters.feature_dim",
    ]


def test_the_same_as_json_and_csv(visitor: Any, seed: list[str]) -> None:
    data = visitor.json(f"/search.json?{LEADERBOARD}")
    assert data["total"] == 3
    assert data["request"]["SortBy"] == "Metrics.train:binary_classification_accuracy"
    table = visitor.raw(f"/search.csv?{LEADERBOARD}&size=25")
    assert table.mimetype == "text/csv"
    rows = list(csv.DictReader(io.StringIO(table.text)))
    assert [row["TrainingJobName"] for row in rows] == [
        each["TrainingJobName"] for each in data["results"]
    ]
    assert {row["HyperParameters.mini_batch_size"] for row in rows} == {"100", "200", "300"}


def test_a_csv_holds_all_rows_and_no_formulas(
    visitor: Any, world: World, job_document: Callable[..., Any]
) -> None:
    tags = [{"Key": "Team", "Value": "=cmd()"}]
    for place in range(40):
        world.training_jobs.insert(job_document(f"job-{place}", Tags=tags))
    rows = list(csv.DictReader(io.StringIO(visitor.raw("/search.csv?column=Tags.Team").text)))
    assert len(rows) == 40
    assert rows[0]["Tags.Team"] == "'=cmd()"


def test_a_list_sorted_by_nonsense_is_refused(visitor: Any) -> None:
    assert "Unknown property name" in visitor.get("/models?sort=Nothing", status=400)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("property=Nothing&operator=Equals&value=x", "Unknown property name: Nothing"),
        ("property=TrainingJobName&operator=GreaterThan&value=x", "not supported"),
        ("property=CreationTime&operator=LessThan&value=soon", "soon"),
        ("sort=Nothing", "Unknown property name: Nothing"),
        ("resource=Nothing", "enum value set"),
        ("resource=Image", "There is no resource Image"),
        ("property=TrainingJobName&operator=Nonsense&value=x", "enum value set"),
        ("property=TrainingJobName&operator=Equals&value=", "greater than or equal to 1"),
    ],
)
def test_a_question_that_makes_no_sense_is_kept_and_explained(
    visitor: Any, query: str, text: str
) -> None:
    page = visitor.get(f"/search?{query}", status=400)
    alert = re.search(r'role="alert">([^<]+)', page)
    assert alert is not None
    assert text in alert[1]
    assert visitor.raw(f"/search.json?{query}").status_code == 400


def test_type_ahead(visitor: Any, seed: list[str]) -> None:
    def names(hint: str) -> list[str]:
        found = visitor.json(f"/suggestions.json?resource=TrainingJob&hint={hint}")
        return [each["name"] for each in found["suggestions"]]

    assert "Tags.Project" in names("proj")
    assert "HyperParameters.mini_batch_size" in names("mini")
    assert "Metrics.train:objective_loss:final" in names("train:obj")
    assert names("TrainingJobSt")[0] == "TrainingJobStatus"
    assert names("")
    assert not names("no such thing at all")


def test_type_ahead_knows_the_operators(visitor: Any) -> None:
    found = visitor.json("/suggestions.json?hint=TrainingTimeInSeconds")["suggestions"]
    operators = found[0]["operators"]
    assert "GreaterThan" in operators
    assert "Contains" not in operators


# One job


def test_a_training_job(visitor: Any, seed: list[str]) -> None:
    page = visitor.get("/training-jobs/digits-batch-100")
    for text in ("Completed", "mini_<wbr>batch_<wbr>size", "digits-endpoint", "model.<wbr>tar"):
        assert text in page
    assert page.count('class="curve') >= 2
    assert "candidate models were trained side by side" in page
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
    page = visitor.get(f"/compare?{query}")
    assert page.index(">mini_batch_size<") < page.index("The same in all")
    assert page.index(">feature_dim<") > page.index("The same in all")
    assert page.count('<path class="curve other') >= 3, "three curves on the same axes"


def test_compare_says_what_is_missing(visitor: Any, seed: list[str]) -> None:
    page = visitor.get("/compare?job=digits-batch-100&job=digits-batch-200&job=gone")
    assert "Not here: gone" in page


def test_lineage_from_data_to_endpoint(visitor: Any, seed: list[str]) -> None:
    found = visitor.json("/lineage.json?kind=endpoint&name=digits-endpoint")
    nodes = {(each["kind"], each["name"]) for each in found["nodes"]}
    assert nodes == {
        ("data set", "s3://digits/train/"),
        ("training job", "digits-batch-100"),
        ("artifact", "s3://digits/output-100/digits-batch-100/output/model.tar.gz"),
        ("model", "digits-model"),
        ("endpoint configuration", "digits-config"),
        ("endpoint", "digits-endpoint"),
    }
    page = visitor.get("/lineage?kind=endpoint&name=digits-endpoint")
    assert 'href="/sagemock/training-jobs/digits-batch-100"' in page
    assert len(found["edges"]) == 5


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


def test_resources_that_moto_keeps_can_be_searched(visitor: Any, sagemaker: Any) -> None:
    for name in ("first", "second"):
        sagemaker.create_experiment(ExperimentName=name)
    query = "resource=Experiment&property=ExperimentName&operator=Contains&value=fir"
    page = visitor.get(f"/search?{query}")
    assert "<strong>1</strong> found" in page
    assert 'href="/sagemock/documents/Experiment/first"' in page
    assert "first" in visitor.get("/documents/Experiment/first")


def test_a_running_job_can_be_stopped(sagemaker: Any, seed: list[str], visitor: Any) -> None:
    refused = visitor.post("/training-jobs/digits-batch-100/stop", {})
    assert refused.status_code == 400
    assert "in status Completed" in refused.text


def test_every_resource_can_be_searched(visitor: Any) -> None:
    page = visitor.get("/search")
    resources = re.findall(r'<option value="(\w+)"', page.partition("</select>")[0])
    assert {"TrainingJob", "Model", "Endpoint", "Experiment", "FeatureGroup"} < set(resources)
    for resource in resources:
        assert "0</strong> found" in visitor.get(f"/search?resource={resource}")


def test_trial_components_are_a_leaderboard_too(visitor: Any, seed: list[str]) -> None:
    """With their parameters that differ, their metrics, and their statuses."""
    page = visitor.get("/search?resource=ExperimentTrialComponent")
    table = page.partition("<table")[2].partition("</table>")[0]
    assert "parameters" in table
    assert "mini_batch_size" in table
    assert ">300<" in table
    assert "feature_dim" not in table
    assert "train:binary_classification_accuracy" in table
    assert table.count("Completed") == len(seed)
    assert "best" in table
    plot = visitor.get("/search?resource=ExperimentTrialComponent&view=scatter")
    assert "Parameters.mini_batch_size" in plot
    assert plot.count("<circle") >= len(seed)
