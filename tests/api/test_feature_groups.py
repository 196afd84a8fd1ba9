"""Feature groups: what is made of requests, what is refused, and how they change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from freezegun import freeze_time
from moto.moto_api import state_manager
from tests.api.conftest import ACCOUNT, REGION, ROLE, ErrorOf, arn

from sagemock import mock_sagemaker

KIND = "sagemaker::feature-group"
ONLINE = {"EnableOnlineStore": True}
OFFLINE = {"S3StorageConfig": {"S3Uri": "s3://bucket/features"}}
DEFINITIONS = [
    {"FeatureName": "id", "FeatureType": "String"},
    {"FeatureName": "at", "FeatureType": "String"},
    {"FeatureName": "speed", "FeatureType": "Fractional"},
]


def group(name: str = "drivers", **changes: Any) -> dict[str, Any]:
    """A request for a group with an online store; changes to None take members away."""
    request = {
        "FeatureGroupName": name,
        "RecordIdentifierFeatureName": "id",
        "EventTimeFeatureName": "at",
        "FeatureDefinitions": DEFINITIONS,
        "OnlineStoreConfig": ONLINE,
        **changes,
    }
    return {member: value for member, value in request.items() if value is not None}


def offline(name: str = "drivers", **changes: Any) -> dict[str, Any]:
    """A request for a group with an offline store alone."""
    stores = {"OnlineStoreConfig": None, "OfflineStoreConfig": OFFLINE, "RoleArn": ROLE}
    return group(name, **{**stores, **changes})


def described(sagemaker: Any, name: str = "drivers") -> dict[str, Any]:
    answer: dict[str, Any] = sagemaker.describe_feature_group(FeatureGroupName=name)
    del answer["ResponseMetadata"]
    return answer


@pytest.fixture
def slow() -> Iterator[None]:
    """Groups go on when they have been described once."""
    state_manager.set_transition(KIND, {"progression": "manual", "times": 1})
    yield
    state_manager.unset_transition(KIND)


# Creating


def test_a_group_with_an_online_store(sagemaker: Any) -> None:
    with freeze_time("2026-03-04 05:06:07.891"):
        created = sagemaker.create_feature_group(**group(Description="Who drives how"))
    assert created["FeatureGroupArn"] == arn("feature-group", "drivers")
    assert described(sagemaker) == {
        "FeatureGroupArn": arn("feature-group", "drivers"),
        "FeatureGroupName": "drivers",
        "RecordIdentifierFeatureName": "id",
        "EventTimeFeatureName": "at",
        "FeatureDefinitions": DEFINITIONS,
        "CreationTime": datetime(2026, 3, 4, 5, 6, 7, 891000, UTC),
        "LastModifiedTime": datetime(2026, 3, 4, 5, 6, 7, 891000, UTC),
        "OnlineStoreConfig": {"EnableOnlineStore": True, "StorageType": "Standard"},
        "ThroughputConfig": {"ThroughputMode": "OnDemand"},
        "FeatureGroupStatus": "Created",
        "Description": "Who drives how",
        "NextToken": "",
    }


def test_a_group_with_an_offline_store_as_a_recorded_answer_has_it(sagemaker: Any) -> None:
    """Names of table and folder end in the whole second of the creation."""
    with freeze_time("2021-07-28 00:45:46.813"):
        sagemaker.create_feature_group(**offline("Unit-testing"))
    described_group = described(sagemaker, "Unit-testing")
    assert described_group["OfflineStoreConfig"] == {
        "S3StorageConfig": {
            "S3Uri": "s3://bucket/features",
            "ResolvedOutputS3Uri": f"s3://bucket/features/{ACCOUNT}/sagemaker/{REGION}"
            "/offline-store/Unit-testing-1627433146/data",
        },
        "DisableGlueTableCreation": False,
        "DataCatalogConfig": {
            "TableName": "Unit_testing_1627433146",
            "Catalog": "AwsDataCatalog",
            "Database": "sagemaker_featurestore",
        },
    }
    assert described_group["OfflineStoreStatus"] == {"Status": "Active"}
    assert described_group["FeatureGroupArn"] == arn("feature-group", "unit-testing")
    assert "OnlineStoreConfig" not in described_group


TABLE = {"TableName": "mine", "Catalog": "AwsDataCatalog", "Database": "ours"}


@pytest.mark.parametrize(
    ("config", "table"),
    [
        ({"DataCatalogConfig": TABLE}, TABLE),
        ({"DataCatalogConfig": TABLE, "DisableGlueTableCreation": True}, TABLE),
        ({"DisableGlueTableCreation": True}, None),
    ],
)
def test_the_table_of_an_offline_store(
    sagemaker: Any, config: dict[str, Any], table: dict[str, str] | None
) -> None:
    sagemaker.create_feature_group(**offline(OfflineStoreConfig={**OFFLINE, **config}))
    assert described(sagemaker)["OfflineStoreConfig"].get("DataCatalogConfig") == table


def test_what_a_request_says_of_its_stores_is_kept(sagemaker: Any) -> None:
    online = {
        "EnableOnlineStore": True,
        "StorageType": "InMemory",
        "SecurityConfig": {"KmsKeyId": "key"},
        "TtlDuration": {"Unit": "Hours", "Value": 2},
    }
    vector = {
        "FeatureName": "v",
        "FeatureType": "Fractional",
        "CollectionType": "Vector",
        "CollectionConfig": {"VectorConfig": {"Dimension": 3}},
    }
    iceberg = {**OFFLINE, "TableFormat": "Iceberg"}
    request = group(
        OnlineStoreConfig=online,
        OfflineStoreConfig=iceberg,
        RoleArn=ROLE,
        FeatureDefinitions=[*DEFINITIONS, vector],
    )
    sagemaker.create_feature_group(**request)
    described_group = described(sagemaker)
    assert described_group["OnlineStoreConfig"] == online
    assert described_group["OfflineStoreConfig"]["TableFormat"] == "Iceberg"
    assert described_group["FeatureDefinitions"] == request["FeatureDefinitions"]
    assert described_group["RoleArn"] == ROLE


@pytest.mark.parametrize("name", ["drivers", "Drivers"])
def test_a_name_that_is_taken(sagemaker: Any, error_of: ErrorOf, name: str) -> None:
    sagemaker.create_feature_group(**group("drivers"))
    assert error_of(sagemaker.create_feature_group, **group(name)) == (
        "ResourceInUse",
        f"Resource Already Exists: FeatureGroup with name {name} already exists. "
        f"Choose a different name.\nInfo: Feature Group '{name}' already exists.",
    )


def _defined(**feature: Any) -> list[dict[str, Any]]:
    return [*DEFINITIONS, {"FeatureName": "more", "FeatureType": "String", **feature}]


IN_MEMORY = {"OnlineStoreConfig": {**ONLINE, "StorageType": "InMemory"}}
WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "reserved": (
        {"FeatureDefinitions": _defined(FeatureName="Is_Deleted")},
        "FeatureName Is_Deleted is reserved.",
    ),
    "twice": (
        {"FeatureDefinitions": _defined(FeatureName="SPEED")},
        "FeatureName SPEED is defined more than once.",
    ),
    "no identifier": (
        {"RecordIdentifierFeatureName": "key"},
        "RecordIdentifierFeatureName key is not one of the FeatureDefinitions.",
    ),
    "no event time": (
        {"EventTimeFeatureName": "when"},
        "EventTimeFeatureName when is not one of the FeatureDefinitions.",
    ),
    "integral event time": (
        {
            "EventTimeFeatureName": "more",
            "FeatureDefinitions": _defined(FeatureType="Integral"),
        },
        "The feature of EventTimeFeatureName must be of type String or Fractional.",
    ),
    "list as identifier": (
        {
            **IN_MEMORY,
            "RecordIdentifierFeatureName": "more",
            "FeatureDefinitions": _defined(CollectionType="List"),
        },
        "RecordIdentifierFeatureName more must not be a collection.",
    ),
    "list in Standard": (
        {"FeatureDefinitions": _defined(CollectionType="Set")},
        "Feature more: CollectionType is only supported with StorageType InMemory.",
    ),
    "vector of text": (
        {**IN_MEMORY, "FeatureDefinitions": _defined(CollectionType="Vector")},
        "Feature more: the elements of a Vector must be Fractional.",
    ),
    "vector without dimension": (
        {
            **IN_MEMORY,
            "FeatureDefinitions": _defined(FeatureType="Fractional", CollectionType="Vector"),
        },
        "Feature more: a Vector needs a VectorConfig.",
    ),
    "dimension of a scalar": (
        {"FeatureDefinitions": _defined(CollectionConfig={"VectorConfig": {"Dimension": 1}})},
        "Feature more: CollectionConfig is only supported with CollectionType Vector.",
    ),
    "no store": (
        {"OnlineStoreConfig": None},
        "At least one of OnlineStoreConfig and OfflineStoreConfig must be enabled.",
    ),
    "store that is off": (
        {"OnlineStoreConfig": {"EnableOnlineStore": False}},
        "At least one of OnlineStoreConfig and OfflineStoreConfig must be enabled.",
    ),
    "no role": (
        {"OfflineStoreConfig": OFFLINE},
        "RoleArn is required with OfflineStoreConfig.",
    ),
    "Iceberg without text": (
        {
            "OfflineStoreConfig": {**OFFLINE, "TableFormat": "Iceberg"},
            "RoleArn": ROLE,
            "EventTimeFeatureName": "speed",
        },
        "The feature of EventTimeFeatureName must be of type String for Iceberg tables.",
    ),
    "Iceberg without table": (
        {
            "OfflineStoreConfig": {
                **OFFLINE,
                "TableFormat": "Iceberg",
                "DisableGlueTableCreation": True,
            },
            "RoleArn": ROLE,
        },
        "TableFormat Iceberg needs a Glue table.",
    ),
    "half a duration": (
        {"OnlineStoreConfig": {**ONLINE, "TtlDuration": {"Unit": "Days"}}},
        "TtlDuration needs both Unit and Value.",
    ),
    "units on demand": (
        {
            "ThroughputConfig": {
                "ThroughputMode": "OnDemand",
                "ProvisionedReadCapacityUnits": 1,
            }
        },
        "ProvisionedReadCapacityUnits only apply to ThroughputMode Provisioned.",
    ),
    "provisioned memory": (
        {**IN_MEMORY, "ThroughputConfig": {"ThroughputMode": "Provisioned"}},
        "ThroughputMode Provisioned is only supported for feature groups that are "
        "offline-only or use the Standard tier online store.",
    ),
    "reserved tag": (
        {"Tags": [{"Key": "aws:x", "Value": "y"}]},
        "aws: prefixed tag key names are not allowed for external use.",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_refused(sagemaker: Any, error_of: ErrorOf, case: str) -> None:
    changes, text = WRONG[case]
    assert error_of(sagemaker.create_feature_group, **group(**changes)) == (
        "ValidationException",
        text,
    )
    assert sagemaker.list_feature_groups()["FeatureGroupSummaries"] == []


def test_a_provisioned_group_without_an_online_store(sagemaker: Any) -> None:
    wanted = {"ThroughputMode": "Provisioned", "ProvisionedWriteCapacityUnits": 10}
    sagemaker.create_feature_group(**offline(ThroughputConfig=wanted))
    assert described(sagemaker)["ThroughputConfig"] == wanted


# Names


@pytest.mark.parametrize("name", ["DRIVERS", "drivers", arn("feature-group", "drivers")])
def test_a_group_by_name_or_arn(sagemaker: Any, name: str) -> None:
    sagemaker.create_feature_group(**group("Drivers"))
    assert described(sagemaker, name)["FeatureGroupName"] == "Drivers"
    more = [{"FeatureName": "more", "FeatureType": "Integral"}]
    updated = sagemaker.update_feature_group(FeatureGroupName=name, FeatureAdditions=more)
    assert updated["FeatureGroupArn"] == arn("feature-group", "drivers")


@pytest.mark.parametrize(
    ("operation", "name"),
    [
        ("describe_feature_group", "nothing"),
        ("describe_feature_group", arn("feature-group", "nothing")),
        ("describe_feature_group", arn("feature-group", "drivers").replace("us-", "eu-")),
        ("update_feature_group", "nothing"),
        ("delete_feature_group", "nothing"),
    ],
)
def test_a_group_that_does_not_exist(
    sagemaker: Any, error_of: ErrorOf, operation: str, name: str
) -> None:
    sagemaker.create_feature_group(**group())
    assert error_of(getattr(sagemaker, operation), FeatureGroupName=name) == (
        "ResourceNotFound",
        "Resource Not Found: Amazon SageMaker can't find a FeatureGroup with name "
        + name.rpartition("/")[2],
    )


# Statuses


def test_creating_and_deleting_take_their_time(
    sagemaker: Any, error_of: ErrorOf, slow: None
) -> None:
    sagemaker.create_feature_group(**offline())

    def listed() -> list[tuple[str, str | None]]:
        return [
            (each["FeatureGroupStatus"], each.get("OfflineStoreStatus", {}).get("Status"))
            for each in sagemaker.list_feature_groups()["FeatureGroupSummaries"]
        ]

    assert listed() == [("Creating", None)]
    for change in (sagemaker.delete_feature_group, sagemaker.update_feature_group):
        assert error_of(change, FeatureGroupName="drivers") == (
            "ValidationException",
            "FeatureGroup drivers cannot be changed in status Creating.",
        )
    assert described(sagemaker)["FeatureGroupStatus"] == "Created"
    assert listed() == [("Created", "Active")]
    sagemaker.delete_feature_group(FeatureGroupName="drivers")
    assert listed() == [("Deleting", "Active")]
    for change in (sagemaker.delete_feature_group, sagemaker.update_feature_group):
        assert error_of(change, FeatureGroupName="drivers") == (
            "ValidationException",
            "FeatureGroup drivers cannot be changed in status Deleting.",
        )
    assert error_of(sagemaker.describe_feature_group, FeatureGroupName="drivers")[0] == (
        "ResourceNotFound"
    )
    assert listed() == []


def test_an_update_takes_its_time(sagemaker: Any, error_of: ErrorOf, slow: None) -> None:
    more = [{"FeatureName": "more", "FeatureType": "Integral"}]
    with freeze_time("2026-01-01"):
        sagemaker.create_feature_group(**group())
        assert described(sagemaker)["FeatureGroupStatus"] == "Created"
    sagemaker.update_feature_group(FeatureGroupName="drivers", FeatureAdditions=more)
    described_group = sagemaker.search(Resource="FeatureGroup")["Results"][0]["FeatureGroup"]
    assert described_group["LastUpdateStatus"] == {"Status": "InProgress"}
    assert described_group["FeatureGroupStatus"] == "Created"
    assert described_group["FeatureDefinitions"] == DEFINITIONS
    for change in (sagemaker.delete_feature_group, sagemaker.update_feature_group):
        assert error_of(change, FeatureGroupName="drivers") == (
            "ValidationException",
            "An update of FeatureGroup drivers is in progress.",
        )
    described_group = described(sagemaker)
    assert described_group["LastUpdateStatus"] == {"Status": "Successful"}
    assert described_group["FeatureDefinitions"] == [*DEFINITIONS, *more]
    assert described_group["CreationTime"] < described_group["LastModifiedTime"]


# Updating


def test_a_time_to_live_comes_changes_and_goes(sagemaker: Any) -> None:
    sagemaker.create_feature_group(**group())

    def update(**duration: Any) -> dict[str, Any]:
        config = {"TtlDuration": duration}
        sagemaker.update_feature_group(FeatureGroupName="drivers", OnlineStoreConfig=config)
        online: dict[str, Any] = described(sagemaker)["OnlineStoreConfig"]
        return online

    standard = {"EnableOnlineStore": True, "StorageType": "Standard"}
    two = {"Unit": "Minutes", "Value": 2}
    assert update(**two) == {**standard, "TtlDuration": two}
    three = {"Unit": "Weeks", "Value": 3}
    assert update(**three) == {**standard, "TtlDuration": three}
    assert update() == standard


def test_a_store_that_takes_updates_of_records(sagemaker: Any, error_of: ErrorOf) -> None:
    sagemaker.create_feature_group(**group())

    def update(storage: str) -> dict[str, Any]:
        return {"FeatureGroupName": "drivers", "OnlineStoreConfig": {"StorageType": storage}}

    one_way = (
        "ValidationException",
        "StorageType can only be updated from Standard to Standard_V2.",
    )
    assert error_of(sagemaker.update_feature_group, **update("InMemory")) == one_way
    sagemaker.update_feature_group(**update("Standard_V2"))
    assert described(sagemaker)["OnlineStoreConfig"]["StorageType"] == "Standard_V2"
    assert error_of(sagemaker.update_feature_group, **update("Standard")) == one_way


def test_throughput_changes_between_the_modes(sagemaker: Any) -> None:
    units = {"ProvisionedReadCapacityUnits": 4000, "ProvisionedWriteCapacityUnits": 4000}
    provisioned = {"ThroughputMode": "Provisioned", **units}
    sagemaker.create_feature_group(**group(ThroughputConfig=provisioned))

    def update(**config: Any) -> dict[str, Any]:
        sagemaker.update_feature_group(FeatureGroupName="drivers", ThroughputConfig=config)
        throughput: dict[str, Any] = described(sagemaker)["ThroughputConfig"]
        return throughput

    assert update(ProvisionedReadCapacityUnits=1) == {
        **provisioned,
        "ProvisionedReadCapacityUnits": 1,
    }
    assert update(ThroughputMode="OnDemand") == {"ThroughputMode": "OnDemand"}
    assert update(**provisioned) == provisioned


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (
            {"FeatureAdditions": [{"FeatureName": "ID", "FeatureType": "String"}]},
            "FeatureName ID is defined more than once.",
        ),
        (
            {"FeatureAdditions": [{"FeatureName": "write_time", "FeatureType": "String"}]},
            "FeatureName write_time is reserved.",
        ),
        (
            {
                "FeatureAdditions": [
                    {"FeatureName": "l", "FeatureType": "String", "CollectionType": "List"}
                ]
            },
            "Feature l: CollectionType is only supported with StorageType InMemory.",
        ),
        (
            {"OnlineStoreConfig": {"TtlDuration": {"Unit": "Days", "Value": 1}}},
            "The feature group has no online store whose configuration could be updated.",
        ),
        (
            {"OnlineStoreConfig": {"TtlDuration": {"Value": 1}}},
            "TtlDuration needs both Unit and Value.",
        ),
        (
            {"ThroughputConfig": {"ProvisionedWriteCapacityUnits": 1}},
            "ProvisionedWriteCapacityUnits only apply to ThroughputMode Provisioned.",
        ),
    ],
)
def test_updates_that_are_refused(
    sagemaker: Any, error_of: ErrorOf, change: dict[str, Any], text: str
) -> None:
    sagemaker.create_feature_group(**offline())
    before = described(sagemaker)
    request = {"FeatureGroupName": "drivers", **change}
    assert error_of(sagemaker.update_feature_group, **request) == ("ValidationException", text)
    assert described(sagemaker) == before


def test_more_features_than_a_group_can_have(sagemaker: Any, error_of: ErrorOf) -> None:
    many = [{"FeatureName": f"f{number}", "FeatureType": "Integral"} for number in range(2496)]
    sagemaker.create_feature_group(**group(FeatureDefinitions=[*DEFINITIONS, *many]))
    two = [{"FeatureName": name, "FeatureType": "Integral"} for name in ("x", "y")]
    request = {"FeatureGroupName": "drivers", "FeatureAdditions": two}
    assert error_of(sagemaker.update_feature_group, **request) == (
        "ResourceLimitExceeded",
        "A feature group cannot have more than 2500 features.",
    )
    sagemaker.update_feature_group(FeatureGroupName="drivers", FeatureAdditions=two[:1])
    assert len(described(sagemaker)["FeatureDefinitions"]) == 2500


# Listing


@pytest.fixture
def three(sagemaker: Any) -> Any:
    """Groups `a`, `b-online` and `c`, a day after each other."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    requests = [offline("c"), group("b-online"), offline("a")]
    for days, request in enumerate(requests):
        with freeze_time(start + timedelta(days=days)):
            sagemaker.create_feature_group(**request)
    return sagemaker


