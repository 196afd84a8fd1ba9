"""The loaded models of an endpoint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sagemock.inference.serving import ArtifactError, Predictor, is_member, load, load_member
from sagemock.resources.image import is_linear_learner
from sagemock.resources.model import data_location, is_uncompressed
from sagemock.resources.s3_uri import parse_s3
from sagemock.services import ObjectNotFound, ObjectStorage

FIRST = "container_1"
"""What AWS calls the first container of a model."""

Deployment = dict[str, Predictor | None]
"""By variant: what answers, or None for an image that is not known."""


class DeploymentFailure(Exception):
    """A model cannot be served; the text is the endpoint's FailureReason."""


def deploy(
    variants: Mapping[str, Sequence[Mapping[str, Any]]], storage: ObjectStorage
) -> Deployment:
    """Load the model of each variant from S3, from nowhere else.

    variants: the containers of each variant's model. Raises `DeploymentFailure`.
    """
    return {name: _load(containers, storage) for name, containers in variants.items()}


def _load(containers: Sequence[Mapping[str, Any]], storage: ObjectStorage) -> Predictor | None:
    if len(containers) != 1 or not is_linear_learner(containers[0].get("Image", "")):
        return None
    location = data_location(containers[0])
    if location is None:
        raise DeploymentFailure("The primary container has no model data.")
    try:
        bucket, key = parse_s3(location)
        if is_uncompressed(containers[0]):
            return load_member(storage.read(bucket, _member(storage, bucket, key)))
        return load(storage.read(bucket, key))
    except (ObjectNotFound, ValueError) as error:
        if isinstance(error, ArtifactError):
            raise DeploymentFailure(
                f'Failed to extract model data archive for container "{FIRST}" from URL '
                f'"{location}". Please ensure that the object located at the URL is a valid '
                "tar.gz archive."
            ) from error
        raise DeploymentFailure(
            f'Failed to download model data for container "{FIRST}" from URL: "{location}". '
            "Please ensure that there is an object located at the URL and that the role passed "
            "to CreateModel has permissions to download the object."
        ) from error


def _member(storage: ObjectStorage, bucket: str, prefix: str) -> str:
    """The key of the model's file. Raises `ObjectNotFound`."""
    for key in storage.keys(bucket, prefix):
        if is_member(key.rpartition("/")[2]):
            return key
    raise ObjectNotFound(f"s3://{bucket}/{prefix}")
