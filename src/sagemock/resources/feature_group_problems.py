"""What is wrong with requests for feature groups, beyond what the service model says.

Names of features are the same whatever their case, as the developer guide says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Literal

from sagemock.resources.feature_group import is_online, storage_type, throughput

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import (
        CreateFeatureGroupRequestTypeDef,
        FeatureDefinitionTypeDef,
        ThroughputConfigTypeDef,
        UpdateFeatureGroupRequestTypeDef,
    )

    from sagemock.resources.feature_group import FeatureGroup

RESERVED = frozenset({"is_deleted", "write_time", "api_invocation_time"})
"""Columns of an offline store that are not features."""


def definition(
    document: CreateFeatureGroupRequestTypeDef, name: str
) -> FeatureDefinitionTypeDef | None:
    """The definition of the feature of that name, in whatever case, or None."""
    definitions = document["FeatureDefinitions"]
    return next((each for each in definitions if each["FeatureName"].lower() == name.lower()), None)


def problems(request: CreateFeatureGroupRequestTypeDef) -> Iterator[str]:
    """The problems of a CreateFeatureGroup request, each as the text of an error."""
    yield from _wrong_definitions((), request["FeatureDefinitions"], storage_type(request))
    yield from _wrong_keys(request)
    yield from _wrong_stores(request)
    yield from _wrong_ttl(request)
    if "ThroughputConfig" in request:
        yield from _wrong_throughput(request, request["ThroughputConfig"])


def update_problems(
    document: FeatureGroup, request: UpdateFeatureGroupRequestTypeDef
) -> Iterator[str]:
    """The problems of an UpdateFeatureGroup request, less the limit of features."""
    additions = request.get("FeatureAdditions", ())
    yield from _wrong_definitions(document["FeatureDefinitions"], additions, storage_type(document))
    yield from _wrong_ttl(request)
    if "OnlineStoreConfig" in request:
        if not is_online(document):
            yield "The feature group has no online store whose configuration could be updated."
        desired = request["OnlineStoreConfig"].get("StorageType")
        current = storage_type(document)
        if desired not in (None, current) and (current, desired) != ("Standard", "Standard_V2"):
            yield "StorageType can only be updated from Standard to Standard_V2."
    if "ThroughputConfig" in request:
        yield from _wrong_throughput(document, throughput(document, request["ThroughputConfig"]))


def _wrong_definitions(
    present: Iterable[FeatureDefinitionTypeDef],
    new: Iterable[FeatureDefinitionTypeDef],
    storage: str | None,
) -> Iterator[str]:
    taken = {each["FeatureName"].lower() for each in present}
    for each in new:
        name = each["FeatureName"]
        if name.lower() in RESERVED:
            yield f"FeatureName {name} is reserved."
        if name.lower() in taken:
            yield f"FeatureName {name} is defined more than once."
        taken.add(name.lower())
        yield from _wrong_collection(each, storage)


def _wrong_collection(each: FeatureDefinitionTypeDef, storage: str | None) -> Iterator[str]:
    name, collection = each["FeatureName"], each.get("CollectionType")
    if collection is not None and storage != "InMemory":
        yield f"Feature {name}: CollectionType is only supported with StorageType InMemory."
    if collection == "Vector":
        if each["FeatureType"] != "Fractional":
            yield f"Feature {name}: the elements of a Vector must be Fractional."
        if "VectorConfig" not in each.get("CollectionConfig", {}):
            yield f"Feature {name}: a Vector needs a VectorConfig."
    elif "CollectionConfig" in each:
        yield f"Feature {name}: CollectionConfig is only supported with CollectionType Vector."


_KEYS: tuple[Literal["RecordIdentifierFeatureName", "EventTimeFeatureName"], ...] = (
    "RecordIdentifierFeatureName",
    "EventTimeFeatureName",
)


def _wrong_keys(request: CreateFeatureGroupRequestTypeDef) -> Iterator[str]:
    for member in _KEYS:
        feature = definition(request, request[member])
        if feature is None:
            yield f"{member} {request[member]} is not one of the FeatureDefinitions."
        elif "CollectionType" in feature:
            yield f"{member} {request[member]} must not be a collection."
    event_time = definition(request, request["EventTimeFeatureName"])
    if event_time is not None and event_time["FeatureType"] == "Integral":
        yield "The feature of EventTimeFeatureName must be of type String or Fractional."
    offline = request.get("OfflineStoreConfig", {})
    if event_time is not None and offline.get("TableFormat") == "Iceberg":
        if event_time["FeatureType"] != "String":
            yield "The feature of EventTimeFeatureName must be of type String for Iceberg tables."
        if offline.get("DisableGlueTableCreation"):
            yield "TableFormat Iceberg needs a Glue table."


def _wrong_stores(request: CreateFeatureGroupRequestTypeDef) -> Iterator[str]:
    if not is_online(request) and "OfflineStoreConfig" not in request:
        yield "At least one of OnlineStoreConfig and OfflineStoreConfig must be enabled."
    if "OfflineStoreConfig" in request and "RoleArn" not in request:
        yield "RoleArn is required with OfflineStoreConfig."


def _wrong_ttl(
    request: CreateFeatureGroupRequestTypeDef | UpdateFeatureGroupRequestTypeDef,
) -> Iterator[str]:
    duration = request.get("OnlineStoreConfig", {}).get("TtlDuration", {})
    if len({"Unit", "Value"} & duration.keys()) == 1:
        yield "TtlDuration needs both Unit and Value."


def _wrong_throughput(
    document: CreateFeatureGroupRequestTypeDef, config: ThroughputConfigTypeDef
) -> Iterator[str]:
    units = {"ProvisionedReadCapacityUnits", "ProvisionedWriteCapacityUnits"} & config.keys()
    if config.get("ThroughputMode") == "Provisioned":
        if storage_type(document) not in (None, "Standard"):
            yield (
                "ThroughputMode Provisioned is only supported for feature groups that are "
                "offline-only or use the Standard tier online store."
            )
    elif units:
        yield f"{' and '.join(sorted(units))} only apply to ThroughputMode Provisioned."
