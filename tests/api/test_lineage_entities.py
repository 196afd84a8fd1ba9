"""Artifacts, actions, contexts and lineage groups, as boto3 sees them."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.api.conftest import ACCOUNT, REGION, ErrorOf, arn

from sagemock.api import lineage_entities
from sagemock.resources import clock, types

MISSING = arn("artifact", "0" * 32)
GROUP = arn("lineage-group", "sagemaker-default-lineage-group")


def artifact(sagemaker: Any, uri: str = "s3://bucket/data", **members: Any) -> str:
    request = {"Source": {"SourceUri": uri}, "ArtifactType": "DataSet", **members}
    made: str = sagemaker.create_artifact(**request)["ArtifactArn"]
    return made


def action(sagemaker: Any, name: str = "approve", **members: Any) -> str:
    request = {
        "ActionName": name,
        "Source": {"SourceUri": "arn:of:a:package", "SourceType": "ARN", "SourceId": "7"},
        "ActionType": "Approval",
        **members,
    }
    made: str = sagemaker.create_action(**request)["ActionArn"]
    return made


def context(sagemaker: Any, name: str = "my_group", **members: Any) -> str:
    request = {
        "ContextName": name,
        "Source": {"SourceUri": "arn:of:a:group"},
        "ContextType": "ModelGroup",
        **members,
    }
    made: str = sagemaker.create_context(**request)["ContextArn"]
    return made


def test_an_artifact_is_described_as_it_was_created(sagemaker: Any) -> None:
    made = artifact(
        sagemaker,
        ArtifactName="rows",
        Properties={"rows": "100"},
        MetadataProperties={"CommitId": "abc", "GeneratedBy": "me"},
        Tags=[{"Key": "team", "Value": "a"}],
    )
    described = sagemaker.describe_artifact(ArtifactArn=made)
    created = described.pop("CreationTime")
    assert described.pop("LastModifiedTime") == created
    del described["ResponseMetadata"]
    assert described == {
        "ArtifactName": "rows",
        "ArtifactArn": made,
        "Source": {"SourceUri": "s3://bucket/data"},
        "ArtifactType": "DataSet",
        "Properties": {"rows": "100"},
        "CreatedBy": {},
        "LastModifiedBy": {},
        "MetadataProperties": {"CommitId": "abc", "GeneratedBy": "me"},
        "LineageGroupArn": GROUP,
    }
    assert sagemaker.list_tags(ResourceArn=made)["Tags"] == [{"Key": "team", "Value": "a"}]


def test_the_arn_of_an_artifact_follows_from_its_source(sagemaker: Any) -> None:
    first = artifact(sagemaker, "s3://bucket/a")
    prefix, _, identifier = first.rpartition("/")
    assert prefix == f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:artifact"
    assert len(identifier) == 32
    assert set(identifier) <= set("0123456789abcdef")
    sagemaker.delete_artifact(ArtifactArn=first)
    assert artifact(sagemaker, "s3://bucket/a") == first
    assert artifact(sagemaker, "s3://bucket/b") != first


def test_a_source_has_one_artifact(sagemaker: Any, error_of: ErrorOf) -> None:
    made = artifact(sagemaker)
    request = {"Source": {"SourceUri": "s3://bucket/data"}, "ArtifactType": "Model"}
    code, text = error_of(sagemaker.create_artifact, **request)
    assert code == "ValidationException"
    assert text == f"Artifact with source URI (s3://bucket/data) already exists: {made}"
    # What lies there later is another source.
    kinds = [{"SourceIdType": "S3ETag", "Value": "1"}, {"SourceIdType": "MD5Hash", "Value": "2"}]
    other = sagemaker.create_artifact(
        Source={"SourceUri": "s3://bucket/data", "SourceTypes": kinds}, ArtifactType="Model"
    )
    assert other["ArtifactArn"] != made
    source = {"SourceUri": "s3://bucket/data", "SourceTypes": kinds[::-1]}
    assert sagemaker.delete_artifact(Source=source)["ArtifactArn"] == other["ArtifactArn"]
    listed = sagemaker.list_artifacts(SourceUri="s3://bucket/data")["ArtifactSummaries"]
    assert [each["ArtifactArn"] for each in listed] == [made]


def test_artifacts_may_share_a_name(sagemaker: Any) -> None:
    # Each run of the SDK names a chart after its title.
    artifact(sagemaker, "s3://bucket/a", ArtifactName="matrix")
    artifact(sagemaker, "s3://bucket/b", ArtifactName="matrix")
    assert len(sagemaker.list_artifacts()["ArtifactSummaries"]) == 2


@pytest.mark.parametrize("create", [action, context])
def test_names_of_actions_and_contexts_are_unique_in_whatever_case(
    sagemaker: Any, error_of: ErrorOf, create: Any
) -> None:
    made = create(sagemaker, "One")
    noun = create.__name__.capitalize()
    code, text = error_of(lambda **_: create(sagemaker, "one"))
    assert (code, text) == ("ValidationException", f"{noun} with name (one) already exists.")
    described = getattr(sagemaker, f"describe_{create.__name__}")(**{f"{noun}Name": "ONE"})
    assert described[f"{noun}Arn"] == made


@pytest.mark.parametrize("create", [action, context])
def test_actions_and_contexts_are_changed_and_described_by_arn(sagemaker: Any, create: Any) -> None:
    kind = create.__name__
    noun = kind.capitalize()
    made = create(sagemaker, "one", Properties={"a": "1", "b": "2"})
    update = getattr(sagemaker, f"update_{kind}")
    status = {"Status": "Completed"} if create is action else {}
    answer = update(
        **{f"{noun}Name": "one"},
        Description="new",
        Properties={"a": "9", "c": "3"},
        PropertiesToRemove=["b"],
        **status,
    )
    assert answer[f"{noun}Arn"] == made
    described = getattr(sagemaker, f"describe_{kind}")(**{f"{noun}Name": made})
    assert described[f"{noun}Name"] == "one"
    assert described["Description"] == "new"
    assert described["Properties"] == {"a": "9", "c": "3"}
    assert described.get("Status") == status.get("Status")
    assert described["LastModifiedTime"] >= described["CreationTime"]
    deleted = getattr(sagemaker, f"delete_{kind}")(**{f"{noun}Name": "one"})
    assert deleted[f"{noun}Arn"] == made


def test_an_artifact_is_renamed_and_loses_properties(sagemaker: Any) -> None:
    made = artifact(sagemaker, Properties={"a": "1", "b": "2"})
    sagemaker.update_artifact(ArtifactArn=made, ArtifactName="new", PropertiesToRemove=["a", "z"])
    described = sagemaker.describe_artifact(ArtifactArn=made)
    assert described["ArtifactName"] == "new"
    assert described["Properties"] == {"b": "2"}


def test_what_does_not_exist_is_not_found(sagemaker: Any, error_of: ErrorOf) -> None:
    for call, request in (
        (sagemaker.describe_artifact, {"ArtifactArn": MISSING}),
        (sagemaker.update_artifact, {"ArtifactArn": MISSING}),
        (sagemaker.delete_artifact, {"ArtifactArn": MISSING}),
    ):
        expected = ("ResourceNotFound", f"Artifact '{MISSING}' does not exist.")
        assert error_of(call, **request) == expected
    for call in (sagemaker.describe_action, sagemaker.delete_action, sagemaker.update_action):
        expected = ("ResourceNotFound", f"Action '{arn('action', 'x')}' does not exist.")
        assert error_of(call, ActionName="x") == expected
    elsewhere = f"arn:aws:sagemaker:eu-west-1:{ACCOUNT}:context/c"
    context(sagemaker, "c")
    expected = ("ResourceNotFound", f"Context '{elsewhere}' does not exist.")
    assert error_of(sagemaker.describe_context, ContextName=elsewhere) == expected


def test_an_artifact_is_deleted_by_its_arn_or_its_source(sagemaker: Any, error_of: ErrorOf) -> None:
    made = artifact(sagemaker)
    expected = ("ValidationException", "Either ArtifactArn or Source must be specified.")
    assert error_of(sagemaker.delete_artifact) == expected
    other = {"ArtifactArn": made, "Source": {"SourceUri": "s3://bucket/other"}}
    code, text = error_of(sagemaker.delete_artifact, **other)
    assert code == "ValidationException"
    assert "is not that of the artifact with source URI (s3://bucket/other)" in text
    sagemaker.delete_artifact(Source={"SourceUri": "s3://bucket/data"})
    artifact(sagemaker)
    # As SDK 3 does.
    sagemaker.delete_artifact(ArtifactArn=made, Source={"SourceUri": "s3://bucket/data"})
    assert sagemaker.list_artifacts()["ArtifactSummaries"] == []


def test_lists_begin_with_the_latest_ten(sagemaker: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    # Two that are created within a millisecond are sorted by their names.
    times = itertools.count(1_790_000_000)
    monkeypatch.setattr(clock, "now", lambda: float(next(times)))
    for number in range(12):
        action(sagemaker, f"action-{number:02}", ActionType="even" if number % 2 == 0 else "odd")
    first = sagemaker.list_actions()
    assert first["ActionSummaries"][0]["ActionName"] == "action-11"
    assert len(first["ActionSummaries"]) == 10
    second = sagemaker.list_actions(NextToken=first["NextToken"])
    assert len(second["ActionSummaries"]) == 2
    assert "NextToken" not in second
    paginator = sagemaker.get_paginator("list_actions")
    pages = paginator.paginate(ActionType="odd", SortBy="Name", SortOrder="Ascending", MaxResults=4)
    names = [each["ActionName"] for page in pages for each in page["ActionSummaries"]]
    assert names == [f"action-{number:02}" for number in range(1, 12, 2)]


def test_lists_are_filtered_by_source_and_time(sagemaker: Any) -> None:
    context(sagemaker, "one", Source={"SourceUri": "arn:one", "SourceType": "ARN"})
    context(sagemaker, "two")
    (one,) = sagemaker.list_contexts(SourceUri="arn:one")["ContextSummaries"]
    assert one["ContextName"] == "one"
    assert one["Source"] == {"SourceUri": "arn:one", "SourceType": "ARN"}
    later = datetime.now(UTC) + timedelta(hours=1)
    assert sagemaker.list_contexts(CreatedAfter=later)["ContextSummaries"] == []
    assert len(sagemaker.list_contexts(CreatedBefore=later)["ContextSummaries"]) == 2


def test_tags_are_changed_and_listed(sagemaker: Any) -> None:
    for made in (artifact(sagemaker), action(sagemaker), context(sagemaker)):
        sagemaker.add_tags(ResourceArn=made, Tags=[{"Key": "a", "Value": "1"}])
        sagemaker.delete_tags(ResourceArn=made, TagKeys=["b"])
        assert sagemaker.list_tags(ResourceArn=made)["Tags"] == [{"Key": "a", "Value": "1"}]


def test_users_have_quotas(
    sagemaker: Any, error_of: ErrorOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lineage_entities, "QUOTAS", {types.ARTIFACT: 2, types.ACTION: 1})
    first = artifact(sagemaker, "s3://bucket/a")
    artifact(sagemaker, "s3://bucket/b")
    code, text = error_of(lambda **_: artifact(sagemaker, "s3://bucket/c"))
    assert code == "ResourceLimitExceeded"
    assert text.startswith("The account-level service limit 'Maximum number of artifacts' is 2 ")
    sagemaker.delete_artifact(ArtifactArn=first)
    artifact(sagemaker, "s3://bucket/c")


def test_there_is_one_lineage_group(sagemaker: Any, error_of: ErrorOf) -> None:
    (group,) = sagemaker.list_lineage_groups()["LineageGroupSummaries"]
    assert group["LineageGroupArn"] == GROUP
    name = group["LineageGroupName"]
    assert name == group["DisplayName"] == "sagemaker-default-lineage-group"
    described = sagemaker.describe_lineage_group(LineageGroupName=name)
    assert described["CreationTime"] == group["CreationTime"]
    for identifier in (name, GROUP):
        code, text = error_of(sagemaker.get_lineage_group_policy, LineageGroupName=identifier)
        assert code == "ResourceNotFound"
        assert text == f"Resource policy for lineage group '{GROUP}' does not exist."
    expected = f"LineageGroup '{arn('lineage-group', 'other')}' does not exist."
    for call in (sagemaker.describe_lineage_group, sagemaker.get_lineage_group_policy):
        assert error_of(call, LineageGroupName="other") == ("ResourceNotFound", expected)


def test_requests_are_validated(sagemaker: Any, error_of: ErrorOf) -> None:
    kinds = [{"SourceIdType": "Etag", "Value": "1"}]
    source = {"SourceUri": "s3://a", "SourceTypes": kinds}
    code, text = error_of(sagemaker.create_artifact, Source=source, ArtifactType="DataSet")
    assert code == "ValidationException"
    assert "Member must satisfy enum value set" in text
    code, _ = error_of(lambda **_: action(sagemaker, "not_a_name"))
    assert code == "ValidationException"
    assert context(sagemaker, "a_name").endswith("context/a_name")
