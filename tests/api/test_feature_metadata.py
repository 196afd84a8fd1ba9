"""What is said about single features, and Search over groups and features."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from freezegun import freeze_time
from tests.api.conftest import ErrorOf, arn
from tests.api.test_feature_groups import group, offline


@pytest.fixture
def drivers(sagemaker: Any) -> Any:
    with freeze_time("2026-01-01"):
        sagemaker.create_feature_group(**group("Drivers"))
    return sagemaker


def update(sagemaker: Any, feature: str = "speed", **changes: Any) -> None:
    sagemaker.update_feature_metadata(FeatureGroupName="Drivers", FeatureName=feature, **changes)


def parameters(**values: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in values.items()]


def described(sagemaker: Any, feature: str = "speed") -> dict[str, Any]:
    answer: dict[str, Any] = sagemaker.describe_feature_metadata(
        FeatureGroupName="Drivers", FeatureName=feature
    )
    del answer["ResponseMetadata"]
    return answer


def test_a_feature_of_which_nothing_has_been_said(drivers: Any) -> None:
    assert described(drivers) == {
        "FeatureGroupArn": arn("feature-group", "drivers"),
        "FeatureGroupName": "Drivers",
        "FeatureName": "speed",
        "FeatureType": "Fractional",
        "CreationTime": datetime(2026, 1, 1, tzinfo=UTC),
        "LastModifiedTime": datetime(2026, 1, 1, tzinfo=UTC),
    }


def test_descriptions_and_parameters(drivers: Any) -> None:
    with freeze_time("2026-01-02"):
        update(drivers, ParameterAdditions=parameters(unit="km/h", source="gps"))
    with freeze_time("2026-01-03"):
        update(drivers, "SPEED", Description="How fast", ParameterRemovals=["source", "nothing"])
    feature = described(drivers, "Speed")
    assert (feature["Description"], feature["Parameters"]) == ("How fast", parameters(unit="km/h"))
    assert feature["CreationTime"] == datetime(2026, 1, 1, tzinfo=UTC)
    assert feature["LastModifiedTime"] == datetime(2026, 1, 3, tzinfo=UTC)
    # A key keeps its position.
    update(drivers, ParameterAdditions=parameters(owner="me", unit="mph"))
    feature = described(drivers)
    assert (feature["Description"], feature["Parameters"]) == (
        "How fast",
        parameters(unit="mph", owner="me"),
    )
    both = {"ParameterAdditions": parameters(unit="m/s"), "ParameterRemovals": ["unit"]}
    update(drivers, **both)
    assert described(drivers)["Parameters"] == parameters(owner="me")


def test_the_group_is_not_modified_by_what_is_said_of_its_features(drivers: Any) -> None:
    update(drivers, Description="How fast")
    described_group = drivers.describe_feature_group(FeatureGroupName="Drivers")
    assert described_group["LastModifiedTime"] == datetime(2026, 1, 1, tzinfo=UTC)


def test_features_come_and_go_with_their_group(drivers: Any) -> None:
    drivers.create_feature_group(**group("others"))
    update(drivers, Description="How fast")
    with freeze_time("2026-02-01"):
        more = [{"FeatureName": "more", "FeatureType": "Integral"}]
        drivers.update_feature_group(FeatureGroupName="drivers", FeatureAdditions=more)
    assert described(drivers, "more")["CreationTime"] == datetime(2026, 2, 1, tzinfo=UTC)
    assert described(drivers)["Description"] == "How fast"
    drivers.delete_feature_group(FeatureGroupName="DRIVERS")
    results = drivers.search(Resource="FeatureMetadata", SortBy="FeatureName")["Results"]
    assert [each["FeatureMetadata"]["FeatureGroupName"] for each in results] == ["others"] * 3
    drivers.create_feature_group(**group("Drivers"))
    assert "Description" not in described(drivers)


def test_what_does_not_exist(drivers: Any, error_of: ErrorOf) -> None:
    for operation in (drivers.describe_feature_metadata, drivers.update_feature_metadata):
        assert error_of(operation, FeatureGroupName="nothing", FeatureName="speed") == (
            "ResourceNotFound",
            "Resource Not Found: Amazon SageMaker can't find a FeatureGroup with name nothing",
        )
        assert error_of(operation, FeatureGroupName="Drivers", FeatureName="nothing") == (
            "ResourceNotFound",
            "Resource Not Found: Amazon SageMaker can't find a Feature with name nothing "
            "in FeatureGroup Drivers",
        )


def test_parameters_that_are_refused(drivers: Any, error_of: ErrorOf) -> None:
    of = {"FeatureGroupName": "Drivers", "FeatureName": "speed"}
    operation = drivers.update_feature_metadata
    assert error_of(operation, **of, ParameterAdditions=[{"Key": "k"}]) == (
        "ValidationException",
        "1 validation error detected: Value null at 'parameterAdditions.1.member.value' failed "
        "to satisfy constraint: Member must not be null",
    )
    update(drivers, ParameterAdditions=parameters(**{f"k{n}": "v" for n in range(25)}))
    assert error_of(operation, **of, ParameterAdditions=parameters(more="v")) == (
        "ValidationException",
        "A feature cannot have more than 25 parameters.",
    )
    update(drivers, ParameterAdditions=parameters(k0="w"))
    assert len(described(drivers)["Parameters"]) == 25


def _search(sagemaker: Any, resource: str, *filters: tuple[str, str, str]) -> list[str]:
    names = ("Name", "Operator", "Value")
    expression = {"Filters": [dict(zip(names, each, strict=True)) for each in filters]}
    results = sagemaker.search(Resource=resource, SearchExpression=expression)["Results"]
    member = resource.replace("Metadata", "")
    return sorted(each[resource][f"{member}Name"] for each in results)


def test_search_over_features(drivers: Any) -> None:
    update(drivers, "speed", ParameterAdditions=parameters(org="SageMaker"))
    update(drivers, "id", Description="Sage advice", ParameterAdditions=parameters(Sage="x"))

    def search(*filters: tuple[str, str, str]) -> list[str]:
        return _search(drivers, "FeatureMetadata", *filters)

    assert search(("Parameters.org", "Contains", "Sage")) == ["speed"]
    assert search(("AllParameters", "Contains", "Sage")) == ["id", "speed"]
    assert search(("Description", "Contains", "advice")) == ["id"]
    assert search(("FeatureType", "Equals", "String"), ("FeatureName", "Contains", "a")) == ["at"]
    everything = drivers.search(Resource="FeatureMetadata")["Results"]
    assert everything[0]["FeatureMetadata"] == described(drivers, "id")


def test_search_over_groups(drivers: Any) -> None:
    tags = [{"Key": "team", "Value": "fleet"}]
    drivers.create_feature_group(**offline("Cars", Description="All of them", Tags=tags))

    def search(*filters: tuple[str, str, str]) -> list[str]:
        return _search(drivers, "FeatureGroup", *filters)

    assert search(("AllTags", "Contains", "fle")) == search(("AllTags", "Contains", "team"))
    assert search(("AllTags", "Contains", "fle")) == search(("Tags.team", "Equals", "fleet"))
    assert search(("Tags.team", "Equals", "fleet")) == ["Cars"]
    assert search(("Description", "Contains", "All")) == ["Cars"]
    assert search(("OnlineStoreConfig.EnableOnlineStore", "Equals", "true")) == ["Drivers"]
    assert search(("OnlineStoreConfig.EnableOnlineStore", "NotEquals", "true")) == ["Cars"]
    assert search(("OfflineStoreStatus.Status", "Equals", "Active")) == ["Cars"]
    assert search(("FeatureDefinitions.FeatureName", "Equals", "speed")) == ["Cars", "Drivers"]


@pytest.mark.parametrize("size", [3, 100])
def test_pages_of_features_of_the_same_name(drivers: Any, size: int) -> None:
    """Few documents are searched one by one, many by an index."""
    groups = [f"g{number:03}" for number in range(size)]
    with freeze_time("2026-01-01"):
        for name in groups:
            drivers.create_feature_group(**group(name))
    request = {"Resource": "FeatureMetadata", "SortBy": "FeatureName", "SortOrder": "Ascending"}
    pages = drivers.get_paginator("search").paginate(**request, MaxResults=2 + size // 3)
    seen = [
        (each["FeatureMetadata"]["FeatureName"], each["FeatureMetadata"]["FeatureGroupName"])
        for page in pages
        for each in page["Results"]
    ]
    assert seen == [
        (feature, name) for feature in ("at", "id", "speed") for name in ["Drivers", *groups]
    ]
