"""What a processing container gets, does and leaves."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from sagemock.containers.callbacks import AwsAccess, Clock, Report, Stop, never, no_report
from sagemock.containers.inputs import Channel
from sagemock.formats.content import Files, Workspace

if TYPE_CHECKING:
    from sagemock.algorithms.base import JobFailure


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
