"""What serves a model: its containers, started and healthy, whoever sends them requests.

Endpoints keep one for each variant, transform jobs one for each job. Both begin with `serve`, and
say in their own words why it cannot be: `ModelFailure` has what they need for that.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, Protocol

from sagemock.accounts.services import ObjectNotFound, ObjectStorage
from sagemock.config import Config
from sagemock.containers import selection
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
from sagemock.hosting.model_files import model_data
from sagemock.resources.model import ModelDefinition, data_location

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import ContainerDefinitionUnionTypeDef

logger = logging.getLogger("sagemock")

PRIMARY = "primary"
"""How errors name the only container of a model."""

ContainerPrint = Callable[[str, str], None]
"""Takes the host name of a container, and a line that it prints."""

Problem = Literal["download", "archive", "size", "health"]
"""What a model's data or container can fail at."""


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
    """

    def __init__(self, error: InferenceError, host: str, *, alone: bool) -> None:
        super().__init__(error.status, error.body)
        self.container = PRIMARY if alone else host
        self.host = host


class ModelServer(Protocol):
    """The running containers of a model. Thread-safe."""

    def invoke(self, request: InferenceRequest) -> InferenceResponse:
        """Answer a request to `/invocations`. Raises `ContainerError`."""
        ...

    def execution_parameters(self) -> Mapping[str, Any] | None:
        """The response of `/execution-parameters` to transform jobs; None without that path."""
        ...

    def guide(self) -> ModelGuide:
        """What people need to know about the model."""
        ...

    def close(self) -> None:
        """End the containers, which get no further requests. Raises nothing."""
        ...


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


def serve(
    model: ModelDefinition,
    storage: ObjectStorage,
    log: ContainerPrint,
    config: Config,
    environment: Mapping[str, str] | None = None,
) -> ModelServer | None:
    """Start the containers of a model, with its data from S3.

    Parameters
    ----------
    model
        The containers.
    storage
        Where the model data is.
    log
        Takes what the containers print, until they are closed.
    config
        The options of the mock, which say what may run.
    environment
        Variables that each container gets beyond those of its definition, which they override.

    Returns
    -------
    What answers for the model; None if one of its containers has an image that nothing here runs.

    Raises
    ------
    ModelFailure
        If a container cannot serve.
    """
    servers: list[_SingleContainer] = []
    unknown = False
    try:
        for container in _containers(model):
            selected = selection.serving(container.definition, config).container
            serving = None if selected is None else selected.serving_container()
            if serving is None:
                unknown = True
                continue
            # The others must be able to start, even if the model as a whole does not run here.
            servers.append(
                _start(container, serving, storage, partial(log, container.host), environment or {})
            )
    except BaseException:
        _close_all(servers)
        raise
    if unknown or len(servers) != 1:
        _close_all(servers)
        return None
    return servers[0]


def _containers(model: ModelDefinition) -> list[ModelContainer]:
    alone = len(model.containers) == 1
    named = zip(model.hosts, model.containers, strict=True)
    return [
        ModelContainer(definition, host, number, alone)
        for number, (host, definition) in enumerate(named, 1)
    ]


def _start(
    container: ModelContainer,
    serving: ServingContainer,
    storage: ObjectStorage,
    log: Log,
    environment: Mapping[str, str],
) -> _SingleContainer:
    """One container with its model. Raises `ModelFailure`."""
    definition = container.definition
    try:
        with Workspace() as workspace:
            predictor = serving.load(
                model_data(definition, storage, workspace),
                document=definition,
                environment={**definition.get("Environment", {}), **environment},
                log=log,
            )
        return _SingleContainer(container, _healthy(predictor))
    except ArchiveTooLarge as error:
        raise ModelFailure("size", container) from error
    except ArchiveError as error:
        raise ModelFailure("archive", container) from error
    except ArtifactError as error:
        raise ModelFailure("health", container, str(error)) from error
    except (ObjectNotFound, ValueError) as error:
        raise ModelFailure("download", container) from error


def _healthy(predictor: Predictor) -> Predictor:
    """Return a predictor that has passed the health check. Raises `ArtifactError`."""
    try:
        predictor.ping()
    except InferenceError as error:
        predictor.close()
        raise ArtifactError(error.body) from error
    return predictor


class _SingleContainer:
    """`ModelServer` of one container."""

    def __init__(self, container: ModelContainer, predictor: Predictor) -> None:
        self._container = container
        self._predictor = predictor

    def invoke(self, request: InferenceRequest) -> InferenceResponse:
        try:
            return self._predictor.invoke(request)
        except InferenceError as error:
            raise ContainerError(
                error, self._container.host, alone=self._container.alone
            ) from error

    def execution_parameters(self) -> Mapping[str, Any] | None:
        return self._predictor.execution_parameters()

    def guide(self) -> ModelGuide:
        return self._predictor.guide()

    def close(self) -> None:
        try:
            self._predictor.close()
        except Exception:
            logger.exception("a container of a model could not be stopped")


def _close_all(servers: list[_SingleContainer]) -> None:
    for server in servers:
        server.close()
