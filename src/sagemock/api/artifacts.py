"""CreateArtifact, DescribeArtifact, ListArtifacts, UpdateArtifact, DeleteArtifact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagemock.accounts.world import Response, World
from sagemock.api.lineage_entities import ARTIFACTS
from sagemock.errors import ValidationException
from sagemock.resources import clock, lineage_entity

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import (
        ArtifactSourceUnionTypeDef,
        CreateArtifactRequestTypeDef,
        DeleteArtifactRequestTypeDef,
        DescribeArtifactRequestTypeDef,
        ListArtifactsRequestTypeDef,
        UpdateArtifactRequestTypeDef,
    )


def create_artifact(world: World, request: CreateArtifactRequestTypeDef) -> Response:
    """Create an artifact.

    Raises `ValidationException` when there is one of the same source, and `ResourceLimitExceeded`.
    """
    arn = ARTIFACTS.arn(world, _id(request["Source"]))
    return ARTIFACTS.create(world, lineage_entity.new_artifact(request, arn, clock.now()))


def _id(source: ArtifactSourceUnionTypeDef) -> str:
    return lineage_entity.artifact_id(source["SourceUri"], source.get("SourceTypes", ()))


def describe_artifact(world: World, request: DescribeArtifactRequestTypeDef) -> Response:
    """Describe an artifact. Raises `ResourceNotFound`."""
    return ARTIFACTS.describe(world, ARTIFACTS.key_of(world, request["ArtifactArn"]))


def list_artifacts(world: World, request: ListArtifactsRequestTypeDef) -> Response:
    """One page of the artifacts, the latest first by default."""
    return ARTIFACTS.summaries(world, request)


def update_artifact(world: World, request: UpdateArtifactRequestTypeDef) -> Response:
    """Change the name and properties of an artifact. Raises `ResourceNotFound`."""
    key = ARTIFACTS.key_of(world, request["ArtifactArn"])
    changes = {name: value for name, value in request.items() if name != "ArtifactArn"}
    return ARTIFACTS.change(world, key, changes)


def check_delete_artifact(request: DeleteArtifactRequestTypeDef) -> None:
    """Raises `ValidationException` unless the request names one artifact.

    The SDK 3 always sends both the ARN and the source.
    """
    if "ArtifactArn" not in request and "Source" not in request:
        raise ValidationException("Either ArtifactArn or Source must be specified.")
    if "ArtifactArn" in request and "Source" in request:
        arn, identifier = request["ArtifactArn"], _id(request["Source"])
        if arn.rpartition("/")[2] != identifier:
            raise ValidationException(
                f"ArtifactArn '{arn}' is not that of the artifact with source URI "
                f"({request['Source']['SourceUri']})."
            )


def delete_artifact(world: World, request: DeleteArtifactRequestTypeDef) -> Response:
    """Delete an artifact, by its ARN or by its source.

    Raises `ResourceNotFound`, and `ValidationException` while it has associations.
    """
    if "ArtifactArn" in request:
        return ARTIFACTS.remove(world, ARTIFACTS.key_of(world, request["ArtifactArn"]))
    return ARTIFACTS.remove(world, _id(request["Source"]))
