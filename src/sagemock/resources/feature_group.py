"""Documents of feature groups: what a request makes of them, and what of a request is wrong.

Names of features are the same whatever their case, as the developer guide says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final, Literal, NotRequired, cast

from sagemock.resources.arn import Arn
from sagemock.resources.tag import merged

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import (
        CreateFeatureGroupRequestTypeDef,
        DataCatalogConfigTypeDef,
        FeatureDefinitionTypeDef,
        LastUpdateStatusTypeDef,
        OfflineStoreConfigTypeDef,
        OfflineStoreStatusTypeDef,
        OnlineStoreConfigTypeDef,
        ThroughputConfigTypeDef,
        ThroughputConfigUpdateTypeDef,
        UpdateFeatureGroupRequestTypeDef,
    )

    class NewFeatureGroup(CreateFeatureGroupRequestTypeDef):
        """The request, and what the service adds."""

        FeatureGroupArn: str
        CreationTime: float
        LastModifiedTime: float
        FeatureGroupStatus: str

    class FeatureGroup(NewFeatureGroup):
        """The document, with what becomes of the group."""

        OfflineStoreStatus: NotRequired[OfflineStoreStatusTypeDef]
        LastUpdateStatus: NotRequired[LastUpdateStatusTypeDef]


CREATING = "Creating"
CREATED = "Created"
CREATE_FAILED = "CreateFailed"
DELETING = "Deleting"
DELETE_FAILED = "DeleteFailed"

DELETABLE = frozenset({CREATED, CREATE_FAILED, DELETE_FAILED})
"""The statuses from which a group may be deleted."""

UPDATING: Final = "InProgress"
UPDATED: Final = "Successful"
"""Statuses of the last update; that of the group stays `Created` meanwhile."""

RESERVED = frozenset({"is_deleted", "write_time", "api_invocation_time"})
"""The columns of an offline store that are no features."""

MAX_FEATURES = 2500

DATABASE = "sagemaker_featurestore"
CATALOG = "AwsDataCatalog"


def new(
    request: CreateFeatureGroupRequestTypeDef, arn: Arn, now: float, *, fills_in: bool = True
) -> FeatureGroup:
    """A group that is being created; fills_in: with what the service adds inside its stores."""
    document: NewFeatureGroup = {
        **request,
        "FeatureGroupArn": str(arn),
        "CreationTime": now,
        "LastModifiedTime": now,
        "FeatureGroupStatus": CREATING,
        "ThroughputConfig": request.get("ThroughputConfig", _on_demand()),
        "Tags": merged((), request.get("Tags", ())),
    }
    if fills_in and "OnlineStoreConfig" in request:
        document["OnlineStoreConfig"] = _online_store(request["OnlineStoreConfig"])
    if fills_in and "OfflineStoreConfig" in request:
        document["OfflineStoreConfig"] = _offline_store(request, arn, now)
    return cast("FeatureGroup", document)


def _on_demand() -> ThroughputConfigTypeDef:
    return {"ThroughputMode": "OnDemand"}


def _online_store(config: OnlineStoreConfigTypeDef) -> OnlineStoreConfigTypeDef:
    enabled = config.get("EnableOnlineStore")
    storage: OnlineStoreConfigTypeDef = {"StorageType": "Standard"} if enabled else {}
    return {"EnableOnlineStore": False, **storage, **config}


def _offline_store(
    request: CreateFeatureGroupRequestTypeDef, arn: Arn, now: float
) -> OfflineStoreConfigTypeDef:
    """Where records go, and the Glue table that describes them.

    Both names end in the second in which the group was created, as recorded answers show.
    """
    config, name, created = request["OfflineStoreConfig"], request["FeatureGroupName"], int(now)
    storage = config["S3StorageConfig"]
    folder = f"{arn.account_id}/sagemaker/{arn.region}/offline-store/{name}-{created}/data"
    filled: OfflineStoreConfigTypeDef = {
        "DisableGlueTableCreation": False,
        **config,
        "S3StorageConfig": {
            **storage,
            "ResolvedOutputS3Uri": f"{storage['S3Uri'].rstrip('/')}/{folder}",
        },
    }
    if not filled["DisableGlueTableCreation"]:
        filled.setdefault("DataCatalogConfig", glue_table(name, created))
    return filled


def glue_table(name: str, created: int) -> DataCatalogConfigTypeDef:
    """The Glue table of a group that names none; created: in seconds since the epoch.

    Its name is one that Athena recommends.
    """
    table = f"{name.replace('-', '_')}_{created}"
    return {"TableName": table, "Catalog": CATALOG, "Database": DATABASE}


def taken(name: str) -> str:
    """The text for a name that is taken."""
    return (
        f"Resource Already Exists: FeatureGroup with name {name} already exists. "
        f"Choose a different name.\nInfo: Feature Group '{name}' already exists."
    )


def created(document: FeatureGroup) -> FeatureGroup:
    """The group, ready for records."""
    ready: FeatureGroup = {**document, "FeatureGroupStatus": CREATED}
    if "OfflineStoreConfig" in document:
        ready["OfflineStoreStatus"] = {"Status": "Active"}
    return ready


def updating(document: FeatureGroup, now: float) -> FeatureGroup:
    """The group as an update begins; nothing else of it has changed yet."""
    return {**document, "LastUpdateStatus": {"Status": UPDATING}, "LastModifiedTime": now}


def updated(
    document: FeatureGroup, request: UpdateFeatureGroupRequestTypeDef, now: float
) -> FeatureGroup:
    """The group when an update has succeeded."""
    additions = request.get("FeatureAdditions", ())
    changed: FeatureGroup = {
        **document,
        "FeatureDefinitions": [*document["FeatureDefinitions"], *additions],
        "LastUpdateStatus": {"Status": UPDATED},
        "LastModifiedTime": now,
    }
    if "OnlineStoreConfig" in request:
        store: OnlineStoreConfigTypeDef = {
            **document.get("OnlineStoreConfig", {}),
            **request["OnlineStoreConfig"],
        }
        # Without unit and value it takes the old one away.
        if not store.get("TtlDuration", True):
            del store["TtlDuration"]
        changed["OnlineStoreConfig"] = store
    if "ThroughputConfig" in request:
        changed["ThroughputConfig"] = _throughput(document, request["ThroughputConfig"])
    return changed


def _throughput(
    document: FeatureGroup, change: ThroughputConfigUpdateTypeDef
) -> ThroughputConfigTypeDef:
    """The throughput after a change: units that it does not name stay, in the same mode."""
    current = document["ThroughputConfig"]
    if change.get("ThroughputMode", current["ThroughputMode"]) != current["ThroughputMode"]:
        return cast("ThroughputConfigTypeDef", dict(change))
    return {**current, **change}


def is_updating(document: FeatureGroup) -> bool:
    """Whether an update of the group is under way."""
    return document.get("LastUpdateStatus", {}).get("Status") == UPDATING


def is_online(document: CreateFeatureGroupRequestTypeDef) -> bool:
    """Whether a group, or a request for one, has an online store."""
    return bool(document.get("OnlineStoreConfig", {}).get("EnableOnlineStore"))


def _storage(document: CreateFeatureGroupRequestTypeDef) -> str | None:
    """The storage type of the online store, if there is one."""
    if not is_online(document):
        return None
    return document["OnlineStoreConfig"].get("StorageType", "Standard")


def definition(
    document: CreateFeatureGroupRequestTypeDef, name: str
) -> FeatureDefinitionTypeDef | None:
    """The definition of a group's feature of that name, in whatever case."""
    found = (
        each
        for each in document["FeatureDefinitions"]
        if each["FeatureName"].lower() == name.lower()
    )
    return next(iter(found), None)


