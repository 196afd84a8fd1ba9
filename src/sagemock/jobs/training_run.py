"""A job from its request to its artifact: channels, training, log, metrics, upload."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sagemock.algorithms.base import ClientError, JobFailure, Stopped, unexpected
from sagemock.containers import registry
from sagemock.containers.base import TrainingInput
from sagemock.containers.inputs import Channel, Files, Workspace, files_in_memory
from sagemock.formats.archive import tar_gz
from sagemock.jobs.channels import DataNotFound, read_channels
from sagemock.jobs.executors import Trainer
from sagemock.jobs.interruptions import (
    FailedOnDemand,
    Interruption,
    RuntimeExceeded,
    SpotInstanceLost,
    StopRequested,
    WaitTimeExceeded,
    is_internal,
)
from sagemock.jobs.journal import Journal
from sagemock.jobs.state import Awaited
from sagemock.resources import lifecycle, training_job
from sagemock.resources.metric_series import MetricSeries
from sagemock.resources.s3_uri import parse_s3
from sagemock.services import (
    ObjectNotFound,
    ObjectStorage,
    OtherRegion,
    RegionalStorage,
    Services,
)

if TYPE_CHECKING:
    from sagemock.plain_moto import Rules

log = logging.getLogger("sagemock")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a job ended: its last secondary status, metrics, and the reason of a failure.

    metrics: FinalMetricDataList.
    """

    status: str = lifecycle.COMPLETED
    metrics: Sequence[Mapping[str, Any]] = ()
    failure_reason: str | None = None


def run_training_job(
    job: Mapping[str, Any],
    services: Services,
    metrics: dict[str, MetricSeries],
    *,
    region: str,
    seed: int,
    stop: Callable[[], bool],
    trainer: Trainer | None,
    rules: Rules,
) -> Generator[str | Awaited, None, Outcome]:
    """The steps of a job, by its document: they yield the secondary statuses it comes to.

    metrics: where the values go that are found in the log, by the name of the metric.

    Nothing is raised for a bad job. A job whose image is not known, every job where there
    is no trainer, and where rules let it pass one without data, ends well, untrained.
    What is raised within the steps at a status (see `interruptions`) happens to the job there.
    """
    run = _Run(job, services, metrics, region, seed, stop, trainer, rules)
    try:
        status = yield from _to_its_end(run)
    except Stopped:
        # Nobody listens any more.
        return run.outcome(lifecycle.STOPPED)
    except JobFailure as failure:
        return run.outcome(lifecycle.FAILED, failure.failure_reason)
    except Exception as error:
        log.exception("training job %s failed", job["TrainingJobName"])
        return run.outcome(lifecycle.FAILED, unexpected(error).failure_reason)
    return run.outcome(status)


def _to_its_end(run: _Run) -> Generator[str | Awaited, None, str]:
    """Gives the last secondary status."""
    try:
        yield from _attempts(run)
    except Interruption as interruption:
        if interruption.status != lifecycle.STOPPED:
            # A job that StopTrainingJob stops is there already; it may also come just now.
            with suppress(StopRequested):
                yield lifecycle.STOPPING
        # Where its model cannot be uploaded, the job has stopped all the same.
        with suppress(ClientError):
            yield from run.save()
        return interruption.status
    return lifecycle.COMPLETED


def _attempts(run: _Run) -> Generator[str | Awaited, None, None]:
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


