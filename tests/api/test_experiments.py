"""Experiments, trials and trial components, by a real client."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.api.conftest import ErrorOf, arn

MISSING = "ResourceNotFound"


def gone(kind: str, noun: str, name: str = "x") -> tuple[str, str]:
    return MISSING, f"{noun} '{arn(kind, name)}' does not exist."


@pytest.fixture
def entities(sagemaker: Any) -> Any:
    """An experiment with one trial, which a component is in."""
    sagemaker.create_experiment(ExperimentName="e", DisplayName="Mine", Description="What for")
    sagemaker.create_trial(TrialName="t", ExperimentName="e")
    sagemaker.create_trial_component(TrialComponentName="c")
    sagemaker.associate_trial_component(TrialComponentName="c", TrialName="t")
    return sagemaker


def test_an_experiment(sagemaker: Any, error_of: ErrorOf) -> None:
    created = sagemaker.create_experiment(ExperimentName="e", Description="What for")
    assert created["ExperimentArn"] == arn("experiment", "e")
    shown = sagemaker.describe_experiment(ExperimentName="e")
    assert (shown["ExperimentName"], shown["DisplayName"]) == ("e", "e")
    assert shown["Description"] == "What for"
    assert (shown["CreatedBy"], shown["LastModifiedBy"]) == ({}, {})
    assert shown["CreationTime"] == shown["LastModifiedTime"]
    sagemaker.update_experiment(ExperimentName="e", DisplayName="Other")
    changed = sagemaker.describe_experiment(ExperimentName="e")
    assert (changed["DisplayName"], changed["Description"]) == ("Other", "What for")
    assert changed["LastModifiedTime"] >= changed["CreationTime"]
    assert error_of(sagemaker.create_experiment, ExperimentName="e") == (
        "ValidationException",
        "Experiment with name (e) already exists.",
    )
    sagemaker.delete_experiment(ExperimentName="e")
    for operation in ("describe", "update", "delete"):
        call = getattr(sagemaker, f"{operation}_experiment")
        assert error_of(call, ExperimentName="e") == gone("experiment", "Experiment", "e")


def test_a_trial(entities: Any, error_of: ErrorOf) -> None:
    shown = entities.describe_trial(TrialName="t")
    assert (shown["ExperimentName"], shown["DisplayName"]) == ("e", "t")
    assert shown["TrialArn"] == arn("experiment-trial", "t")
    entities.update_trial(TrialName="t", DisplayName="Other")
    assert entities.describe_trial(TrialName="t")["DisplayName"] == "Other"
    request = {"TrialName": "t", "ExperimentName": "e"}
    assert error_of(entities.create_trial, **request) == (
        "ValidationException",
        "Trial with name (t) already exists.",
    )
    request = {"TrialName": "u", "ExperimentName": "x"}
    assert error_of(entities.create_trial, **request) == gone("experiment", "Experiment")
    for operation in ("describe", "update", "delete"):
        call = getattr(entities, f"{operation}_trial")
        assert error_of(call, TrialName="x") == gone("experiment-trial", "Trial")


def test_a_component(sagemaker: Any, error_of: ErrorOf) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    sagemaker.create_trial_component(
        TrialComponentName="c",
        DisplayName="Prepare",
        Status={"PrimaryStatus": "InProgress", "Message": "going on"},
        StartTime=start,
        Parameters={"a": {"NumberValue": 1.0}, "b": {"StringValue": "x"}},
        InputArtifacts={"data": {"Value": "s3://b/k", "MediaType": "text/csv"}},
    )
    sagemaker.update_trial_component(
        TrialComponentName="c",
        Status={"PrimaryStatus": "Completed"},
        Parameters={"b": {"StringValue": "y"}, "d": {"NumberValue": 2.0}},
        ParametersToRemove=["a"],
        OutputArtifacts={"model": {"Value": "s3://b/m"}},
        InputArtifactsToRemove=["data", "not there"],
    )
    shown = sagemaker.describe_trial_component(TrialComponentName="c")
    assert shown["Parameters"] == {"b": {"StringValue": "y"}, "d": {"NumberValue": 2.0}}
    assert (shown["InputArtifacts"], shown["Metrics"], shown["Sources"]) == ({}, [], [])
    assert shown["OutputArtifacts"] == {"model": {"Value": "s3://b/m"}}
    assert shown["Status"] == {"PrimaryStatus": "Completed"}
    assert (shown["DisplayName"], shown["StartTime"]) == ("Prepare", start)
    assert error_of(sagemaker.create_trial_component, TrialComponentName="c") == (
        "ValidationException",
        "TrialComponent with name (c) already exists.",
    )
    sagemaker.delete_trial_component(TrialComponentName="c")
    for operation in ("describe", "update", "delete"):
        call = getattr(sagemaker, f"{operation}_trial_component")
        expected = gone("experiment-trial-component", "TrialComponent", "c")
        assert error_of(call, TrialComponentName="c") == expected


def test_a_component_is_in_trials(entities: Any, error_of: ErrorOf) -> None:
    """What belongs together is deleted from the inside out; the first text was observed."""
    both = {"TrialComponentName": "c", "TrialName": "t"}
    again = entities.associate_trial_component(**both)
    assert again["TrialArn"] == arn("experiment-trial", "t")
    assert again["TrialComponentArn"] == arn("experiment-trial-component", "c")
    assert error_of(entities.delete_trial_component, TrialComponentName="c") == (
        "ValidationException",
        f"TrialComponent '{arn('experiment-trial-component', 'c')}' is linked to 1 or more trials "
        "and cannot be deleted.",
    )
    assert error_of(entities.delete_trial, TrialName="t")[1] == (
        f"Trial '{arn('experiment-trial', 't')}' is linked to 1 or more trial components and "
        "cannot be deleted."
    )
    assert error_of(entities.delete_experiment, ExperimentName="e")[1] == (
        f"Experiment '{arn('experiment', 'e')}' is linked to 1 or more trials and cannot be "
        "deleted."
    )
    entities.disassociate_trial_component(**both)
    entities.disassociate_trial_component(**both)
    assert entities.list_trial_components(TrialName="t")["TrialComponentSummaries"] == []
    entities.delete_trial_component(TrialComponentName="c")
    entities.delete_trial(TrialName="t")
    entities.delete_experiment(ExperimentName="e")
    assert entities.list_experiments()["ExperimentSummaries"] == []


@pytest.mark.parametrize("operation", ["associate", "disassociate"])
def test_only_what_exists_is_tied(entities: Any, error_of: ErrorOf, operation: str) -> None:
    call = getattr(entities, f"{operation}_trial_component")
    assert error_of(call, TrialComponentName="c", TrialName="x") == gone(
        "experiment-trial", "Trial"
    )
    missing = gone("experiment-trial-component", "TrialComponent")
    assert error_of(call, TrialComponentName="x", TrialName="t") == missing


def test_lists(entities: Any, error_of: ErrorOf) -> None:
    entities.create_experiment(ExperimentName="f")
    entities.create_trial(TrialName="u", ExperimentName="f")
    entities.create_trial_component(TrialComponentName="d")

    def names(operation: str, key: str, **request: Any) -> list[str]:
        answer = getattr(entities, operation)(**request)
        (summaries,) = (value for name, value in answer.items() if name.endswith("Summaries"))
        return [each[key] for each in summaries]

    by_name = {"SortBy": "Name", "SortOrder": "Ascending"}
    assert names("list_experiments", "ExperimentName", **by_name) == ["e", "f"]
    assert names("list_trials", "TrialName", **by_name) == ["t", "u"]
    assert names("list_trials", "TrialName", ExperimentName="f") == ["u"]
    assert names("list_trials", "TrialName", TrialComponentName="c") == ["t"]
    assert names("list_trials", "TrialName", TrialComponentName="d") == []
    components = ("list_trial_components", "TrialComponentName")
    assert names(*components, **by_name) == ["c", "d"]
    assert names(*components, ExperimentName="e") == ["c"]
    assert names(*components, ExperimentName="f") == []
    assert names(*components, TrialName="t") == ["c"]
    assert names(*components, CreatedBefore=datetime(2020, 1, 1, tzinfo=UTC)) == []
    assert names(*components, CreatedAfter=datetime(2020, 1, 1, tzinfo=UTC), **by_name) == [
        "c",
        "d",
    ]
    assert error_of(entities.list_trial_components, TrialName="t", ExperimentName="e") == (
        "ValidationException",
        "Only one of ExperimentName, TrialName and SourceArn can be specified.",
    )
    assert error_of(entities.list_trial_components, TrialName="x")[0] == MISSING
    assert error_of(entities.list_trials, ExperimentName="x")[0] == MISSING
    assert error_of(entities.list_trials, TrialComponentName="x")[0] == MISSING


def test_pages_and_default_order(sagemaker: Any) -> None:
    for number in range(5):
        sagemaker.create_trial_component(TrialComponentName=f"c{number}")
    first = sagemaker.list_trial_components(MaxResults=3)
    second = sagemaker.list_trial_components(MaxResults=3, NextToken=first["NextToken"])
    assert "NextToken" not in second
    listed = first["TrialComponentSummaries"] + second["TrialComponentSummaries"]
    assert {each["TrialComponentName"] for each in listed} == {f"c{n}" for n in range(5)}
    times = [each["CreationTime"] for each in listed]
    assert times == sorted(times, reverse=True)


def test_all_can_be_tagged_and_found(entities: Any) -> None:
    for kind, name, resource, member in (
        ("experiment", "e", "Experiment", "ExperimentName"),
        ("experiment-trial", "t", "ExperimentTrial", "TrialName"),
        ("experiment-trial-component", "c", "ExperimentTrialComponent", "TrialComponentName"),
    ):
        tags = [{"Key": "Project", "Value": kind}]
        entities.add_tags(ResourceArn=arn(kind, name), Tags=tags)
        assert entities.list_tags(ResourceArn=arn(kind, name))["Tags"] == tags
        tagged = {"Filters": [{"Name": "Tags.Project", "Value": kind}]}
        (result,) = entities.search(Resource=resource, SearchExpression=tagged)["Results"]
        (document,) = result.values()
        assert (document[member], document["Tags"]) == (name, tags)
    (result,) = entities.search(
        Resource="Experiment",
        SearchExpression={"Filters": [{"Name": "DisplayName", "Value": "Mine"}]},
    )["Results"]
    assert result["Experiment"]["Description"] == "What for"
    (result,) = entities.search(Resource="ExperimentTrial")["Results"]
    (summary,) = result["Trial"]["TrialComponentSummaries"]
    assert summary["TrialComponentArn"] == arn("experiment-trial-component", "c")


def test_creation_and_deletion_race_without_orphans(sagemaker: Any) -> None:
    """A trial's experiment is there as long as the trial is."""
    barrier = threading.Barrier(2)

    def attempt(call: Any, **request: Any) -> bool:
        barrier.wait()
        try:
            call(**request)
        except ClientError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        for number in range(20):
            name = f"e{number}"
            sagemaker.create_experiment(ExperimentName=name)
            created = pool.submit(
                attempt, sagemaker.create_trial, TrialName=name, ExperimentName=name
            )
            deleted = pool.submit(attempt, sagemaker.delete_experiment, ExperimentName=name)
            assert created.result() != deleted.result()
    experiments = sagemaker.list_experiments(MaxResults=100)["ExperimentSummaries"]
    trials = sagemaker.list_trials(MaxResults=100)["TrialSummaries"]
    left = {each["ExperimentName"] for each in experiments}
    assert {each["TrialName"] for each in trials} == left