def problems(request: CreateFeatureGroupRequestTypeDef) -> Iterator[str]:
    """What is wrong with a request for a group beyond what the service model says."""
    yield from _wrong_definitions((), request["FeatureDefinitions"], _storage(request))
    yield from _wrong_keys(request)
    yield from _wrong_stores(request)
    yield from _wrong_ttl(request)
    if "ThroughputConfig" in request:
        yield from _wrong_throughput(request, request["ThroughputConfig"])


def update_problems(
    document: FeatureGroup, request: UpdateFeatureGroupRequestTypeDef
) -> Iterator[str]:
    """What is wrong with an update of a group, less the number of its features."""
    additions = request.get("FeatureAdditions", ())
    yield from _wrong_definitions(document["FeatureDefinitions"], additions, _storage(document))
    yield from _wrong_ttl(request)
    if "OnlineStoreConfig" in request:
        if not is_online(document):
            yield "The feature group has no online store whose configuration could be updated."
        wanted = request["OnlineStoreConfig"].get("StorageType")
        current = _storage(document)
        if wanted not in (None, current) and (current, wanted) != ("Standard", "Standard_V2"):
            yield "StorageType can only be updated from Standard to Standard_V2."
    if "ThroughputConfig" in request:
        yield from _wrong_throughput(document, _throughput(document, request["ThroughputConfig"]))


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
        found = definition(request, request[member])
        if found is None:
            yield f"{member} {request[member]} is not one of the FeatureDefinitions."
        elif "CollectionType" in found:
            yield f"{member} {request[member]} must not be a collection."
    when = definition(request, request["EventTimeFeatureName"])
    if when is not None and when["FeatureType"] == "Integral":
        yield "The feature of EventTimeFeatureName must be of type String or Fractional."
    offline = request.get("OfflineStoreConfig", {})
    if when is not None and offline.get("TableFormat") == "Iceberg":
        if when["FeatureType"] != "String":
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
        if _storage(document) not in (None, "Standard"):
            yield (
                "ThroughputMode Provisioned is only supported for feature groups that are "
                "offline-only or use the Standard tier online store."
            )
    elif units:
        yield f"{' and '.join(sorted(units))} only apply to ThroughputMode Provisioned."