@pytest.mark.parametrize(
    ("request_", "names"),
    [
        ({}, ["a", "b-online", "c"]),
        ({"SortOrder": "Ascending"}, ["c", "b-online", "a"]),
        ({"SortBy": "Name"}, ["c", "b-online", "a"]),
        ({"SortBy": "OfflineStoreStatus", "SortOrder": "Ascending"}, ["a", "c", "b-online"]),
        ({"SortBy": "FeatureGroupStatus"}, ["a", "b-online", "c"]),
        ({"NameContains": "line"}, ["b-online"]),
        ({"FeatureGroupStatusEquals": "Created"}, ["a", "b-online", "c"]),
        ({"FeatureGroupStatusEquals": "Deleting"}, []),
        ({"OfflineStoreStatusEquals": "Active"}, ["a", "c"]),
        ({"CreationTimeAfter": datetime(2026, 1, 2, tzinfo=UTC)}, ["a", "b-online"]),
        ({"CreationTimeBefore": datetime(2026, 1, 2, tzinfo=UTC)}, ["c"]),
    ],
)
def test_lists(three: Any, request_: dict[str, Any], names: list[str]) -> None:
    summaries = three.list_feature_groups(**request_)["FeatureGroupSummaries"]
    assert [each["FeatureGroupName"] for each in summaries] == names


