"""What a serving container gets, and how it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from sagemock.containers.callbacks import AwsAccess, Log, Stop, never
from sagemock.containers.guide import ModelGuide
from sagemock.formats.content import Files, open_content

if TYPE_CHECKING:
    from typing import IO


class InferenceError(Exception):
    """The error response of a container: an HTTP status and a body."""

    def __init__(self, status: int, body: str) -> None:
        super().__init__(f"{status}: {body}")
        self.status = status
        self.body = body


class ArtifactError(ValueError):
    """Model data without a model that the container can load; the text is for its log."""


@dataclass(frozen=True, slots=True)
class InferenceRequest:
    """A request to `/invocations`.

    Attributes
    ----------
    body, content_type, accept
        What is sent, its type, and the type of the response that the client wants.
    headers
        The other headers, with names in lower case.
    timeout
        Seconds for the response of a process; None for the limit of endpoints.
    """

    body: bytes
    content_type: str | None = None
    accept: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    timeout: float | None = None


@dataclass(frozen=True, slots=True)
class InferenceResponse:
    """The response of a container; `headers` has the other headers, with names in lower case."""

    body: bytes
    content_type: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Predictor(Protocol):
    """A loaded model that answers requests. Subclasses must define `invoke`."""

    def invoke(self, request: InferenceRequest) -> InferenceResponse:
        """Answer a request to `/invocations`. Raises `InferenceError`."""
        ...

    def ping(self) -> None:
        """Check the health of the container. Raises `InferenceError` if it is not healthy."""
        return

    def guide(self) -> ModelGuide:
        """What people need to know about the model; nothing by default."""
        return ModelGuide()

    def execution_parameters(self) -> Mapping[str, Any] | None:
        """The response of `/execution-parameters` to transform jobs; None without that path."""
        return None

    def close(self) -> None:
        """End the container, which gets no further requests."""
        return


@dataclass(frozen=True, slots=True)
class ModelData:
    """What a container gets to load, which may be deleted as soon as `load` has returned.

    Attributes
    ----------
    files
        Those of `/opt/ml/model`; none for a container without model data.
    objects
        Objects in S3 that it reads besides, by their URI, as its row in the registry says.
    aws
        How its processes reach AWS services, where its row says that they do.
    startup
        Seconds in which it has to become healthy; None for the default of SageMaker.
    stop
        Whether nobody waits for it any more. Processes ask while they start.
    """

    files: Files = field(default_factory=dict)
    objects: Files = field(default_factory=dict)
    aws: AwsAccess | None = None
    startup: float | None = None
    stop: Stop = never

    def open(self, name: str) -> IO[bytes]:
        """Open a file as a stream. Raises KeyError."""
        return open_content(self.files[name])

    def read(self, name: str) -> bytes:
        """Read a whole file. Raises KeyError."""
        with self.open(name) as stream:
            return stream.read()


class ServingContainer(Protocol):
    """Serves a model."""

    def load(
        self,
        model: ModelData,
        *,
        document: Mapping[str, Any],
        environment: Mapping[str, str],
        log: Log,
    ) -> Predictor:
        """Start the container with a model.

        Parameters
        ----------
        document
            The container's definition in its model.
        environment
            The environment variables of that definition.
        log
            May be called until the predictor is closed.

        Raises
        ------
        ArtifactError
            When the model cannot be served.
        """
        ...
