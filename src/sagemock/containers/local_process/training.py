"""Training jobs whose container is the user's own code."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sagemock.algorithms.base import AlgorithmError, JobFailure
from sagemock.containers.base import (
    Clock,
    LogLine,
    Report,
    Stop,
    TrainingInput,
    TrainingOutput,
    never,
    no_report,
)
from sagemock.containers.local_process import (
    collection,
    distribution,
    hosts,
    launch,
    script_mode,
)
from sagemock.containers.local_process.distribution import MeetingPoint, is_pytorch
from sagemock.containers.local_process.folders import job_folder
from sagemock.containers.local_process.hosts import HostPlace
from sagemock.containers.local_process.isolation import way
from sagemock.containers.local_process.machine import free_port
from sagemock.containers.local_process.rewriting import HINT
from sagemock.containers.local_process.script_mode import ScriptPlan, ToolkitFailure
from sagemock.containers.local_process.settings import ProcessSettings
from sagemock.containers.local_process.specification import CommandStep, HostProcess
from sagemock.containers.local_process.supervisor import HostExit
from sagemock.containers.local_process.tree import (
    checkpoint_path,
    pipes,
    write_training,
)


def objects(document: Mapping[str, Any]) -> Sequence[str]:
    """Return the S3 URIs that a training job reads besides its channels: its code.

    Parameters
    ----------
    document
        The job as DescribeTrainingJob shows it.
    """
    return script_mode.objects(document)


@dataclass(frozen=True, slots=True)
class LocalTraining:
    """Trains in a process on this machine.

    What runs is the registered command; else the job's ContainerEntrypoint with its
    ContainerArguments; else the script that the hyperparameters name; else `train`, as Docker runs
    it.

    Attributes
    ----------
    settings
        How processes are run.
    command
        The registered command, if any; it runs in the current folder of this process.
    """

    settings: ProcessSettings = field(default_factory=ProcessSettings)
    command: tuple[str, ...] | None = None

    def train(
        self,
        input: TrainingInput,
        *,
        report: Report = no_report,
        stop: Stop = never,
        clock: Clock = time.time,
    ) -> TrainingOutput:
        """Run all hosts until they end, or `stop` returns true. Raises `JobFailure`."""
        hosts.check_platform()
        chosen = way(self.settings, len(input.hosts))
        with job_folder() as root:
            places = hosts.places(root, input.hosts, chosen)
            for number, place in enumerate(places):
                write_training(place.tree, input, number)
            try:
                processes, plans = self._prepared(input, places)
            except ToolkitFailure as failure:
                report(
                    [
                        LogLine(input.hosts[0], int(clock() * 1000), line)
                        for line in failure.text.splitlines()
                    ]
                )
                return _output(
                    input, places, stopped=False, failure=_failure(failure.text, failure.code)
                )
            run = launch.run(
                processes,
                way=chosen,
                root=root,
                grace=self.settings.stop_grace,
                report=report,
                stop=stop,
                clock=clock,
            )
            reason = None
            if run.failed is not None and not run.stopped:
                if chosen == "folder":
                    report([LogLine(input.hosts[0], int(clock() * 1000), HINT)])
                reason = self._reason(places[run.failed], plans[run.failed], run.exits[run.failed])
            return _output(input, places, stopped=run.stopped, failure=reason)

    def fail(
        self,
        input: TrainingInput,
        failure: JobFailure,
        *,
        report: Report,
        clock: Clock = time.time,
    ) -> None:
        """Write the failure to the log."""
        report([LogLine(input.hosts[0], int(clock() * 1000), failure.failure_reason)])

    def _prepared(
        self, input: TrainingInput, places: Sequence[HostPlace]
    ) -> tuple[list[HostProcess], list[ScriptPlan | None]]:
        processes, plans = [], []
        meeting = MeetingPoint.of(input.hosts, places[0].way, free_port())
        for number, place in enumerate(places):
            own = distribution.defaults(meeting) if is_pytorch(input.document) else {}
            requested = {**own, **_job(input.document), **input.environment}
            plan = None
            command = self._command(input.document)
            if command is None and script_mode.is_script_mode(input.hyperparameters):
                plan = script_mode.plan(
                    place.tree,
                    input,
                    number,
                    ml=place.ml,
                    variables=requested,
                    settings=self.settings,
                    meeting=meeting,
                )
            folder = str(Path.cwd()) if self.command is not None else place.work
            processes.append(
                hosts.process(
                    place,
                    [CommandStep(command or ["train"], folder)] if plan is None else plan.steps,
                    {**requested, **(plan.environment if plan is not None else {})},
                    access=input.aws,
                    settings=self.settings,
                    python_path=() if plan is None else plan.python_path,
                    pipes=_streams(place, input, number),
                    notes=() if plan is None else plan.notes,
                )
            )
            plans.append(plan)
        return processes, plans

    def _command(self, document: Mapping[str, Any]) -> list[str] | None:
        specification = document.get("AlgorithmSpecification", {})
        command = self.command or specification.get("ContainerEntrypoint")
        return [*command, *specification.get("ContainerArguments", ())] if command else None

    def _reason(self, place: HostPlace, plan: ScriptPlan | None, exit: HostExit) -> AlgorithmError:
        code, text = exit.code, collection.failure_text(place.tree)
        if plan is not None:
            code = script_mode.FAILURE_CODE
            if text is None:
                text = plan.failure(exit)
        return _failure(text or "", code)


def _failure(text: str, code: int) -> AlgorithmError:
    return AlgorithmError(f"{text}, exit code: {code}")


def _job(document: Mapping[str, Any]) -> dict[str, str]:
    names = {"TRAINING_JOB_NAME": "TrainingJobName", "TRAINING_JOB_ARN": "TrainingJobArn"}
    return {name: document[member] for name, member in names.items() if member in document}


def _streams(place: HostPlace, input: TrainingInput, host: int) -> dict[str, str]:
    """The files with the streams of channels in Pipe mode."""
    streams = {}
    for number, (path, content) in enumerate(pipes(place.tree, input, host).items()):
        if isinstance(content, bytes):
            file = place.folder / f"stream-{number}"
            file.write_bytes(content)
        else:
            file = content
        streams[str(path)] = str(file)
    return streams


def _output(
    input: TrainingInput,
    places: Sequence[HostPlace],
    *,
    stopped: bool,
    failure: JobFailure | None,
) -> TrainingOutput:
    def collected(folders: Sequence[Path]) -> dict[str, Any]:
        return collection.merged(
            [collection.collect(folder, input.workspace, links=True) for folder in folders]
        )

    model = collected([place.tree.model for place in places])
    checkpoints = checkpoint_path(input.document)
    return TrainingOutput(
        model=None if stopped and not model else model,
        output=collected([place.tree.output for place in places]),
        stopped=stopped,
        checkpoints=collected([place.tree.at(checkpoints) for place in places]),
        failure=failure,
    )
