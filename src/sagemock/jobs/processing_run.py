"""A processing job from its request to its outputs: inputs, container, log, upload."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Generator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from sagemock.accounts.services import ObjectStorage, RegionalStorage
from sagemock.accounts.world import World
from sagemock.algorithms.base import ClientError
from sagemock.containers import selection
from sagemock.containers.base import LogLine, ProcessingInput, ProcessingOutput
from sagemock.containers.container import Container
from sagemock.documents import Document
from sagemock.formats.content import Files, Spool, Workspace
from sagemock.jobs import nesting, outputs
from sagemock.jobs.channels import DataNotFound
from sagemock.jobs.definition import Stop
from sagemock.jobs.executors import in_time, unless_closed
from sagemock.jobs.processing_inputs import read_inputs
from sagemock.jobs.single_status import Ending
from sagemock.resources import clock, lifecycle
from sagemock.resources.types import PROCESSING_JOB


def run_processing_job(world: World, job: Document, stop: Stop) -> Generator[str, None, Ending]:
    """Take a job through its stages. Raises what ends it early: `JobFailure`, `Interruption`."""
    yield lifecycle.STARTING
    choice = selection.processing(job, world.config)
    row = choice.container
    container = None if row is None else row.processing_container()
    if row is None or container is None or world.runtime.trainer() is None:
        if world.runtime.trainer() is not None:
            image = job["AppSpecification"]["ImageUri"]
            line = outputs.warn(image, "output", choice.reason)
            now = int(clock.now() * 1000)
            ProcessingRun(world, job).write([LogLine("algo-1", now, line)])
        yield lifecycle.PROCESSING
        return Ending(lifecycle.COMPLETED)
    run = ProcessingRun(world, job)
    with run.workspace:
        input = run.input(row)
        try:
            yield lifecycle.PROCESSING
            if input is None:
                return Ending(lifecycle.COMPLETED)
            with nesting.nested():
                output = container.process(
                    input,
                    report=run.write,
                    stop=in_time(
                        unless_closed(stop, world.closed),
                        job["StoppingCondition"]["MaxRuntimeInSeconds"],
                    ),
                    publish=run.publish,
                )
        finally:
            if input is not None and input.aws is not None:
                world.services.access.revoke(input.aws)
        return run.end(output)


class ProcessingRun:
    """What a processing job reads and writes.

    Parameters
    ----------
    world
        Where the job is.
    job
        The document of the job.
    """

    def __init__(self, world: World, job: Document) -> None:
        self._world = world
        self._job = job
        self._storage: ObjectStorage = world.services.storage
        if world.rules.needs_objects:
            self._storage = RegionalStorage(world.services.storage, world.region)
        self._stream = str(int(job["CreationTime"]))
        self._outputs = {
            each["OutputName"]: each["S3Output"]
            for each in job.get("ProcessingOutputConfig", {}).get("Outputs", ())
            if "S3Output" in each and not each.get("AppManaged")
        }
        self.workspace = Workspace()

    def input(self, row: Container) -> ProcessingInput | None:
        """What the container gets; None without data, if the rules allow that.

        Parameters
        ----------
        row
            Says whether the container needs access to AWS.
        """
        job, world = self._job, self._world
        hosts = job["ProcessingResources"]["ClusterConfig"]["InstanceCount"]
        try:
            inputs = read_inputs(
                job.get("ProcessingInputs", ()),
                self._storage,
                region=world.region,
                role=job["RoleArn"],
                hosts=hosts,
                spool=Spool(self.workspace),
            )
        except DataNotFound:
            if world.rules.needs_objects:
                raise
            return None
        application = job["AppSpecification"]
        name = job["ProcessingJobName"]
        return ProcessingInput(
            inputs=inputs,
            outputs={name: each["LocalPath"] for name, each in self._outputs.items()},
            entrypoint=application.get("ContainerEntrypoint", ()),
            arguments=application.get("ContainerArguments", ()),
            hosts=[f"algo-{number}" for number in range(1, 1 + hosts)],
            environment=job.get("Environment", {}),
            document=job,
            workspace=self.workspace,
            aws=world.services.access.grant(job["RoleArn"], name, in_process=row.in_process)
            if row.calls_aws
            else None,
        )

    def write(self, lines: Sequence[LogLine]) -> None:
        """Append lines to the streams of their hosts. Raises `Stopped` if the world is closed."""
        by_host: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for line in lines:
            by_host[line.host].append((line.milliseconds, line.text))
        name = self._job["ProcessingJobName"]
        for host, events in by_host.items():
            stream = f"{name}/{host}-{self._stream}"
            self._world.services.logs.put(PROCESSING_JOB.log_group, stream, events)

    def publish(self, name: str, files: Files) -> None:
        """Upload what has been written to an output so far, if it is uploaded continuously."""
        if self._outputs[name].get("S3UploadMode") == "Continuous":
            self._upload({name: files})

    def end(self, output: ProcessingOutput) -> Ending:
        """Upload the outputs, and return how the job ends.

        Raises
        ------
        ClientError
            If an output cannot be uploaded.
        """
        members: dict[str, Any] = {}
        if output.message is not None:
            members["ExitMessage"] = output.message
        if output.failure is not None:
            # The failure of the container is the reason, whatever becomes of its outputs.
            with suppress(ClientError):
                self._upload(output.outputs)
            return Ending(lifecycle.FAILED, output.failure.failure_reason, members)
        try:
            self._upload(output.outputs)
        except ClientError as error:
            if self._world.rules.needs_objects:
                return Ending(lifecycle.FAILED, error.failure_reason, members)
        status = lifecycle.STOPPED if output.stopped else lifecycle.COMPLETED
        return Ending(status, members=members)

    def _upload(self, folders: Mapping[str, Files]) -> None:
        for name, files in folders.items():
            location = self._outputs[name]["S3Uri"]
            outputs.upload_folder(location, self._storage, files)
