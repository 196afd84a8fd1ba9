"""Feature groups and features in the console, which has no pages of its own for them."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.test_feature_groups import group, offline

ARN = "arn:aws:sagemaker:us-east-1:123456789012:feature-group/drivers"


@pytest.fixture
def groups(sagemaker: Any) -> Any:
    sagemaker.create_feature_group(**group("Drivers"))
    sagemaker.create_feature_group(**offline("cars"))
    return sagemaker


def test_a_list_leads_to_each_group(groups: Any, visitor: Any) -> None:
    assert 'href="/sagemock/feature-groups"' in visitor.get("/")
    page = visitor.get("/feature-groups")
    assert 'href="/sagemock/feature-groups/Drivers"' in page
    assert "cars" not in visitor.get("/feature-groups?name=Driv")
    assert ARN in visitor.get("/feature-groups/Drivers")


def test_each_of_several_features_of_the_same_name_has_its_page(groups: Any, visitor: Any) -> None:
    groups.update_feature_metadata(
        FeatureGroupName="cars", FeatureName="speed", Description="How fast it can go"
    )
    query = "resource=FeatureMetadata&property=FeatureName&operator=Equals&value=speed"
    page = visitor.get(f"/search?{query}")
    for name in ("Drivers", "cars"):
        assert f'href="/sagemock/documents/FeatureMetadata/{name}/speed"' in page
    said = "How fast it can go"
    assert said in visitor.get("/documents/FeatureMetadata/cars/speed")
    assert said not in visitor.get("/documents/FeatureMetadata/Drivers/speed")


def test_a_group_can_be_deleted(groups: Any, visitor: Any) -> None:
    assert "offline store are kept" in visitor.get("/feature-groups/cars/delete")
    visitor.follow("/feature-groups/cars/delete", {})
    left = groups.list_feature_groups()["FeatureGroupSummaries"]
    assert [each["FeatureGroupName"] for each in left] == ["Drivers"]


def test_tags_of_a_group_are_changed(groups: Any, visitor: Any) -> None:
    change = {"arn": ARN, "key": "team", "value": "fleet", "back": "/feature-groups/Drivers"}
    visitor.follow("/tags", change)
    assert groups.list_tags(ResourceArn=ARN)["Tags"] == [{"Key": "team", "Value": "fleet"}]
    page = visitor.get("/search?resource=FeatureGroup&property=Tags.team&operator=Exists")
    assert "<strong>1</strong> found" in page
