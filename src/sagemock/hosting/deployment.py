"""The loaded models of an endpoint, and why one cannot be deployed.

The texts were observed on AWS. A container that cannot load its model only shows as a failed health
check: the reason is in its log.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from sagemock.accounts.services import ObjectNotFound, ObjectStorage
from sagemock.config import Config
from sagemock.containers import selection
from sagemock.containers.base import (
    ArtifactError,
    InferenceError,
    Log,
    ModelData,
    Predictor,
    ServingContainer,
)
from sagemock.formats import archive
from sagemock.formats.archive import ArchiveError, ArchiveTooLarge
from sagemock.formats.content import Content, Spool, Workspace, chunks
from sagemock.resources.endpoint import Containers
from sagemock.resources.model import data_location, is_uncompressed
from sagemock.resources.s3_uri import parse_s3

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import ContainerDefinitionUnionTypeDef

logger = logging.getLogger("sagemock")

Deployment = dict[str, Predictor | None]
"""What answers for each variant; None for an image that is not known."""


class DeploymentFailure(Exception):
    """A model cannot be served.

    Parameters
    ----------
    reason
        The endpoint's FailureReason.
    cause
        What the container logs, or None if it never started.
    variant
        The variant of the container.
    """

    def __init__(self, reason: str, cause: str | None = None, variant: str | None = None) -> None:
        super().__init__(reason)
        self.cause = cause
        self.variant = variant


Print = Callable[[str, str], None]
"""Takes a variant, and a line that its container prints."""


def deploy(
    variants: Containers,
    storage: ObjectStorage,
    log: Print,
    config: Config,
) -> Deployment:
    """Load the model of each variant from S3.

    Parameters
    ----------
    variants
        The containers of each variant's model.
    storage
        Where the model data is.
    log
        Takes what the containers print.
    config
        The options, which say whether code of users runs.

    Raises
    ------
    DeploymentFailure
        If a model cannot be served.
    """
    deployment: Deployment = {}
    try:
        for name, containers in variants.items():
            deployment[name] = _load(name, containers, storage, partial(log, name), config)
    except BaseException:
        close(deployment)
        raise
    return deployment


def _load(
    variant: str,
    containers: Sequence[ContainerDefinitionUnionTypeDef],
    storage: ObjectStorage,
    log: Log,
    config: Config,
) -> Predictor | None:
    """What answers for a variant, or None if sagemock does not run all its containers.

    Each of several containers must be able to start, although they are never run together.
    """
    predictor = None
    for number, container in enumerate(containers, 1):
        selected = selection.serving(container, config).container
        serving = None if selected is None else selected.serving_container()
        if serving is not None:
            predictor = _start(variant, containers, number, serving, storage, log)
            if len(containers) > 1:
                close({variant: predictor})
                predictor = None
    return predictor


def _start(
    variant: str,
    containers: Sequence[ContainerDefinitionUnionTypeDef],
    number: int,
    serving: ServingContainer,
    storage: ObjectStorage,
    log: Log,
) -> Predictor:
    """The model of one container, counted from 1. Raises `DeploymentFailure`."""
    container = containers[number - 1]
    source = f'for container "container_{number}" from URL'
    location = f'"{data_location(container)}"'
    try:
        with Workspace() as workspace:
            predictor = serving.load(
                _model_data(container, storage, workspace),
                document=container,
                environment=container.get("Environment", {}),
                log=log,
            )
        return _healthy(predictor)
    except ArchiveError as error:
        raise DeploymentFailure(
            f"Failed to extract model data archive {source} {location}. {_advice(error)}"
        ) from error
    except ArtifactError as error:
        raise DeploymentFailure(
            f"The {_name(containers, number)} for production variant {variant} did not pass the "
            "ping health check. Please check CloudWatch logs for this endpoint.",
            cause=str(error),
            variant=variant,
        ) from error
    except (ObjectNotFound, ValueError) as error:
        raise DeploymentFailure(
            f"Failed to download model data {source}: {location}. Please ensure that there is an "
            "object located at the URL and that the role passed to CreateModel has permissions "
            "to download the object."
        ) from error


def _healthy(predictor: Predictor) -> Predictor:
    """Return a predictor that has passed the health check. Raises `ArtifactError`."""
    try:
        predictor.ping()
    except InferenceError as error:
        predictor.close()
        raise ArtifactError(error.body) from error
    return predictor


def close(deployment: Deployment) -> None:
    """Stop the containers of an endpoint that has been deleted or updated."""
    for predictor in deployment.values():
        if predictor is not None:
            try:
                predictor.close()
            except Exception:
                logger.exception("a container of an endpoint could not be stopped")


def _advice(error: ArchiveError) -> str:
    if isinstance(error, ArchiveTooLarge):
        return (
            "The model data archive is too large. Please reduce the size of the model data "
            "archive or move to an instance type with more memory."
        )
    return "Please ensure that the object located at the URL is a valid tar.gz archive."


def _name(containers: Sequence[ContainerDefinitionUnionTypeDef], number: int) -> str:
    """How a FailureReason names one of a model's containers."""
    if len(containers) == 1:
        return "primary container"
    return containers[number - 1].get("ContainerHostname", f"container-{number}")


def _model_data(
    container: ContainerDefinitionUnionTypeDef, storage: ObjectStorage, workspace: Workspace
) -> ModelData:
    """A container's model data. Raises `ArchiveError`, `ObjectNotFound` and ValueError."""
    location = data_location(container)
    if location is None:
        return ModelData()
    bucket, key = parse_s3(location)
    spool = Spool(workspace)
    if is_uncompressed(container):
        return ModelData(dict(_below(storage, bucket, key, spool)))
    files: dict[str, Content] = {}
    with storage.open(bucket, key) as stream:
        for name, file in archive.files(stream, workspace):
            if name not in files:
                files[name] = spool.keep(chunks(file))
    return ModelData(files)


def _below(
    storage: ObjectStorage, bucket: str, prefix: str, spool: Spool
) -> Iterator[tuple[str, Content]]:
    """The objects below a prefix, by what follows its folder. Raises `ObjectNotFound`."""
    keys = storage.keys(bucket, prefix)
    if not keys:
        raise ObjectNotFound(f"s3://{bucket}/{prefix}")
    folder = prefix.rpartition("/")[0]
    for key in keys:
        if not key.endswith("/"):
            with storage.open(bucket, key) as stream:
                yield key.removeprefix(folder).lstrip("/"), spool.keep(chunks(stream))
