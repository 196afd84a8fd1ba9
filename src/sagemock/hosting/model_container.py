"""One container of a model: how it starts with its data, answers, and what it can fail at."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from sagemock.accounts.services import ObjectNotFound, ObjectStorage
from sagemock.containers.base import (
    ArtifactError,
    InferenceError,
    InferenceRequest,
    InferenceResponse,
    Log,
    ModelGuide,
    Predictor,
    ServingContainer,
)
from sagemock.formats.archive import ArchiveError, ArchiveTooLarge
from sagemock.formats.content import Workspace
from sagemock.hosting.model_files import model_data, read_objects
from sagemock.hosting.targets import Targets
from sagemock.resources.model import data_location

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import ContainerDefinitionUnionTypeDef

logger = logging.getLogger("sagemock")

PRIMARY = "primary"
"""How errors name the only container of a model."""

INVOCATIONS = "/invocations"
"""The path of a container that answers requests for its only model."""

HEADER_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
"""What HTTP can carry as the value of a header: Latin-1 without control characters."""

Problem = Literal["download", "archive", "size", "health"]
"""What a model's data or container can fail at."""


@dataclass(frozen=True, slots=True)
class ModelContainer:
    """One of a model's containers.

    Attributes
    ----------
    definition
        As the model has it.
    host
        Its host name.
    number
        Its position, counted from 1.
    alone
        Whether the model has no other container.
    """

    definition: ContainerDefinitionUnionTypeDef
    host: str
    number: int
    alone: bool


class ModelFailure(Exception):
    """A container of a model cannot serve.

    Attributes
    ----------
    problem
        `download`: there are no model data. `archive`: they are no archive. `size`: the archive
        is too large. `health`: the container did not pass its health check.
    number
        Which container, counted from 1.
    host
        Its host name.
    alone
        Whether the model has no other container.
    location
        The S3 URI of its model data, None if it has none.
    cause
        What the container logs; None if it never started.
    """

    def __init__(
        self, problem: Problem, container: ModelContainer, cause: str | None = None
    ) -> None:
        super().__init__(f"{container.host}: {cause or problem}")
        self.problem: Problem = problem
        self.number = container.number
        self.host = container.host
        self.alone = container.alone
        self.location = data_location(container.definition)
        self.cause = cause


class ContainerError(InferenceError):
    """The error response of one of a model's containers.

    Attributes
    ----------
    container
        How AWS's texts name it: its host name, or `primary` for the only one.
    host
        Its host name, which its log streams have.
    path
        The path of the request that it refused.
    """

    def __init__(
        self, error: InferenceError, host: str, *, alone: bool, path: str = INVOCATIONS
    ) -> None:
        super().__init__(error.status, error.body)
        self.container = PRIMARY if alone else host
        self.host = host
        self.path = path


class RunningContainer:
    """`ModelServer` of one container with one model."""

    targets = Targets()

    def __init__(self, container: ModelContainer, predictor: Predictor) -> None:
        self._container = container
        self._predictor = predictor

    def invoke(self, request: InferenceRequest) -> InferenceResponse:
        """Answer a request to `/invocations`. Raises `ContainerError`."""
        try:
            return answer(self._predictor, request)
        except InferenceError as error:
            raise ContainerError(
                error, self._container.host, alone=self._container.alone
            ) from error

    def execution_parameters(self) -> Mapping[str, Any] | None:
        """Return the response of `/execution-parameters`; None without that path."""
        return self._predictor.execution_parameters()

    def guide(self) -> ModelGuide:
        """Return what people need to know about the model."""
        return self._predictor.guide()

    def close(self) -> None:
        """End the container. Raises nothing."""
        close_predictor(self._predictor)


def start(
    container: ModelContainer,
    serving: ServingContainer,
    storage: ObjectStorage,
    log: Log,
    environment: Mapping[str, str],
    objects: Sequence[str] = (),
    startup: float | None = None,
) -> RunningContainer:
    """Start a container with its model, and wait for its health check.

    Parameters
    ----------
    container
        The container.
    serving
        What serves its image.
    storage
        Where its model data is.
    log
        Takes what it prints.
    environment
        Variables beyond those of its definition, which they override.
    objects
        The S3 URIs of what it reads besides its model data; those that are missing are left out.
    startup
        Seconds until its process is healthy; None for the default.

    Raises
    ------
    ModelFailure
        If it cannot serve.
    """
    definition = container.definition
    try:
        with Workspace() as workspace:
            data = model_data(definition, storage, workspace)
            others = read_objects(objects, storage, workspace)
            predictor = serving.load(
                replace(data, objects=others, startup=startup),
                document=definition,
                environment={**definition.get("Environment", {}), **environment},
                log=log,
            )
        return RunningContainer(container, healthy(predictor))
    except ArchiveTooLarge as error:
        raise ModelFailure("size", container) from error
    except ArchiveError as error:
        raise ModelFailure("archive", container) from error
    except ArtifactError as error:
        raise ModelFailure("health", container, str(error)) from error
    except (ObjectNotFound, ValueError) as error:
        raise ModelFailure("download", container) from error


def answer(predictor: Predictor, request: InferenceRequest) -> InferenceResponse:
    """Return the predictor's response, if HTTP can carry its headers. Raises `InferenceError`."""
    response = predictor.invoke(request)
    for value in (response.content_type, *response.headers.values()):
        if value is not None and not (isinstance(value, str) and HEADER_VALUE.fullmatch(value)):
            raise InferenceError(500, f"a header of the response cannot be sent: {value!r}")
    return response


def healthy(predictor: Predictor) -> Predictor:
    """Return a predictor that has passed the health check. Raises `ArtifactError`."""
    try:
        predictor.ping()
    except InferenceError as error:
        predictor.close()
        raise ArtifactError(error.body) from error
    return predictor


def close_predictor(predictor: Predictor) -> None:
    """End a container; its own errors only go to the log of this package."""
    try:
        predictor.close()
    except Exception:
        logger.exception("a container of a model could not be stopped")
