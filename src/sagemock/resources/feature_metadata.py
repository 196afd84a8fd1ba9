"""Documents of features: their descriptions and parameters, besides their definitions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NotRequired, TypedDict

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import (
        FeatureParameterTypeDef,
        UpdateFeatureMetadataRequestTypeDef,
    )

    from sagemock.resources.feature_group import FeatureGroup

    class Feature(TypedDict):
        """The document: what DescribeFeatureMetadata shows, and `KEY`."""

        FeatureKey: str
        FeatureGroupArn: str
        FeatureGroupName: str
        FeatureName: str
        FeatureType: str
        CreationTime: float
        LastModifiedTime: float
        Description: NotRequired[str]
        Parameters: NotRequired[list[FeatureParameterTypeDef]]


KEY: Final = "FeatureKey"
"""The member that identifies a feature among those of all groups; no operation shows it."""

MAX_PARAMETERS = 25
"""The limit of parameters of a feature."""


def key(group: str, feature: str) -> str:
    """The value of `KEY`.

    >>> key("drivers", "id")
    'drivers/id'
    """
    return f"{group}/{feature}"


def of_group(group: FeatureGroup, start: int = 0) -> Iterator[Feature]:
    """The new documents of a group's features, from number `start` on."""
    for definition in group["FeatureDefinitions"][start:]:
        yield {
            KEY: key(group["FeatureGroupName"], definition["FeatureName"]),
            "FeatureGroupArn": group["FeatureGroupArn"],
            "FeatureGroupName": group["FeatureGroupName"],
            "FeatureName": definition["FeatureName"],
            "FeatureType": definition["FeatureType"],
            "CreationTime": group["LastModifiedTime"],
            "LastModifiedTime": group["LastModifiedTime"],
        }


def updated(document: Feature, request: UpdateFeatureMetadataRequestTypeDef, now: float) -> Feature:
    """The feature after an update. Parameters keep their order; removals come last."""
    parameters = {each["Key"]: each["Value"] for each in document.get("Parameters", ())}
    additions = request.get("ParameterAdditions", ())
    parameters.update({each["Key"]: each["Value"] for each in additions})
    for removed in request.get("ParameterRemovals", ()):
        parameters.pop(removed, None)
    changed: Feature = {
        **document,
        "LastModifiedTime": now,
        "Parameters": [{"Key": each, "Value": value} for each, value in parameters.items()],
    }
    if "Description" in request:
        changed["Description"] = request["Description"]
    return changed
