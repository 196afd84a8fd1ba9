"""Documents of feature groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NotRequired, cast

from sagemock.resources.arn import Arn
from sagemock.resources.tag import merged

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import (
        CreateFeatureGroupRequestTypeDef,
        DataCatalogConfigTypeDef,
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
        """The document, with the members that follow later."""

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
"""The statuses of LastUpdateStatus; the group itself stays `Created` meanwhile."""

MAX_FEATURES = 2500
"""The limit of features in a group."""

DATABASE = "sagemaker_featurestore"
CATALOG = "AwsDataCatalog"
"""Where AWS creates the Glue tables of groups."""


def new(
    request: CreateFeatureGroupRequestTypeDef, arn: Arn, now: float, *, fills_in: bool = True
) -> FeatureGroup:
    """The document of a group that is being created: the request, and what the service adds.

    Parameters
    ----------
    request : CreateFeatureGroupRequestTypeDef
        The request.
    arn : Arn
        The ARN of the group.
    now : float
        Seconds since the epoch.
    fills_in : bool
        Whether to add defaults inside of its stores as well.
    """
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
    """The configuration, with the location of the records and the Glue table that describes them.

    Both names end with the creation time in seconds, as in recorded answers.
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
    """The Glue table of a group that names none, with a name that suits Athena.

    Parameters
    ----------
    name : str
        The name of the group.
    created : int
        When it was created, in seconds since the epoch.
    """
    table = f"{name.replace('-', '_')}_{created}"
    return {"TableName": table, "Catalog": CATALOG, "Database": DATABASE}


def taken(name: str) -> str:
    """The text of the error for a name that is taken."""
    return (
        f"Resource Already Exists: FeatureGroup with name {name} already exists. "
        f"Choose a different name.\nInfo: Feature Group '{name}' already exists."
    )


def created(document: FeatureGroup) -> FeatureGroup:
    """The group once it has been created."""
    ready: FeatureGroup = {**document, "FeatureGroupStatus": CREATED}
    if "OfflineStoreConfig" in document:
        ready["OfflineStoreStatus"] = {"Status": "Active"}
    return ready


def updating(document: FeatureGroup, now: float) -> FeatureGroup:
    """The group while an update is in progress, which has changed nothing else yet."""
    return {**document, "LastUpdateStatus": {"Status": UPDATING}, "LastModifiedTime": now}


def updated(
    document: FeatureGroup, request: UpdateFeatureGroupRequestTypeDef, now: float
) -> FeatureGroup:
    """The group once an update has succeeded."""
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
        # An empty TtlDuration removes the old one.
        if not store.get("TtlDuration", True):
            del store["TtlDuration"]
        changed["OnlineStoreConfig"] = store
    if "ThroughputConfig" in request:
        changed["ThroughputConfig"] = throughput(document, request["ThroughputConfig"])
    return changed


def throughput(
    document: FeatureGroup, change: ThroughputConfigUpdateTypeDef
) -> ThroughputConfigTypeDef:
    """The throughput after a change; within a mode, units that it does not name stay."""
    current = document["ThroughputConfig"]
    if change.get("ThroughputMode", current["ThroughputMode"]) != current["ThroughputMode"]:
        return cast("ThroughputConfigTypeDef", dict(change))
    return {**current, **change}


def is_updating(document: FeatureGroup) -> bool:
    """Whether an update of the group is in progress."""
    return document.get("LastUpdateStatus", {}).get("Status") == UPDATING


def is_online(document: CreateFeatureGroupRequestTypeDef) -> bool:
    """Whether a group, or a request for one, has an online store."""
    return bool(document.get("OnlineStoreConfig", {}).get("EnableOnlineStore"))


def storage_type(document: CreateFeatureGroupRequestTypeDef) -> str | None:
    """The storage type of the online store, if there is one."""
    if not is_online(document):
        return None
    return document["OnlineStoreConfig"].get("StorageType", "Standard")
