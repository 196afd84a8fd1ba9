"""Processing jobs whose container is the user's own code."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sagemock.algorithms.base import AlgorithmError, ClientError, JobFailure
from sagemock.containers.base import (
    Clock,
    LogLine,
    ProcessingInput,
    ProcessingOutput,
    Publish,
    Report,
    Stop,
    never,
    no_publish,
    no_report,
)
from sagemock.containers.local_process import collection, hosts, launch
from sagemock.containers.local_process.folders import job_folder
from sagemock.containers.local_process.hosts import HostPlace
from sagemock.containers.local_process.isolation import way
from sagemock.containers.local_process.rewriting import HINT
from sagemock.containers.local_process.settings import ProcessSettings
from sagemock.containers.local_process.specification import CommandStep, HostProcess
from sagemock.containers.local_process.tree import MESSAGE, write_processing
from sagemock.formats.content import Files, Workspace

FAILED = "See job logs for more information"
"""The FailureReason of a job whose container fails, as AWS has it."""

PUBLISH_AFTER = 1.0
"""Seconds between two looks for new files in outputs of S3UploadMode `Continuous`."""

NO_COMMAND = "The image has no command that is known here: give the job a ContainerEntrypoint."


@dataclass(frozen=True, slots=True)
class LocalProcessing:
    """Processes in a process on this machine.

    What runs is the registered command, else the job's entry point, with the job's arguments.

    Attributes
    ----------
    settings
        How processes are run.
    command
        The registered command, if any; it runs in the current folder of this process.
    """

    settings: ProcessSettings = field(default_factory=ProcessSettings)
    command: tuple[str, ...] | None = None

    def process(
        self,
        input: ProcessingInput,
        *,
        report: Report = no_report,
        stop: Stop = never,
        clock: Clock = time.time,
        publish: Publish = no_publish,
    ) -> ProcessingOutput:
        """Run all hosts until they end, or `stop` returns true. Raises `JobFailure`."""
        hosts.check_platform()
        chosen = way(self.settings, len(input.hosts))
        command = self.command or tuple(input.entrypoint)
        if not command:
            raise AlgorithmError(NO_COMMAND)
        with job_folder() as root:
            places = hosts.places(root, input.hosts, chosen)
            for number, place in enumerate(places):
                write_processing(place.tree, input, number)
            publisher = _Publisher(input, places, publish)
            result = launch.run(
                [self._process(input, place, [*command, *input.arguments]) for place in places],
                way=chosen,
                root=root,
                grace=self.settings.stop_grace,
                report=report,
                stop=lambda: publisher.look() or stop(),
                clock=clock,
            )
            failure: JobFailure | None = None
            if result.failed is not None and not result.stopped:
                failure = AlgorithmError(FAILED)
                if chosen == "folder":
                    report([LogLine(input.hosts[0], int(clock() * 1000), HINT)])
            message = None
            try:
                message = collection.message([place.tree for place in places])
            except UnicodeDecodeError:
                failure = failure or ClientError(f"The file {MESSAGE} is not in UTF-8.")
            return ProcessingOutput(
                _outputs(input.outputs, places, input.workspace), message, result.stopped, failure
            )

    def _process(
        self, input: ProcessingInput, place: HostPlace, command: Sequence[str]
    ) -> HostProcess:
        folder = place.work if self.command is None else str(Path.cwd())
        return hosts.process(
            place,
            [CommandStep(command, folder)],
            {**_job(input.document), **input.environment},
            access=input.aws,
            settings=self.settings,
        )


def _job(document: Mapping[str, Any]) -> dict[str, str]:
    names = {"PROCESSING_JOB_NAME": "ProcessingJobName", "PROCESSING_JOB_ARN": "ProcessingJobArn"}
    return {name: document[member] for name, member in names.items() if member in document}


def _outputs(
    outputs: Mapping[str, str], places: Sequence[HostPlace], workspace: Workspace
) -> dict[str, Files]:
    return {
        name: collection.merged(
            [collection.collect(place.tree.at(path), workspace) for place in places]
        )
        for name, path in outputs.items()
    }


class _Publisher:
    """Publishes what has been written to continuous outputs, while the processes run."""

    def __init__(
        self, input: ProcessingInput, places: Sequence[HostPlace], publish: Publish
    ) -> None:
        described = input.document.get("ProcessingOutputConfig", {}).get("Outputs", ())
        continuous = {
            output["OutputName"]
            for output in described
            if output.get("S3Output", {}).get("S3UploadMode") == "Continuous"
        }
        self._folders = {
            name: [place.tree.at(path) for place in places]
            for name, path in input.outputs.items()
            if name in continuous
        }
        self._workspace = input.workspace
        self._publish = publish
        self._states: dict[str, object] = {}
        self._next = time.monotonic() + PUBLISH_AFTER

    def look(self) -> bool:
        """Publish what is new, now and then. Returns false, so that a job goes on."""
        if self._folders and time.monotonic() >= self._next:
            for name, folders in self._folders.items():
                state = [_state(folder) for folder in folders]
                if state != self._states.get(name) and any(state):
                    self._states[name] = state
                    self._publish(name, self._files(folders))
            self._next = time.monotonic() + PUBLISH_AFTER
        return False

    def _files(self, folders: Sequence[Path]) -> Files:
        return collection.merged(
            [collection.collect(folder, self._workspace, move=False) for folder in folders]
        )


def _state(folder: Path) -> list[tuple[str, int, int]]:
    """What changes when a file below a folder does."""
    state = []
    for path in sorted(folder.rglob("*")):
        try:
            status = path.lstat()
        except FileNotFoundError:
            continue
        if not path.is_dir():
            state.append((str(path), status.st_mtime_ns, status.st_size))
    return state
