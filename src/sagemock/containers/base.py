"""What a container is to the jobs and endpoints that run it.

A container can train, serve or process, or several of these: one protocol for each. Containers
are picklable, so that any executor can run them, unless their row in the registry says otherwise.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from sagemock.containers.guide import ModelGuide
from sagemock.containers.inputs import Channel, Part, Shard
from sagemock.formats.content import Files, Workspace, files_in_memory, open_content

if TYPE_CHECKING:
    from typing import IO

    from sagemock.algorithms.base import JobFailure


class LogLine(NamedTuple):
    """A line of a container's log.

    Attributes
    ----------
    host
        `algo-1` and so on.
    milliseconds
        Since the epoch.
    text
        Without the end of the line.
    """

    host: str
    milliseconds: int
    text: str


Report = Callable[[Sequence[LogLine]], None]
"""Takes log lines as they are written."""

Stop = Callable[[], bool]
"""Whether the container must stop; called between two steps of its work."""

Clock = Callable[[], float]
"""Seconds since the epoch."""

Log = Callable[[str], None]
"""Takes a line of a serving container's log."""


def no_report(_: Sequence[LogLine]) -> None:
    """For callers that do not read the log."""


def never(*_: Any) -> bool:
    """For callers that never stop the container."""
    return False


@dataclass(frozen=True, slots=True)
class AwsAccess:
    """How a process of a container reaches the AWS services of the job's account.

    Attributes
    ----------
    endpoint_url
        The URL of all services; None where the `server` extra is not installed.
    region
        The region of the job.
    access_key_id, secret_access_key, session_token
        The credentials of the job's role.
    """

    endpoint_url: str | None
    region: str
    access_key_id: str
    secret_access_key: str
    session_token: str


@dataclass(frozen=True, slots=True)
class TrainingInput:
    """The content of `/opt/ml/input` in a training container, and what else it gets.

    Attributes
    ----------
    hyperparameters
        As in the request.
    channels
        By name. The container owns the dictionary, and may remove channels to free memory.
    hosts
        The names of the job's instances.
    environment
        The environment variables of the request.
    seed
        For whatever the container does at random.
    document
        The job as DescribeTrainingJob shows it, for containers that need more of it.
    workspace
        For large files.
    objects
        The objects that the container needs besides its channels (`Container.objects`), by URI.
    checkpoints
        The files below the job's CheckpointConfig.S3Uri, by their relative paths.
    aws
        For containers that run processes; None where there is no account.
    """

    hyperparameters: Mapping[str, str] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    hosts: Sequence[str] = ("algo-1",)
    environment: Mapping[str, str] = field(default_factory=dict)
    seed: int = 0
    document: Mapping[str, Any] = field(default_factory=dict)
    workspace: Workspace = field(default_factory=Workspace)
    objects: Files = field(default_factory=dict)
    checkpoints: Files = field(default_factory=dict)
    aws: AwsAccess | None = None

    def in_memory(self) -> TrainingInput:
        """The same without references to files of this machine."""
        return replace(
            self,
            channels={name: channel.in_memory() for name, channel in self.channels.items()},
            objects=files_in_memory(self.objects),
            checkpoints=files_in_memory(self.checkpoints),
        )


@dataclass(frozen=True, slots=True)
class TrainingOutput:
    """What a training container leaves.

    Attributes
    ----------
    model
        The files of `/opt/ml/model`; None when there is no model yet.
    output
        The files of `/opt/ml/output/data`.
    stopped
        Whether training was asked to stop before its end.
    checkpoints
        The files of the job's CheckpointConfig.LocalPath.
    failure
        Why the job fails although it leaves these files; None if it does not fail.
    """

    model: Files | None
    output: Files = field(default_factory=dict)
    stopped: bool = False
    checkpoints: Files = field(default_factory=dict)
    failure: JobFailure | None = None

    def in_memory(self) -> TrainingOutput:
        """The same without references to files of this machine."""
        return replace(
            self,
            model=None if self.model is None else files_in_memory(self.model),
            output=files_in_memory(self.output),
            checkpoints=files_in_memory(self.checkpoints),
        )


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
        """Train until the end, or until `stop` returns true.

        Parameters
        ----------
        report
            Gets the lines of the container's log.
        stop
            Called now and then.
        clock
            For the times in the log.

        Raises
        ------
        JobFailure
            When the job fails.
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
    """The inputs of a processing container, and where it must write its outputs.

    Attributes
    ----------
    inputs
        Channels by the name of the input; the paths of their parts are below its `LocalPath`.
    outputs
        The local path of each output, by its name.
    entrypoint, arguments
        Those of the job; empty to use the container's own.
    hosts
        The names of the job's instances.
    environment
        The environment variables of the request.
    document
        The job as DescribeProcessingJob shows it, for containers that need more of it.
    workspace
        For large files.
    aws
        For containers that run processes; None where there is no account.
    """

    inputs: dict[str, Channel] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    entrypoint: Sequence[str] = ()
    arguments: Sequence[str] = ()
    hosts: Sequence[str] = ("algo-1",)
    environment: Mapping[str, str] = field(default_factory=dict)
    document: Mapping[str, Any] = field(default_factory=dict)
    workspace: Workspace = field(default_factory=Workspace)
    aws: AwsAccess | None = None


@dataclass(frozen=True, slots=True)
class ProcessingOutput:
    """What a processing container leaves.

    Attributes
    ----------
    outputs
        The files of each output, by its name.
    message
        The job's ExitMessage, if any.
    stopped
        Whether the job was asked to stop before its end.
    failure
        Why the job fails although it leaves these files; None if it does not fail.
    """

    outputs: Mapping[str, Files] = field(default_factory=dict)
    message: str | None = None
    stopped: bool = False
    failure: JobFailure | None = None


Publish = Callable[[str, Files], None]
"""Takes the files of an output, by its name, while the job still runs."""


def no_publish(output: str, files: Files) -> None:
    """For callers that read outputs at the end."""


class ProcessingContainer(Protocol):
    """Runs a processing job."""

    def process(
        self,
        input: ProcessingInput,
        *,
        report: Report = no_report,
        stop: Stop = never,
        clock: Clock = time.time,
        publish: Publish = no_publish,
    ) -> ProcessingOutput:
        """Run until the end, or until `stop` returns true.

        Parameters
        ----------
        report
            Gets the lines of the container's log.
        stop
            Called now and then.
        clock
            For the times in the log.
        publish
            May be called with what has been written to an output of S3UploadMode `Continuous`.

        Raises
        ------
        JobFailure
            When the job fails.
        """
        ...


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
    """A request to `/invocations`; `headers` has the other headers, with names in lower case."""

    body: bytes
    content_type: str | None = None
    accept: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


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
    """The files of `/opt/ml/model`; none for a container without model data.

    They may be deleted as soon as `ServingContainer.load` has returned.
    """

    files: Files = field(default_factory=dict)

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


__all__ = [
    "ArtifactError",
    "AwsAccess",
    "Channel",
    "Clock",
    "Files",
    "InferenceError",
    "InferenceRequest",
    "InferenceResponse",
    "Log",
    "LogLine",
    "ModelData",
    "ModelGuide",
    "Part",
    "Predictor",
    "ProcessingContainer",
    "ProcessingInput",
    "ProcessingOutput",
    "Publish",
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
