"""The Search page: results, columns, facets, and what it says of a search that cannot be run."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

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
    assert best.findall(last) == ["0.0"], "the smallest loss is on the last page"
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


def test_columns_fit_the_widest_page(
    visitor: Any, world: World, job_document: Callable[..., Any], metric_data: Callable[..., Any]
) -> None:
    for place in range(3):
        world.training_jobs.insert(
            job_document(
                f"job-{place}",
                TrainingJobStatus=("Completed", "Failed", "Stopped")[place],
                created=1_790_000_000.0 + place,
                HyperParameters={f"parameter_{key}": f"{place}" * 30 for key in range(20)},
                FinalMetricDataList=metric_data(
                    **{f"train__accuracy_{key}": place for key in range(9)}
                ),
            )
        )
    shown = re.findall(r'title="Sort by ([^"]+)"', visitor.get("/search"))
    assert shown[:3] == ["TrainingJobName", "LastModifiedTime", "TrainingJobStatus"]
    assert {name.partition(".")[0] for name in shown} >= {"HyperParameters", "Metrics"}
    assert len(shown) < 11


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


@pytest.mark.parametrize("suffix", ["csv", "py"])
@pytest.mark.parametrize(
    "query",
    ["sort=nonsense", "property=nonsense&operator=Equals&value=x", "resource=Image"],
)
def test_a_search_is_refused_alike_in_every_format(visitor: Any, query: str, suffix: str) -> None:
    error = visitor.raw(f"/search.json?{query}").get_json()["error"]
    response = visitor.raw(f"/search.{suffix}?{query}")
    assert response.status_code == 400
    assert f"<p>{html.escape(error)}</p>" in response.text


def test_a_page_without_a_format_says_so(visitor: Any) -> None:
    for suffix, noun in (("csv", "table"), ("py", "script")):
        response = visitor.raw(f"/training-jobs/new.{suffix}")
        assert response.status_code == 404
        assert f"This page has no {noun}." in response.text


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
def test_a_search_that_is_refused_is_kept_and_explained(
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


def test_resources_that_moto_keeps_can_be_searched(visitor: Any, sagemaker: Any) -> None:
    for name in ("first", "second"):
        sagemaker.create_experiment(ExperimentName=name)
    query = "resource=Experiment&property=ExperimentName&operator=Contains&value=fir"
    page = visitor.get(f"/search?{query}")
    assert "<strong>1</strong> found" in page
    assert 'href="/sagemock/experiments/first"' in page
    assert "first" in visitor.get("/documents/Experiment/first")


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
    assert "<small>param</small>" in table
    assert "mini_batch_size" in table
    assert ">300<" in table
    assert "feature_dim" not in table
    assert "train:binary_classification_accuracy" in table
    assert "Primary status <b>Completed</b>" in page, "what all share is no column"
    assert "best" in table
    plot = visitor.get("/search?resource=ExperimentTrialComponent&view=scatter")
    assert "Parameters.mini_batch_size" in plot
    assert plot.count("<circle") >= len(seed)
