"""What a container is to the jobs and endpoints that run it.

A container can train, serve or process, or some of these: one protocol for each. Containers are
picklable, so that any executor can run them; one that is not says so in its row of the registry.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from sagemock.containers.inputs import Channel, Part, Shard
from sagemock.formats.content import Files, Workspace, files_in_memory, open_content

if TYPE_CHECKING:
    from typing import IO

    from sagemock.algorithms.base import JobFailure


class LogLine(NamedTuple):
    """host: `algo-1` and so on; milliseconds since the epoch; the text, without a line end."""

    host: str
    milliseconds: int
    text: str


Report = Callable[[Sequence[LogLine]], None]
"""Takes log lines as they come."""

Stop = Callable[[], bool]
"""Whether the container must stop; asked between two steps of its work."""

Clock = Callable[[], float]
"""Seconds since the epoch."""

Log = Callable[[str], None]
"""Takes a line of what a serving container writes to its log."""


def no_report(_: Sequence[LogLine]) -> None:
    """For callers that read no log."""


def never(*_: Any) -> bool:
    """For callers that never stop what they started."""
    return False


@dataclass(frozen=True, slots=True)
class TrainingInput:
    """What a training container finds below `/opt/ml/input`, and around it.

    hyperparameters: as in the request. channels: by name; the container's own, which it may take
    out to free memory. hosts: the names of the job's instances. seed: of what is drawn at random.
    document: the job, for containers that look at more of it. workspace: for what is large.
    """

    hyperparameters: Mapping[str, str] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    hosts: Sequence[str] = ("algo-1",)
    environment: Mapping[str, str] = field(default_factory=dict)
    seed: int = 0
    document: Mapping[str, Any] = field(default_factory=dict)
    workspace: Workspace = field(default_factory=Workspace)

    def in_memory(self) -> TrainingInput:
        """The same without files of this machine."""
        channels = {name: channel.in_memory() for name, channel in self.channels.items()}
        return replace(self, channels=channels)


@dataclass(frozen=True, slots=True)
class TrainingOutput:
    """model: the files of `/opt/ml/model`; None when there is no model yet.

    output: those of `/opt/ml/output/data`. stopped: whether training was asked to stop before
    its end.
    """

    model: Files | None
    output: Files = field(default_factory=dict)
    stopped: bool = False

    def in_memory(self) -> TrainingOutput:
        """The same without files of this machine."""
        model = None if self.model is None else files_in_memory(self.model)
        return replace(self, model=model, output=files_in_memory(self.output))


class TrainingContainer(Protocol):
    """Trains a model."""

    def train(
        self,
        input: TrainingInput,
        *,
        report: Report = no_report,
        stop: Stop = never,
        clock: Clock = time.time,
    ) -> TrainingOutput:
        """Train, until the end or until `stop` says so. Raises `JobFailure`.

        report: gets the lines of the container's log. clock: for the log alone.
        """
        ...

    def fail(
        self,
        input: TrainingInput,
        failure: JobFailure,
        *,
        report: Report,
        clock: Clock = time.time,
    ) -> None:
        """Write the log of a container that fails as soon as it has started."""
        ...


@dataclass(frozen=True, slots=True)
class ProcessingInput:
    """inputs: channels by the name of the input, whose parts are below its `LocalPath`.

    outputs: the local path of each output by its name. entrypoint and arguments: of the job, if
    it says any.
    """

    inputs: dict[str, Channel] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    entrypoint: Sequence[str] = ()
    arguments: Sequence[str] = ()
    hosts: Sequence[str] = ("algo-1",)
    environment: Mapping[str, str] = field(default_factory=dict)
    document: Mapping[str, Any] = field(default_factory=dict)
    workspace: Workspace = field(default_factory=Workspace)


@dataclass(frozen=True, slots=True)
class ProcessingOutput:
    """outputs: the files of each output by its name. message: the job's ExitMessage, if any."""

    outputs: Mapping[str, Files] = field(default_factory=dict)
    message: str | None = None
    stopped: bool = False


class ProcessingContainer(Protocol):
    """Runs a processing job."""

    def process(
        self,
        input: ProcessingInput,
        *,
        report: Report = no_report,
        stop: Stop = never,
        clock: Clock = time.time,
    ) -> ProcessingOutput:
        """Run until the end or until `stop` says so. Raises `JobFailure`."""
        ...


class InferenceError(Exception):
    """A container answers a request with an error: an HTTP status and a body."""

    def __init__(self, status: int, body: str) -> None:
        super().__init__(f"{status}: {body}")
        self.status = status
        self.body = body


class ArtifactError(ValueError):
    """Model data that holds no model of this container; the text is for its log."""


@dataclass(frozen=True, slots=True)
class InferenceRequest:
    """What reaches `/invocations`. headers: the others, their names in lower case."""

    body: bytes
    content_type: str | None = None
    accept: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class InferenceResponse:
    """What a container answers. headers: beside Content-Type, their names in lower case."""

    body: bytes
    content_type: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Predictor(Protocol):
    """A loaded model that answers requests. Subclasses get answers for what they leave out."""

    def invoke(self, request: InferenceRequest) -> InferenceResponse:
        """The answer of `/invocations`. Raises `InferenceError`."""
        ...

    def ping(self) -> None:
        """The health check. Raises `InferenceError` when the container does not pass it."""
        return

    def execution_parameters(self) -> Mapping[str, Any] | None:
        """The answer of `/execution-parameters`, which transform jobs ask; None without one."""
        return None

    def close(self) -> None:
        """The container ends; nothing is asked of it any more."""
        return


@dataclass(frozen=True, slots=True)
class ModelData:
    """The files of `/opt/ml/model`; none for a container without model data.

    They may be gone when loading has ended.
    """

    files: Files = field(default_factory=dict)

    def open(self, name: str) -> IO[bytes]:
        """A file as a stream. Raises KeyError."""
        return open_content(self.files[name])

    def read(self, name: str) -> bytes:
        """A whole file. Raises KeyError."""
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
        """Start with a model. Raises `ArtifactError` when it cannot be served.

        document: the container's definition in its model. log: may be called as long as the
        predictor is open.
        """
        ...


__all__ = [
    "ArtifactError",
    "Channel",
    "Clock",
    "Files",
    "InferenceError",
    "InferenceRequest",
    "InferenceResponse",
    "Log",
    "LogLine",
    "ModelData",
    "Part",
    "Predictor",
    "ProcessingContainer",
    "ProcessingInput",
    "ProcessingOutput",
    "Report",
    "ServingContainer",
    "Shard",
    "Stop",
    "TrainingContainer",
    "TrainingInput",
    "TrainingOutput",
    "Workspace",
    "never",
    "no_report",
]