class _Run:
    """What the attempts of one job have in common."""

    def __init__(
        self,
        job: Mapping[str, Any],
        services: Services,
        metrics: dict[str, MetricSeries],
        region: str,
        seed: int,
        stop: Callable[[], bool],
        trainer: Trainer | None,
        rules: Rules,
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
        self._journal = Journal(job, services, metrics)
        self._deadline: float | None = None
        self._model: Files | None = None
        """What the model directory of the instance holds."""
        self._container = None if trainer is None else registry.training(training_job.image(job))
        self._groups = _groups(job.get("ResourceConfig", {}))
        self._workspace = Workspace()

    def outcome(self, status: str, failure_reason: str | None = None) -> Outcome:
        return Outcome(status, self._journal.final(), failure_reason)

    def stops(self) -> bool:
        """Whether the job was asked to stop."""
        return self._stop()

    def lose(self) -> None:
        """The instance is gone, and what it held."""
        self._model = None

    def save(self) -> Generator[str, None, None]:
        """Upload what the model directory of a job that stops holds, if there is something."""
        if self._model is not None:
            yield lifecycle.UPLOADING
            try:
                _upload(self.job, self._storage, self._model)
            except ClientError:
                if self._rules.needs_objects:
                    raise

    def attempt(self) -> Generator[str | Awaited, None, None]:
        """From the start to the artifact."""
        yield lifecycle.STARTING
        yield lifecycle.DOWNLOADING
        job = self.job
        limit = job["StoppingCondition"]["MaxRuntimeInSeconds"]
        if self._deadline is None:
            # All attempts together may take that long.
            self._deadline = time.monotonic() + limit
        container = self._container
        input = self._input() if container is not None else None
        try:
            yield lifecycle.TRAINING
        except FailedOnDemand as failure:
            if container is not None and input is not None and failure.of_container is not None:
                container.fail(input, failure.of_container, report=self._journal.write)
            raise
        if self._trainer is None or container is None or input is None:
            yield lifecycle.UPLOADING
            warn = self._trainer is not None and self._container is None
            _upload_stand_in(job, self._services.storage, warn=warn)
            self._journal.add(self._rules.untrained)
            return
        result = yield from self._trainer(
            container,
            input,
            report=self._journal.write,
            stop=self._stop,
            seconds=self._deadline - time.monotonic(),
        )
        self._model = result.model
        if result.stopped:
            raise StopRequested if self.stops() else RuntimeExceeded
        yield from self.save()

    def _input(self) -> TrainingInput | None:
        """What the container finds; None without data, where the rules let that pass."""
        job, channels = self.job, self._channels()
        if channels is None:
            return None
        return TrainingInput(
            hyperparameters=job.get("HyperParameters", {}),
            channels=channels,
            hosts=[f"algo-{number}" for number in range(1, 1 + len(self._groups))],
            environment=job.get("Environment", {}),
            seed=self._seed,
            document=job,
            workspace=self._workspace,
        )

    def _channels(self) -> dict[str, Channel] | None:
        """What there is to train on; None without data, where the rules let that pass."""
        job = self.job
        try:
            channels = read_channels(
                job.get("InputDataConfig", ()),
                self._storage,
                region=self._region,
                role=job["RoleArn"],
                hosts=self._groups,
                mode=job["AlgorithmSpecification"]["TrainingInputMode"],
                workspace=self._workspace,
            )
        except DataNotFound as missing:
            if self._rules.needs_objects:
                raise
            log.warning("training job %s is not trained: %s", job["TrainingJobName"], missing)
            return None
        return channels if channels or self._rules.needs_objects else None


def _groups(resources: Mapping[str, Any]) -> list[str | None]:
    """The instances that a ResourceConfig asks for, each as the name of its group, if any."""
    groups = resources.get("InstanceGroups") or [resources]
    return [
        group.get("InstanceGroupName")
        for group in groups
        for _ in range(group.get("InstanceCount", 1))
    ]


_warned: set[str] = set()


def _upload_stand_in(job: Mapping[str, Any], storage: ObjectStorage, *, warn: bool) -> None:
    """What a job that is not run leaves, where there is a bucket for it."""
    image = training_job.image(job)
    if warn and image not in _warned:
        _warned.add(image)
        log.warning("sagemock does not run the image %r: its jobs end without metrics", image)
    location = job["ModelArtifacts"]["S3ModelArtifacts"]
    artifact = tar_gz({"README": f"Made by sagemock, which has not run {image}.\n".encode()})
    # Nobody who runs on plain moto has had to make the bucket.
    with suppress(ObjectNotFound, ValueError):
        storage.write(*parse_s3(location), artifact)


def _upload(job: Mapping[str, Any], storage: ObjectStorage, model: Files) -> None:
    artifact = tar_gz(files_in_memory(model))
    location = job["ModelArtifacts"]["S3ModelArtifacts"]
    try:
        storage.write(*parse_s3(location), artifact)
    except (ObjectNotFound, ValueError):
        raise _not_uploaded(location, NO_SUCH_BUCKET) from None
    except OtherRegion:
        raise _not_uploaded(location, OTHER_REGION) from None


OTHER_REGION = "BucketRegionError: bucket must be in the same region as the job"
"""Recorded, as is the sentence around it."""

NO_SUCH_BUCKET = "NoSuchBucket: The specified bucket does not exist"


def _not_uploaded(location: str, reason: str) -> ClientError:
    return ClientError(f"Artifact upload failed:Unable to upload file to {location} ({reason})")
