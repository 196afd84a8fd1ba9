"""Documents of lineage entities: artifacts, actions, contexts and lineage groups."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NotRequired, TypedDict, cast

from sagemock.documents import D, Document
from sagemock.resources import types
from sagemock.resources.arn import Arn
from sagemock.resources.tag import merged

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import (
        ArtifactSourceTypeTypeDef,
        CreateActionRequestTypeDef,
        CreateArtifactRequestTypeDef,
        CreateContextRequestTypeDef,
        UserContextTypeDef,
    )

    class _Entity(TypedDict):
        CreationTime: float
        CreatedBy: UserContextTypeDef
        LastModifiedTime: float
        LastModifiedBy: UserContextTypeDef
        LineageGroupArn: str

    class NewArtifact(CreateArtifactRequestTypeDef, _Entity):
        """The document: the request, and what the service adds."""

        ArtifactArn: str
        ArtifactId: str

    class NewAction(CreateActionRequestTypeDef, _Entity):
        """The document: the request, and what the service adds."""

        ActionArn: str

    class NewContext(CreateContextRequestTypeDef, _Entity):
        """The document: the request, and what the service adds."""

        ContextArn: str

    class LineageGroup(TypedDict):
        """The document of the one lineage group that an account has in a region."""

        LineageGroupName: str
        LineageGroupArn: str
        DisplayName: str
        Description: NotRequired[str]
        CreationTime: float
        CreatedBy: UserContextTypeDef
        LastModifiedTime: float
        LastModifiedBy: UserContextTypeDef
        Tags: list[Any]


DEFAULT_GROUP = "sagemaker-default-lineage-group"
"""The name of the lineage group to which everything of an account in a region belongs."""


def artifact_id(uri: str, source_types: Iterable[ArtifactSourceTypeTypeDef] = ()) -> str:
    """The last part of the ARN of an artifact: 32 hexadecimal digits that follow from its source.

    So the same source has the same identifier in every account, and each source one artifact.

    Parameters
    ----------
    uri : str
        The SourceUri.
    source_types : Iterable[ArtifactSourceType]
        The SourceTypes, such as the ETag of the object at the URI; in any order.
    """
    digest = hashlib.blake2b(digest_size=16)
    kinds = sorted((each["SourceIdType"], each["Value"]) for each in source_types)
    for part in (uri, *(text for pair in kinds for text in pair)):
        encoded = part.encode("utf-8", "surrogatepass")
        digest.update(f"{len(encoded)}:".encode() + encoded)
    return digest.hexdigest()


def group_arn(arn: Arn) -> str:
    """The ARN of the lineage group of what has an ARN."""
    return str(replace(arn, kind=types.LINEAGE_GROUP.arn_kind, name=DEFAULT_GROUP))


def _entity(arn: Arn, now: float) -> _Entity:
    return {
        "CreationTime": now,
        "CreatedBy": {},
        "LastModifiedTime": now,
        "LastModifiedBy": {},
        "LineageGroupArn": group_arn(arn),
    }


def new_artifact(request: CreateArtifactRequestTypeDef, arn: Arn, now: float) -> NewArtifact:
    """The document of a new artifact, whose `ArtifactId` no operation shows."""
    return {
        "Properties": {},
        **request,
        **_entity(arn, now),
        "ArtifactArn": str(arn),
        "ArtifactId": arn.name,
        "Tags": merged((), request.get("Tags", ())),
    }


def new_action(request: CreateActionRequestTypeDef, arn: Arn, now: float) -> NewAction:
    """The document of a new action."""
    return {
        "Properties": {},
        **request,
        **_entity(arn, now),
        "ActionArn": str(arn),
        "Tags": merged((), request.get("Tags", ())),
    }


def new_context(request: CreateContextRequestTypeDef, arn: Arn, now: float) -> NewContext:
    """The document of a new context."""
    return {
        "Properties": {},
        **request,
        **_entity(arn, now),
        "ContextArn": str(arn),
        "Tags": merged((), request.get("Tags", ())),
    }


def new_group(arn: Arn, now: float) -> LineageGroup:
    """The document of the lineage group of an account in a region."""
    return {
        "LineageGroupName": arn.name,
        "LineageGroupArn": str(arn),
        "DisplayName": arn.name,
        "CreationTime": now,
        "CreatedBy": {},
        "LastModifiedTime": now,
        "LastModifiedBy": {},
        "Tags": [],
    }


def updated(document: D, changes: Document, now: float) -> D:
    """An entity after an update.

    `Properties` overwrites the values of its keys, then those of `PropertiesToRemove` go.

    Parameters
    ----------
    document : Document
        The entity.
    changes : Document
        The request, less the member that names the entity.
    now : float
        Seconds since the epoch.
    """
    removed = changes.get("PropertiesToRemove", ())
    properties = {**document["Properties"], **changes.get("Properties", {})}
    members = {
        **{name: value for name, value in changes.items() if name != "PropertiesToRemove"},
        "Properties": {key: value for key, value in properties.items() if key not in removed},
        "LastModifiedTime": now,
    }
    return cast("D", {**document, **members})