def test_what_a_list_says(three: Any) -> None:
    answer = three.list_feature_groups(MaxResults=1)
    assert answer["FeatureGroupSummaries"] == [
        {
            "FeatureGroupName": "a",
            "FeatureGroupArn": arn("feature-group", "a"),
            "CreationTime": datetime(2026, 1, 3, tzinfo=UTC),
            "FeatureGroupStatus": "Created",
            "OfflineStoreStatus": {"Status": "Active"},
        }
    ]
    pages = three.get_paginator("list_feature_groups").paginate(PaginationConfig={"PageSize": 2})
    sizes = [len(page["FeatureGroupSummaries"]) for page in pages]
    assert sizes == [2, 1]


def test_a_token_of_another_list(three: Any, error_of: ErrorOf) -> None:
    token = three.list_feature_groups(MaxResults=1)["NextToken"]
    request = {"MaxResults": 1, "NextToken": token, "SortBy": "Name"}
    assert error_of(three.list_feature_groups, **request)[0] == "ValidationException"


# Tags, and validation off


def test_tags(sagemaker: Any) -> None:
    sagemaker.create_feature_group(**group("Drivers", Tags=[{"Key": "team", "Value": "fleet"}]))
    of = arn("feature-group", "drivers")
    sagemaker.add_tags(ResourceArn=of, Tags=[{"Key": "stage", "Value": "test"}])
    sagemaker.delete_tags(ResourceArn=of, TagKeys=["team"])
    assert sagemaker.list_tags(ResourceArn=of)["Tags"] == [{"Key": "stage", "Value": "test"}]
    tagging = boto3.client("resourcegroupstaggingapi", REGION)
    assert tagging.tag_resources(ResourceARNList=[of], Tags={"a": "b"})["FailedResourcesMap"] == {}
    response = tagging.get_resources(ResourceTypeFilters=["sagemaker:feature-group"])
    assert [each["ResourceARN"] for each in response["ResourceTagMappingList"]] == [of]
    assert "Tags" not in described(sagemaker)


