"""UpdateFeatureMetadata, DescribeFeatureMetadata, and how features follow their groups."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

from sagemock.accounts.world import Response, World
from sagemock.api import feature_groups
from sagemock.api.projection import described
from sagemock.errors import ResourceNotFound, ValidationException
from sagemock.resources import clock, feature_metadata
from sagemock.store import DuplicateKey, NoSuchKey

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import (
        DescribeFeatureMetadataRequestTypeDef,
        UpdateFeatureMetadataRequestTypeDef,
    )

    from sagemock.resources.feature_group import FeatureGroup
    from sagemock.resources.feature_metadata import Feature


def follow(world: World, before: FeatureGroup | None, after: FeatureGroup | None) -> None:
    """Add the new features of a group, and remove those that it no longer has."""
    table = world.feature_metadata
    # Unless requests are checked, a feature may be defined twice.
    for feature in _new(before, after):
        with suppress(DuplicateKey):
            table.insert(feature)
    for feature in _new(after, before):
        with suppress(NoSuchKey):
            table.delete(feature[feature_metadata.KEY])


def _new(before: FeatureGroup | None, after: FeatureGroup | None) -> Iterable[Feature]:
    """The features of a group after a change that it did not have before; none is ever replaced."""
    known = 0 if before is None else len(before["FeatureDefinitions"])
    return () if after is None else feature_metadata.of_group(after, known)


def describe_feature_metadata(
    world: World, request: DescribeFeatureMetadataRequestTypeDef
) -> Response:
    """Describe a feature.

    Raises `ResourceNotFound` when the group does not exist, or has no such feature.
    """
    document = world.feature_metadata.get(_key(world, request))
    if document is None:
        raise _missing(request)
    return described("DescribeFeatureMetadata", document)


def update_feature_metadata(world: World, request: UpdateFeatureMetadataRequestTypeDef) -> Response:
    """Change the description and the parameters of a feature.

    Raises `ResourceNotFound`, and `ValidationException` for too many parameters.
    """

    def updated(document: Feature) -> Feature:
        changed = feature_metadata.updated(document, request, clock.now())
        limit = feature_metadata.MAX_PARAMETERS
        if world.rules.checks and len(changed["Parameters"]) > limit:
            raise ValidationException(f"A feature cannot have more than {limit} parameters.")
        return changed

    try:
        world.feature_metadata.update(_key(world, request), updated)
    except NoSuchKey:
        raise _missing(request) from None
    return {}


def _key(
    world: World,
    request: DescribeFeatureMetadataRequestTypeDef | UpdateFeatureMetadataRequestTypeDef,
) -> str:
    group = feature_groups.find(world, request["FeatureGroupName"])["FeatureGroupName"]
    return feature_metadata.key(group, request["FeatureName"])


def _missing(
    request: DescribeFeatureMetadataRequestTypeDef | UpdateFeatureMetadataRequestTypeDef,
) -> ResourceNotFound:
    name, group = request["FeatureName"], request["FeatureGroupName"]
    return ResourceNotFound(
        f"Resource Not Found: Amazon SageMaker can't find a Feature with name {name} "
        f"in FeatureGroup {group}"
    )
