"""The pages of experiments, trials and trial components, and the links between them."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest

from sagemock.accounts.world import World
from sagemock.resources.metric_series import MetricPoint, MetricSeries

JOB = "digits-batch-100"
COMPONENT = f"{JOB}-aws-training-job"
ARN = "arn:aws:sagemaker:us-east-1:123456789012"


@pytest.fixture
def experiment(sagemaker: Any, seed: list[str]) -> str:
    sagemaker.create_experiment(
        ExperimentName="digits",
        Description="Which settings recognise a zero",
        Tags=[{"Key": "Team", "Value": "vision"}],
    )
    for trial in ("small", "large"):
        sagemaker.create_trial(TrialName=trial, ExperimentName="digits")
    for job, trial in zip(seed, ("small", "small", "large"), strict=True):
        sagemaker.associate_trial_component(
            TrialComponentName=f"{job}-aws-training-job", TrialName=trial
        )
    sagemaker.create_trial_component(TrialComponentName="alone")
    return "digits"


def links(page: str) -> set[str]:
    main = page.partition("<main")[2].partition("</main>")[0]
    return set(re.findall(r'href="/sagemock(/[^"#]*)"', main))


def test_each_leads_to_the_others(visitor: Any, experiment: str) -> None:
    assert "/experiments/digits" in links(visitor.get("/experiments"))
    page = links(visitor.get("/experiments/digits"))
    assert {"/trials/small", "/trials/large", f"/trial-components/{COMPONENT}"} <= page
    assert "/trial-components/alone" not in page
    page = links(visitor.get("/trials/small"))
    assert {"/experiments/digits", f"/trial-components/{COMPONENT}"} <= page
    assert "/trial-components/digits-batch-300-aws-training-job" not in page
    page = links(visitor.get(f"/trial-components/{COMPONENT}"))
    assert {f"/training-jobs/{JOB}", "/trials/small", "/experiments/digits"} <= page
    assert f"/trial-components/{COMPONENT}" in links(visitor.get(f"/training-jobs/{JOB}"))


def test_an_experiment_is_described(visitor: Any, experiment: str) -> None:
    page = visitor.get("/experiments/digits")
    for text in ("Which settings recognise a zero", "<bdi>vision</bdi>", f"{ARN}:experiment/"):
        assert text in page.replace("<wbr>", "")
    trials = page.partition('id="trials"')[2].partition("</section>")[0]
    counts = re.findall(r'/trials/(\w+)".*?<td class="number">(\d+)</td>', trials)
    assert set(counts) == {("small", "2"), ("large", "1")}


def test_the_leaderboard_is_sorted_as_its_address_says(visitor: Any, experiment: str) -> None:
    for order in ("Ascending", "Descending"):
        path = f"/experiments/digits?sort=Parameters.mini_batch_size&order={order}"
        names = re.findall(r'<th scope="row"><a href="[^"]*/digits-batch-(\d+)', visitor.get(path))
        assert names == sorted(["100", "200", "300"], reverse=order == "Descending")
    page = visitor.get("/experiments/digits")
    assert "mini_batch_size" in page.partition('id="results"')[2].replace("<wbr>", "")
    assert 'href="/sagemock/experiments/digits?sort=TrialComponentName' in page
    # What the address says on filters is no business of this page.
    assert "digits-batch-100" in visitor.get("/experiments/digits?property=x&value=y")


def test_the_best_component_comes_first(visitor: Any, experiment: str) -> None:
    page = visitor.get("/experiments/digits")
    column, order = re.findall(r'aria-sort="(\w+)"><a href="[^"]*" title="Sort by ([^"]+)"', page)[
        0
    ][::-1]
    assert column.startswith("Metrics.")
    rows = visitor.raw("/experiments/digits.csv").text
    values = [float(row[column]) for row in csv.DictReader(io.StringIO(rows))]
    assert values == sorted(values, reverse=order == "descending")


def test_the_search_for_the_same_components_is_a_click_away(visitor: Any, experiment: str) -> None:
    paths = [each for each in links(visitor.get("/trials/small")) if "Parents.TrialName" in each]
    assert {re.search(r"view=(\w+)|$", each)[1] for each in paths} == {None, "scatter", "parallel"}
    for path in paths:
        page = visitor.get(path.replace("&amp;", "&"))
        assert "<strong>2</strong> found" in page


def test_in_other_formats(visitor: Any, experiment: str) -> None:
    found = visitor.json("/experiments/digits.json")
    assert found["Experiment"]["Description"] == "Which settings recognise a zero"
    assert set(found["Trials"]) == {"small", "large"}
    assert len(found["TrialComponents"]) == 3
    rows = list(csv.reader(io.StringIO(visitor.raw("/trials/small.csv").text)))
    assert rows[0][0] == "TrialComponentName"
    assert len(rows) == 3


def test_an_empty_experiment_says_how_it_is_filled(visitor: Any, sagemaker: Any) -> None:
    sagemaker.create_experiment(ExperimentName="empty")
    page = visitor.get("/experiments/empty")
    assert "CreateTrial makes one" in page
    assert "No components yet" in page
    assert visitor.raw("/experiments/empty.csv").text.startswith("TrialComponentName")
    visitor.follow("/experiments/empty/delete", {})
    visitor.get("/experiments/empty", 404)


def test_what_refuses_to_be_deleted_says_why(visitor: Any, experiment: str) -> None:
    assert visitor.post("/experiments/digits/delete", {}).status_code == 400
    visitor.get("/experiments/digits")


def test_a_component_has_tables_and_curves(visitor: Any, experiment: str, world: World) -> None:
    page = visitor.get(f"/trial-components/{COMPONENT}").replace("<wbr>", "")
    assert re.search(r'<th scope="row">mini_batch_size</th><td class="mono">100</td>', page)
    inputs = page.partition('id="inputs"')[2].partition("</section>")[0]
    assert "s3://digits/train/" in inputs
    outputs = page.partition('id="outputs"')[2].partition("</section>")[0]
    assert re.search(rf'href="/sagemock/training-jobs/{JOB}">s3://digits/output-100/', outputs)
    assert 'class="chart"' in page
    known = visitor.json(f"/trial-components/{COMPONENT}.json")
    assert known["Curves"] == {
        name: list(series.values)
        for name, series in world.metric_series[COMPONENT].items()
        if len(series.values) > 1 and name != "train:progress"
    }
    (metric, *_) = known["ExperimentTrialComponent"]["Metrics"]
    rows = list(csv.DictReader(io.StringIO(visitor.raw(f"/trial-components/{COMPONENT}.csv").text)))
    assert rows[0]["MetricName"] == metric["MetricName"]
    assert float(rows[0]["Avg"]) == metric["Avg"]


def test_each_metric_leads_to_all_components_by_it(visitor: Any, experiment: str) -> None:
    page = visitor.get(f"/trial-components/{COMPONENT}")
    paths = [each for each in links(page) if "sort=Metrics." in each]
    assert paths
    for path in paths:
        assert "<strong>4</strong> found" in visitor.get(path.replace("&amp;", "&"))


def test_a_component_made_by_hand(visitor: Any, experiment: str) -> None:
    page = visitor.get("/trial-components/alone")
    assert "in no trial" in page
    assert 'class="chart"' not in page
    visitor.follow("/trial-components/alone/delete", {})
    visitor.get("/trial-components/alone", 404)


def test_a_component_of_extreme_size_stays_readable(visitor: Any, world: World) -> None:
    text = "<&\"'日本語🧪" * 300
    name = "c" * 120
    world.trial_components.insert(
        {
            "TrialComponentName": name,
            "TrialComponentArn": f"{ARN}:experiment-trial-component/{name}",
            "DisplayName": text[:120],
            "CreationTime": 1.0,
            "Source": {"SourceArn": text, "SourceType": text},
            "Status": {"PrimaryStatus": "InProgress", "Message": text[:1024]},
            "Parameters": {f"{'p' * 300}{each}": {"StringValue": text} for each in range(300)},
            "InputArtifacts": {f"{'i' * 60}{each}": {"Value": text} for each in range(60)},
            "OutputArtifacts": {f"{'o' * 60}{each}": {"Value": text} for each in range(60)},
            "Metrics": [
                {"MetricName": f"{'m' * 200}{each}", "Last": 1e308, "Count": 2}
                for each in range(100)
            ],
            "Parents": [{"TrialName": "t" * 120, "ExperimentName": "e" * 120}] * 50,
            "Tags": [],
        }
    )
    world.metric_series[name] = {
        f"{'m' * 200}{each}": MetricSeries(MetricPoint(step, step * 1.5) for step in range(500))
        for each in range(40)
    }
    page = visitor.get(f"/trial-components/{name}")
    assert "and 260 more" in page
    assert len(page.encode()) < 135_000
