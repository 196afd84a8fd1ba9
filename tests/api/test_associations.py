"""Associations between lineage entities, and what keeps entities from being deleted."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.conftest import ErrorOf, arn
from tests.api.test_lineage_entities import action, artifact, context

from sagemock.api import associations


@pytest.fixture
def ends(sagemaker: Any) -> tuple[str, str]:
    """A data set and an action."""
    return artifact(sagemaker, ArtifactName="data"), action(sagemaker)


def test_an_association_is_listed_with_types_and_names(
    sagemaker: Any, ends: tuple[str, str]
) -> None:
    source, destination = ends
    answer = sagemaker.add_association(
        SourceArn=source, DestinationArn=destination, AssociationType="ContributedTo"
    )
    assert (answer["SourceArn"], answer["DestinationArn"]) == ends
    (listed,) = sagemaker.list_associations()["AssociationSummaries"]
    assert listed.pop("CreationTime") is not None
    assert listed == {
        "SourceArn": source,
        "DestinationArn": destination,
        "SourceType": "DataSet",
        "DestinationType": "Approval",
        "AssociationType": "ContributedTo",
        "SourceName": "data",
        "DestinationName": "approve",
        "CreatedBy": {},
    }
    sagemaker.update_artifact(ArtifactArn=source, ArtifactName="renamed")
    (listed,) = sagemaker.list_associations()["AssociationSummaries"]
    assert listed["SourceName"] == "renamed"


def test_an_association_is_unique_whatever_its_type(
    sagemaker: Any, ends: tuple[str, str], error_of: ErrorOf
) -> None:
    source, destination = ends
    request = {"SourceArn": source, "DestinationArn": destination}
    sagemaker.add_association(**request)
    code, text = error_of(sagemaker.add_association, **request, AssociationType="Produced")
    assert code == "ValidationException"
    assert text == (
        f"Association from '{source}' to '{destination}' must be unique, and one with the same "
        "source and destination already exists."
    )
    (listed,) = sagemaker.list_associations()["AssociationSummaries"]
    assert "AssociationType" not in listed
    # The other way round is another one: a cycle is no fault.
    sagemaker.add_association(SourceArn=destination, DestinationArn=source)


def test_both_ends_must_exist(sagemaker: Any, ends: tuple[str, str], error_of: ErrorOf) -> None:
    missing = arn("context", "none")
    for source, destination in ((ends[0], missing), (missing, ends[0])):
        code, text = error_of(
            sagemaker.add_association, SourceArn=source, DestinationArn=destination
        )
        assert (code, text) == ("ResourceNotFound", f"Context '{missing}' does not exist.")
    code, text = error_of(sagemaker.delete_association, SourceArn=ends[0], DestinationArn=ends[1])
    assert code == "ResourceNotFound"
    assert text == f"Association from '{ends[0]}' to '{ends[1]}' does not exist."


def test_a_job_is_no_end(sagemaker: Any, ends: tuple[str, str], error_of: ErrorOf) -> None:
    code, text = error_of(
        sagemaker.add_association,
        SourceArn=ends[0],
        DestinationArn=arn("training-job", "j"),
    )
    assert code == "ValidationException"
    assert "Member must satisfy regular expression pattern" in text


def test_pairs_that_make_no_sense_are_refused(
    sagemaker: Any, ends: tuple[str, str], error_of: ErrorOf
) -> None:
    code, text = error_of(sagemaker.add_association, SourceArn=ends[0], DestinationArn=ends[0])
    assert code == "ValidationException"
    assert "must be different" in text
    sagemaker.create_experiment(ExperimentName="e")
    component = sagemaker.create_trial_component(TrialComponentName="t")["TrialComponentArn"]
    code, text = error_of(
        sagemaker.add_association, SourceArn=arn("experiment", "e"), DestinationArn=component
    )
    assert code == "ValidationException"
    assert "between two experiment entities" in text
    sagemaker.add_association(SourceArn=arn("experiment", "e"), DestinationArn=ends[0])
    sagemaker.add_association(SourceArn=ends[0], DestinationArn=component)
    listed = sagemaker.list_associations(SortOrder="Ascending")["AssociationSummaries"]
    assert [(each["SourceType"], each["DestinationType"]) for each in listed] == [
        ("Experiment", "DataSet"),
        ("DataSet", "SageMakerExperimentTrialComponent"),
    ]


def test_an_entity_with_associations_is_not_deleted(
    sagemaker: Any, ends: tuple[str, str], error_of: ErrorOf
) -> None:
    source, destination = ends
    sagemaker.add_association(SourceArn=source, DestinationArn=destination)
    expected = f"Artifact '{source}' is linked to 1 or more associations and cannot be deleted."
    assert error_of(sagemaker.delete_artifact, ArtifactArn=source) == (
        "ValidationException",
        expected,
    )
    assert error_of(sagemaker.delete_action, ActionName="approve")[0] == "ValidationException"
    sagemaker.delete_association(SourceArn=source, DestinationArn=destination)
    sagemaker.delete_artifact(ArtifactArn=source)
    sagemaker.delete_action(ActionName="approve")


def test_a_deleted_component_takes_its_associations_along(
    sagemaker: Any, ends: tuple[str, str]
) -> None:
    component = sagemaker.create_trial_component(TrialComponentName="t")["TrialComponentArn"]
    sagemaker.add_association(SourceArn=ends[0], DestinationArn=component)
    sagemaker.add_association(SourceArn=component, DestinationArn=ends[1])
    sagemaker.delete_trial_component(TrialComponentName="t")
    assert sagemaker.list_associations()["AssociationSummaries"] == []
    sagemaker.delete_artifact(ArtifactArn=ends[0])


def test_associations_are_filtered_and_sorted(sagemaker: Any, ends: tuple[str, str]) -> None:
    source, middle = ends
    group = context(sagemaker)
    sagemaker.add_association(
        SourceArn=source, DestinationArn=middle, AssociationType="ContributedTo"
    )
    sagemaker.add_association(
        SourceArn=middle, DestinationArn=group, AssociationType="AssociatedWith"
    )

    def pairs(**request: Any) -> list[tuple[str, str]]:
        listed = sagemaker.list_associations(**request)["AssociationSummaries"]
        return [(each["SourceArn"], each["DestinationArn"]) for each in listed]

    first, second = (source, middle), (middle, group)
    assert pairs() == [second, first]
    assert pairs(SourceArn=source) == [first]
    assert pairs(DestinationArn=group) == [second]
    assert pairs(SourceType="DataSet") == pairs(DestinationType="Approval") == [first]
    # As ModelArtifact.endpoints of the SDK asks.
    assert pairs(SourceArn=source, DestinationType="Action") == [first]
    assert pairs(AssociationType="AssociatedWith") == [second]
    assert pairs(SourceType="Approval", AssociationType="Produced") == []
    assert pairs(SortBy="DestinationType", SortOrder="Ascending") == [first, second]
    assert pairs(SortBy="SourceArn", SortOrder="Ascending") == sorted([first, second])
    pages = sagemaker.get_paginator("list_associations").paginate(MaxResults=1)
    assert [each["SourceArn"] for page in pages for each in page["AssociationSummaries"]] == [
        middle,
        source,
    ]


def test_users_have_a_quota(
    sagemaker: Any, ends: tuple[str, str], error_of: ErrorOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(associations, "MAX_ASSOCIATIONS", 1)
    source, destination = ends
    sagemaker.add_association(SourceArn=source, DestinationArn=destination)
    again = {"SourceArn": destination, "DestinationArn": source}
    assert error_of(sagemaker.add_association, **again)[0] == "ResourceLimitExceeded"
    sagemaker.delete_association(SourceArn=source, DestinationArn=destination)
    sagemaker.add_association(**again)
