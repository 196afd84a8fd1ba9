"""Ticked rows: carried from page to page, and compared, tagged, stopped and deleted together."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from sagemock import control
from sagemock.accounts.world import World
from sagemock.console.search.selection import MAX_TICKS

BY_NAME = [("resource", "TrainingJob"), ("sort", "TrainingJobName"), ("order", "Ascending")]


@pytest.fixture
def jobs(mock: None) -> list[str]:
    names = [f"job-{number:02}" for number in range(40)]
    control.add_training_jobs(
        {"name": name, "tags": {"Team": "red" if index % 2 else "blue"}}
        for index, name in enumerate(names)
    )
    return names


def search(*arguments: tuple[str, str]) -> str:
    return f"/search?{urlencode([*BY_NAME, *arguments])}"


def ticks(*names: str) -> list[tuple[str, str]]:
    return [("tick", name) for name in names]


def checked(page: str) -> list[str]:
    return re.findall(r'type="checkbox" name="tick" value="([^"]+)"[^>]* checked', page)


def fields(page: str, form: str) -> list[tuple[str, str]]:
    """The hidden fields of a form that begins with the text."""
    body = page.partition(form)[2].partition("</form>")[0]
    pairs = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', body)
    return [(name, html.unescape(value)) for name, value in pairs]


def left(sagemaker: Any) -> set[str]:
    pages = sagemaker.get_paginator("list_training_jobs").paginate()
    return {each["TrainingJobName"] for page in pages for each in page["TrainingJobSummaries"]}


def test_ticks_of_other_pages_are_carried_by_the_form(visitor: Any, jobs: list[str]) -> None:
    first = visitor.get(search(*ticks("job-01", "job-30")))
    assert checked(first) == ["job-01"]
    assert "2 ticked" in first
    carried = [*fields(first, '<form id="ticks"'), *ticks(*checked(first)), ("page", "2")]
    second = visitor.get(f"/search?{urlencode(carried)}")
    assert checked(second) == ["job-30"]
    assert ("tick", "job-01") in fields(second, '<form id="ticks"')
    assert "26 to 40" in second


def test_all_that_match_are_selected_without_their_names(visitor: Any, jobs: list[str]) -> None:
    red = [("property", "Tags.Team"), ("operator", "Equals"), ("value", "red"), ("all", "1")]
    page = visitor.get(search(*red))
    assert "All 20 that match" in page
    assert len(checked(page)) == 20
    assert ("all", "1") in fields(page, '<form id="ticks"')
    question = visitor.get(f"/search/delete?{urlencode([*BY_NAME, *red])}")
    assert "Delete 20 training jobs?" in question
    assert "tick" not in dict(fields(question, '<form method="post"'))


def test_those_selected_are_deleted_and_the_reasons_told_of_those_that_are_not(
    visitor: Any,
    jobs: list[str],
    sagemaker: Any,
    world: World,
    job_document: Callable[..., Any],
) -> None:
    runs = {"TrainingJobStatus": "InProgress", "SecondaryStatus": "Training"}
    world.training_jobs.insert(job_document("runs", **runs))
    names = ["job-01", "job-02", "runs", "gone"]
    question = visitor.get(f"/search/delete?{urlencode([*BY_NAME, *ticks(*names)])}")
    assert "Delete 4 training jobs?" in question
    assert "its log, its artifact" in question
    assert left(sagemaker) >= {"job-01"}, "asking deletes nothing"
    response = visitor.post("/search/delete", to_form(fields(question, '<form method="post"')))
    assert response.status_code == 303
    report = response.headers["Location"].removeprefix("/sagemock")
    assert left(sagemaker) == {*jobs, "runs"} - {"job-01", "job-02"}
    page = visitor.get(report)
    assert "<strong>2</strong> done, <strong>2</strong> not" in page
    data = visitor.json(f"{report}.json")
    assert data["done"] == ["job-01", "job-02"]
    reasons = {tuple(each["names"]): each["reason"] for each in data["failed"]}
    with pytest.raises(sagemaker.exceptions.ClientError) as refusal:
        sagemaker.delete_training_job(TrainingJobName="runs")
    assert reasons[("runs",)] == refusal.value.response["Error"]["Message"]
    assert ("gone",) in reasons


def to_form(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    form: dict[str, list[str]] = {}
    for name, value in pairs:
        form.setdefault(name, []).append(value)
    return form


def test_all_that_match_are_deleted(visitor: Any, jobs: list[str], sagemaker: Any) -> None:
    red = {"property": "Tags.Team", "operator": "Equals", "value": "red", "all": "1"}
    page = visitor.follow("/search/delete", {"resource": "TrainingJob", **red})
    assert "<strong>20</strong> done." in page
    assert left(sagemaker) == set(jobs[::2])


def test_a_long_report_leads_to_all_of_it(visitor: Any, jobs: list[str]) -> None:
    page = visitor.follow("/search/stop", {"resource": "TrainingJob", "all": "1"})
    assert page.count('<p class="alert">') == 1, "all for the same reason"
    assert "and 20 more" in page
    page = visitor.follow("/search/delete", {"resource": "TrainingJob", "all": "1"})
    more = re.search(r'and 20 more: <a href="([^"]+)"', page)
    assert more is not None
    assert sorted(visitor.json(more[1].removeprefix("/sagemock"))["done"]) == jobs


def test_those_selected_are_tagged(visitor: Any, jobs: list[str], sagemaker: Any) -> None:
    form = {"resource": "TrainingJob", "tick": ["job-03", "job-30"], "key": "Stage", "value": "a"}
    page = visitor.follow("/search/tag", form)
    assert "<strong>2</strong> done." in page
    answer = sagemaker.search(
        Resource="TrainingJob", SearchExpression={"Filters": [{"Name": "Tags.Stage", "Value": "a"}]}
    )
    names = {each["TrainingJob"]["TrainingJobName"] for each in answer["Results"]}
    assert names == {"job-03", "job-30"}


def test_a_tag_that_is_refused_is_explained_beside_its_field(visitor: Any, jobs: list[str]) -> None:
    form = {"resource": "TrainingJob", "tick": ["job-03"], "key": "bad{key}", "value": "good"}
    response = visitor.post("/search/tag", form)
    assert response.status_code == 400
    assert 'id="key-problem"' in response.text
    assert 'value="good"' in response.text
    assert ("tick", "job-03") in fields(response.text, '<form method="post"')


def test_those_selected_are_stopped(
    visitor: Any, jobs: list[str], world: World, job_document: Callable[..., Any], sagemaker: Any
) -> None:
    form = {"resource": "TrainingJob", "tick": ["job-03", "job-04"]}
    page = html.unescape(visitor.follow("/search/stop", form))
    with pytest.raises(sagemaker.exceptions.ClientError) as refusal:
        sagemaker.stop_training_job(TrainingJobName="job-03")
    message = refusal.value.response["Error"]["Message"]
    assert "<strong>0</strong> done, <strong>2</strong> not" in page
    assert message.replace("job-03", "")[:20] in page


def test_the_ticked_are_compared(visitor: Any, jobs: list[str]) -> None:
    response = visitor.raw(f"/search/compare?{urlencode([*BY_NAME, *ticks('job-03', 'job-30')])}")
    assert response.status_code == 303
    target = urlsplit(response.headers["Location"])
    assert target.path == "/sagemock/compare"
    assert parse_qsl(target.query) == [("job", "job-03"), ("job", "job-30")]
    page = visitor.get(response.headers["Location"].removeprefix("/sagemock"))
    assert "2 jobs" in page


def test_changes_come_from_pages_of_the_console_alone(
    visitor: Any, jobs: list[str], sagemaker: Any
) -> None:
    form = {"resource": "TrainingJob", "all": "1"}
    for headers in ({}, {"Origin": "http://elsewhere"}, {"Sec-Fetch-Site": "cross-site"}):
        assert visitor.post("/search/delete", form, headers).status_code == 403
    assert left(sagemaker) == set(jobs)


def test_other_kinds_have_the_actions_that_aws_has(visitor: Any, sagemaker: Any) -> None:
    role = "arn:aws:iam::123456789012:role/SageMaker"
    for number in range(3):
        sagemaker.create_model(ModelName=f"m-{number}", ExecutionRoleArn=role)
    page = visitor.get("/search?resource=Model")
    assert re.findall(r'data-action="(\w+)"', page) == ["tag", "delete"]
    visitor.follow("/search/delete", {"resource": "Model", "tick": ["m-0", "m-2"]})
    assert [each["ModelName"] for each in sagemaker.list_models()["Models"]] == ["m-1"]
    visitor.get("/search/stop?resource=Model&tick=m-1", status=404)
    visitor.get("/search/delete?resource=Nothing&all=1", status=404)
    sagemaker.create_experiment(ExperimentName="e")
    page = visitor.get("/search?resource=Experiment")
    assert re.findall(r'data-action="(\w+)"', page) == ["tag", "delete"]
    visitor.follow("/search/delete", {"resource": "Experiment", "tick": ["e"]})
    assert sagemaker.list_experiments()["ExperimentSummaries"] == []
    sagemaker.create_model_package_group(ModelPackageGroupName="g")
    assert "data-action" not in visitor.get("/search?resource=ModelPackageGroup")


@pytest.mark.parametrize("prefix", ["", "resource=&"])
@pytest.mark.parametrize("action", ["delete", "tag", "stop"])
def test_ticks_without_a_kind_are_training_jobs(
    visitor: Any, jobs: list[str], action: str, prefix: str
) -> None:
    page = visitor.get(f"/search/{action}?{prefix}{urlencode(ticks(*jobs[:2]))}")
    assert f"<h1>{action.capitalize()} 2 training jobs?</h1>" in page.replace("<wbr>", "")
    assert '<input type="hidden" name="resource" value="TrainingJob">' in page


def test_ticks_without_a_kind_are_compared(visitor: Any, jobs: list[str]) -> None:
    response = visitor.raw(f"/search/compare?{urlencode(ticks(*jobs[:2]))}")
    assert response.headers["Location"] == f"/sagemock/compare?job={jobs[0]}&job={jobs[1]}"


def test_ticks_are_bounded(visitor: Any, jobs: list[str]) -> None:
    names = [f"name-{number}" for number in range(MAX_TICKS + 50)]
    data = visitor.json(f"/search.json?{urlencode([*BY_NAME, *ticks(*names)])}")
    assert data["ticked"] == names[:MAX_TICKS]


def test_nothing_ticked_is_said(visitor: Any, jobs: list[str]) -> None:
    assert "Nothing is ticked" in visitor.get(f"/search/delete?{urlencode(BY_NAME)}")
    visitor.get("/search/changes/7", status=404)


def test_a_reset_ends_the_reports(visitor: Any, jobs: list[str]) -> None:
    visitor.follow("/search/delete", {"resource": "TrainingJob", "tick": "job-03"})
    visitor.get("/search/changes/1")
    from sagemock.web import wsgi

    wsgi.reset()
    visitor.get("/search/changes/1", status=404)