def test_names_are_the_same_in_any_case(entities: Any, error_of: ErrorOf) -> None:
    assert entities.describe_experiment(ExperimentName="E")["ExperimentName"] == "e"
    assert error_of(entities.create_experiment, ExperimentName="E")[1] == (
        "Experiment with name (E) already exists."
    )
    assert error_of(entities.create_trial, TrialName="T", ExperimentName="e")[0] == (
        "ValidationException"
    )
    assert error_of(entities.create_trial_component, TrialComponentName="C")[0] == (
        "ValidationException"
    )
    entities.create_trial(TrialName="u", ExperimentName="E")
    assert entities.describe_trial(TrialName="U")["ExperimentName"] == "e"
    entities.update_trial(TrialName="U", DisplayName="Other")
    assert entities.describe_trial(TrialName="u")["DisplayName"] == "Other"
    entities.update_experiment(ExperimentName="E", Description="Another")
    assert entities.describe_experiment(ExperimentName="e")["Description"] == "Another"
    entities.update_trial_component(TrialComponentName="C", DisplayName="Other")
    listed = entities.list_trial_components(TrialName="T")["TrialComponentSummaries"]
    assert [(each["TrialComponentName"], each["DisplayName"]) for each in listed] == [
        ("c", "Other")
    ]
    assert len(entities.list_trials(TrialComponentName="C")["TrialSummaries"]) == 1
    entities.disassociate_trial_component(TrialComponentName="C", TrialName="T")
    entities.delete_trial_component(TrialComponentName="C")
    entities.delete_trial(TrialName="T")
    entities.delete_trial(TrialName="U")
    entities.delete_experiment(ExperimentName="E")
