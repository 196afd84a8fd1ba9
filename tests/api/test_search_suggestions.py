"""GetSearchSuggestions."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.conftest import arn, job

from sagemock.wire import service_model


@pytest.fixture
def jobs(sagemaker: Any) -> Any:
    rates = {"linear_lr": "0.1", "linear_wd": "0.2", "epochs": "3"}
    sagemaker.create_training_job(
        **job("a", HyperParameters=rates, Tags=[{"Key": "Linear", "Value": "x"}])
    )
    sagemaker.create_training_job(**job("b", HyperParameters={"other": "1"}))
    return sagemaker


def suggested(client: Any, hint: str | None = None, resource: str = "TrainingJob") -> list[str]:
    query = {} if hint is None else {"PropertyNameQuery": {"PropertyNameHint": hint}}
    answer = client.get_search_suggestions(Resource=resource, SuggestionQuery=query)
    return [each["PropertyName"] for each in answer["PropertyNameSuggestions"]]


def test_names_that_begin_with_the_hint(jobs: Any) -> None:
    assert suggested(jobs, "linear") == [
        "hyperparameters.linear_lr",
        "hyperparameters.linear_wd",
        "tags.Linear",
    ]
    assert suggested(jobs, "hyperparameters.linear_w") == ["hyperparameters.linear_wd"]
    assert suggested(jobs, "lr") == []


def test_without_a_hint_everything_in_use(jobs: Any) -> None:
    everything = [
        "hyperparameters.epochs",
        "hyperparameters.linear_lr",
        "hyperparameters.linear_wd",
        "hyperparameters.other",
        "tags.Linear",
    ]
    assert suggested(jobs) == everything
    assert suggested(jobs, "") == everything


def test_what_is_gone_is_not_suggested(jobs: Any) -> None:
    assert "tags.Linear" in suggested(jobs)
    jobs.delete_tags(ResourceArn=arn("training-job", "a"), TagKeys=["Linear"])
    assert "tags.Linear" not in suggested(jobs)


def test_a_suggestion_can_be_searched_by(jobs: Any) -> None:
    for name in suggested(jobs):
        expression = {"Filters": [{"Name": name, "Operator": "Exists"}]}
        answer = jobs.search(Resource="TrainingJob", SearchExpression=expression)
        assert answer["TotalHits"]["Value"] == 1


def test_a_hundred_at_most(sagemaker: Any) -> None:
    many = {f"p{number:03d}": "1" for number in range(100)}
    sagemaker.create_training_job(**job("a", HyperParameters={**many}))
    more = {f"q{number:03d}": "1" for number in range(50)}
    sagemaker.create_training_job(**job("b", HyperParameters=more))
    assert len(suggested(sagemaker)) == 100
    assert len(suggested(sagemaker, "q")) == 50


def test_every_resource_answers(jobs: Any) -> None:
    for resource in service_model.enum_values("ResourceType"):
        if resource != "TrainingJob":
            assert suggested(jobs, resource=resource) == []


def test_metrics_of_trial_components(sagemaker: Any) -> None:
    import boto3

    sagemaker.create_trial_component(TrialComponentName="c")
    boto3.client("sagemaker-metrics", "us-east-1").batch_put_metrics(
        TrialComponentName="c",
        MetricData=[{"MetricName": "loss", "Timestamp": 1.7e9, "Value": 0.5, "Step": 1}],
    )
    assert suggested(sagemaker, "lo", "ExperimentTrialComponent") == ["metrics.loss"]