def test_with_validation_off_a_group_is_as_moto_has_it() -> None:
    with mock_sagemaker(validation="off"), freeze_time("2026-03-04"):
        sagemaker = boto3.client("sagemaker", REGION)
        request = offline(
            EventTimeFeatureName="nothing",
            RoleArn="what is no role at all",
            OfflineStoreConfig={"S3StorageConfig": {"S3Uri": "anywhere"}},
            FeatureDefinitions=[*DEFINITIONS, *DEFINITIONS],
        )
        sagemaker.create_feature_group(**request)
        assert described(sagemaker)["OfflineStoreConfig"] == {
            "S3StorageConfig": {
                "S3Uri": "anywhere",
                "ResolvedOutputS3Uri": f"anywhere/{ACCOUNT}/{REGION}"
                "/offline-store/drivers-1772582400/data",
            },
            "DataCatalogConfig": {
                "TableName": "drivers_1772582400",
                "Catalog": "AwsDataCatalog",
                "Database": "sagemaker_featurestore",
            },
        }
        with pytest.raises(ClientError, match=r"An error occurred .* An error occurred"):
            sagemaker.create_feature_group(**request)
        sagemaker.create_feature_group(**group("neither", OnlineStoreConfig=None))
        features = sagemaker.search(Resource="FeatureMetadata")["Results"]
        assert len(features) == 2 * len(DEFINITIONS)
        for name in ("drivers", "neither"):
            sagemaker.delete_feature_group(FeatureGroupName=name)
        assert sagemaker.search(Resource="FeatureMetadata")["Results"] == []
