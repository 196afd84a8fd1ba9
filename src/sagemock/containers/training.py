"""What a training container gets, does and leaves."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

from sagemock.containers.callbacks import AwsAccess, Clock, Report, Stop, never, no_report
from sagemock.containers.inputs import Channel
from sagemock.formats.content import Files, Workspace, files_in_memory

if TYPE_CHECKING:
    from sagemock.algorithms.base import JobFailure


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
