"""A training job from its request to its artifact: channels, training, log, metrics, upload."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING, Any

from sagemock.accounts.services import (
    ObjectNotFound,
    ObjectStorage,
    RegionalStorage,
    Services,
)
from sagemock.algorithms.base import ClientError, JobFailure, Stopped, unexpected
from sagemock.containers.base import (
    AwsAccess,
    TrainingContainer,
    TrainingInput,
    TrainingOutput,
)
from sagemock.containers.inputs import Channel
from sagemock.containers.selection import ContainerSelection
from sagemock.formats.content import Content, Spool, Workspace, chunks
from sagemock.jobs import checkpoints, outputs
from sagemock.jobs.channels import DataNotFound, read_channels
from sagemock.jobs.executors import Trainer, train_here
from sagemock.jobs.interruptions import (
    FailedOnDemand,
    Interruption,
    RuntimeExceeded,
    SpotInstanceLost,
    StopRequested,
    WaitTimeExceeded,
    is_internal,
)
from sagemock.jobs.journal import Journal, Observe
from sagemock.jobs.state import Awaited
from sagemock.resources import lifecycle, training_job
from sagemock.resources.metric_series import MetricSeries
from sagemock.resources.s3_uri import parse_s3

if TYPE_CHECKING:
    from sagemock.accounts.rules import Rules
    from sagemock.resources.training_job_document import FinalMetric, TrainingJob

log = logging.getLogger("sagemock")

LOOKS_BEFORE_LOSS = 3
"""How often a container asks whether to stop before its spot instance is lost."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a training job ended.

    Parameters
    ----------
    status
        The last secondary status.
    metrics
        The FinalMetricDataList.
    failure_reason
        The FailureReason, if the job failed.
    """

    status: str = lifecycle.COMPLETED
    metrics: Sequence[FinalMetric] = ()
    failure_reason: str | None = None


def run_training_job(run: TrainingRun) -> Generator[str | Awaited, None, Outcome]:
    """Take a job through its secondary statuses, each of which is yielded as it is reached.

    Nothing is raised for a job that fails. What is raised within the steps at a status (see
    `interruptions`) happens to the job there.
    """
    try:
        with run:
            status = yield from _to_its_end(run)
    except Stopped:
        # The world has been closed: nobody reads what the job writes any more.
        return run.outcome(lifecycle.STOPPED)
    except JobFailure as failure:
        return run.outcome(lifecycle.FAILED, failure.failure_reason)
    except Exception as error:
        log.exception("training job %s failed", run.job["TrainingJobName"])
        return run.outcome(lifecycle.FAILED, unexpected(error).failure_reason)
    return run.outcome(status)


def _to_its_end(run: TrainingRun) -> Generator[str | Awaited, None, str]:
    """Run all attempts. Returns the last secondary status."""
    try:
        yield from _attempts(run)
    except Interruption as interruption:
        if interruption.status != lifecycle.STOPPED:
            # After StopTrainingJob the job has that status already; it may be called just now.
            with suppress(StopRequested):
                yield lifecycle.STOPPING
        # A job whose model cannot be uploaded has stopped all the same.
        with suppress(ClientError):
            yield from run.save()
        return interruption.status
    return lifecycle.COMPLETED


def _attempts(run: TrainingRun) -> Generator[str | Awaited, None, None]:
    """One attempt, and further ones after a lost spot instance or as RetryStrategy says."""
    retries = run.job.get("RetryStrategy", {}).get("MaximumRetryAttempts", 0)
    while True:
        try:
            yield from run.attempt()
        except SpotInstanceLost as lost:
            run.lose()
            recovers = lost.recovers
        except JobFailure as failure:
            if not is_internal(failure) or not retries or run.stops():
                raise
            retries -= 1
            continue
        else:
            return
        yield lifecycle.INTERRUPTED
        if not recovers:
            raise WaitTimeExceeded


class TrainingRun:
    """What the attempts of one training job have in common.

    A job whose image is unknown completes without training, as does every job where there is no
    trainer, and a job without data where the rules allow that.

    Parameters
    ----------
    job
        The document of the job.
    services
        The AWS services that the job reads from and writes to.
    metrics
        Receives the values that are found in the job's log, by the name of the metric.
    region
        The region of the job, where its buckets have to be.
    seed
        Seed of the random numbers of the container.
    stop
        Whether the job has been asked to stop.
    trainer
        What trains, or None for no training.
    selection
        The container that trains, if there is one.
    rules
        How strict SageMaker is.
    observe
        Called with further values of metrics.
    """

    def __init__(
        self,
        job: TrainingJob,
        services: Services,
        metrics: dict[str, MetricSeries],
        *,
        region: str,
        seed: int,
        stop: Callable[[], bool],
        trainer: Trainer | None,
        selection: ContainerSelection,
        rules: Rules,
        observe: Observe | None = None,
    ) -> None:
        self.job = job
        self._services = services
        self._storage: ObjectStorage = services.storage
        if rules.needs_objects:
            self._storage = RegionalStorage(services.storage, region)
        self._region = region
        self._seed = seed
        self._stop = stop
        self._trainer = trainer
        self._rules = rules
        self._journal = Journal(job, services, metrics, observe)
        self._deadline: float | None = None
        self._output = TrainingOutput(None)
        """What is in the folders of the instance."""
        self._reason = selection.reason
        row = selection.container if trainer is not None else None
        self._row = row
        self._container = None if row is None else row.training_container()
        if row is not None and row.in_process:
            self._trainer = train_here
        self._aws: AwsAccess | None = None
        self._groups = _groups(job.get("ResourceConfig", {}))
        self.workspace = Workspace()

    def __enter__(self) -> TrainingRun:
        return self

    def __exit__(self, *_: object) -> None:
        self.workspace.remove()
        if self._aws is not None:
            self._services.access.revoke(self._aws)

    def outcome(self, status: str, failure_reason: str | None = None) -> Outcome:
        """Return the outcome of the job, with its metrics so far."""
        return Outcome(status, self._journal.final(), failure_reason)

    def stops(self) -> bool:
        """Whether the job has been asked to stop."""
        return self._stop()

    def lose(self) -> None:
        """Forget what was on the instance, which is lost."""
        self._output = TrainingOutput(None)

    def save(self) -> Generator[str, None, None]:
        """Upload the model and other output so far, if there is any."""
        model, output = self._output.model, self._output.output
        if model is not None or output:
            yield lifecycle.UPLOADING
            try:
                outputs.upload(self.job, self._storage, model, output, Spool(self.workspace))
            except ClientError:
                if self._rules.needs_objects:
                    raise

    def attempt(self) -> Generator[str | Awaited, None, None]:
        """Run the job once, from the start to the upload of the artifact."""
        yield lifecycle.STARTING
        yield lifecycle.DOWNLOADING
        job = self.job
        limit = job["StoppingCondition"]["MaxRuntimeInSeconds"]
        if self._deadline is None:
            # The limit is for all attempts together.
            self._deadline = time.monotonic() + limit
        container = self._container
        input = self._input() if container is not None else None
        try:
            yield lifecycle.TRAINING
        except FailedOnDemand as failure:
            if container is not None and input is not None and failure.of_container is not None:
                container.fail(input, failure.of_container, report=self._journal.write)
            raise
        except SpotInstanceLost:
            if self._trainer is not None and container is not None and input is not None:
                self._work_until_lost(container, input)
            raise
        if self._trainer is None or container is None or input is None:
            yield lifecycle.UPLOADING
            if self._trainer is not None and self._container is None:
                image = training_job.image(job)
                self._journal.note(outputs.warn(image, "metrics", self._reason))
            outputs.upload_stand_in(job, self._services.storage)
            self._journal.add(self._rules.untrained)
            return
        self._output = yield from self._trainer(
            container,
            input,
            report=self._journal.write,
            stop=self._stop,
            seconds=self._deadline - time.monotonic(),
        )
        self._save_checkpoints()
        failed = self._output.failure
        if failed is not None:
            # AWS keeps no model of a job that failed.
            self._output = replace(self._output, model=None)
            with suppress(ClientError):
                yield from self.save()
            raise failed
        if self._output.stopped:
            raise StopRequested if self.stops() else RuntimeExceeded
        yield from self.save()

    def _input(self) -> TrainingInput | None:
        """What the container gets; None without data, if the rules allow that."""
        job, channels = self.job, self._channels()
        if channels is None:
            return None
        row = self._row
        if row is not None and row.calls_aws and self._aws is None:
            access = self._services.access
            name = job["TrainingJobName"]
            self._aws = access.grant(job["RoleArn"], name, in_process=row.in_process)
        return TrainingInput(
            hyperparameters=job.get("HyperParameters", {}),
            channels=channels,
            hosts=[f"algo-{number}" for number in range(1, 1 + len(self._groups))],
            environment=job.get("Environment", {}),
            seed=self._seed,
            document=job,
            workspace=self.workspace,
            objects=self._objects() if row is not None else {},
            checkpoints=checkpoints.read(job, self._storage, Spool(self.workspace)),
            aws=self._aws,
        )

    def _objects(self) -> dict[str, Content]:
        """The objects that the container needs; it says itself what it lacks."""
        objects: dict[str, Content] = {}
        spool = Spool(self.workspace)
        for uri in self._row.objects_of(self.job) if self._row is not None else ():
            with suppress(ObjectNotFound, ValueError), self._storage.open(*parse_s3(uri)) as stream:
                objects[uri] = spool.keep(chunks(stream))
        return objects

    def _work_until_lost(self, container: TrainingContainer, input: TrainingInput) -> None:
        """Let a container that keeps checkpoints begin, on the instance that is then lost.

        It has to stop when it asks for the third time, and so has worked a little, which the next
        attempt need not do again.
        """
        row = self._row
        if row is None or not row.checkpoints or "CheckpointConfig" not in self.job:
            return
        asked = count(1)
        self._output = container.train(
            input,
            report=self._journal.write,
            stop=lambda: self._stop() or next(asked) >= LOOKS_BEFORE_LOSS,
        )
        self._save_checkpoints()

    def _save_checkpoints(self) -> None:
        try:
            checkpoints.write(self.job, self._storage, self._output.checkpoints)
        except ClientError:
            if self._rules.needs_objects:
                raise

    def _channels(self) -> dict[str, Channel] | None:
        """The data to train on; None without data, if the rules allow that."""
        job = self.job
        try:
            channels = read_channels(
                job.get("InputDataConfig", ()),
                self._storage,
                region=self._region,
                role=job["RoleArn"],
                hosts=self._groups,
                mode=job["AlgorithmSpecification"]["TrainingInputMode"],
                spool=Spool(self.workspace),
            )
        except DataNotFound as missing:
            if self._rules.needs_objects:
                raise
            log.warning("training job %s is not trained: %s", job["TrainingJobName"], missing)
            return None
        needs_data = self._row is None or self._row.needs_data
        return channels if channels or self._rules.needs_objects or not needs_data else None


def _groups(resources: Mapping[str, Any]) -> list[str | None]:
    """The name of the instance group, or None, of each instance of a ResourceConfig."""
    groups = resources.get("InstanceGroups") or [resources]
    return [
        group.get("InstanceGroupName")
        for group in groups
        for _ in range(group.get("InstanceCount", 1))
    ]
