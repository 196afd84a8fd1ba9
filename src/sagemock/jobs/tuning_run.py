"""A tuning job from its first training job to its last: launches, waits, counts and ends."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from typing import Any

from sagemock import forks
from sagemock.accounts.world import Request, Response, World
from sagemock.documents import Document
from sagemock.errors import ServiceError
from sagemock.jobs import nesting, tuning_endings
from sagemock.jobs.definition import Stop
from sagemock.jobs.engine import Progression
from sagemock.jobs.interruptions import Interruption
from sagemock.jobs.single_status import Ending
from sagemock.jobs.state import Awaited
from sagemock.jobs.tuning_branch import TuningBranch
from sagemock.jobs.workflow import Done
from sagemock.resources import clock, lifecycle, tuning_job
from sagemock.resources.metric_series import MetricSeries
from sagemock.resources.tuning_progress import LaunchedJob
from sagemock.resources.types import HYPER_PARAMETER_TUNING_JOB, TRAINING_JOB
from sagemock.tuning.search import Observation
from sagemock.tuning.space import Configuration

Call = Callable[[str, Request], Response]
"""Runs an operation of SageMaker as a client would."""


class TuningRun:
    """The training jobs of one tuning job. Waiting for them takes no thread.

    Parameters
    ----------
    world
        Where the jobs are.
    name
        The name of the tuning job.
    branches
        Its training job definitions, which take turns.
    call
        Creates and stops training jobs.
    has_own_metrics
        Whether the service has metric definitions for a training job definition.
    trains
        Whether anything trains for one. Training jobs of unknown images complete without.

    Attributes
    ----------
    launched
        All training jobs by name, in the order of their launch.
    """

    def __init__(
        self,
        world: World,
        name: str,
        branches: Sequence[TuningBranch],
        call: Call,
        has_own_metrics: Callable[[Document], bool],
        trains: Callable[[Document], bool],
    ) -> None:
        self.launched: dict[str, LaunchedJob] = {}
        self._world = world
        self._name = name
        self._branches = branches
        self._call = call
        self._has_own_metrics = has_own_metrics
        self._trains = any(trains(each.definition) for each in branches)
        self._branch_of: dict[str, TuningBranch] = {}
        self._running: list[str] = []
        self._seen: dict[str, int] = {}
        self._is_nested = nesting.is_nested()
        self._lock = forks.lock()
        self._wake: Future[None] = Done()

    @property
    def document(self) -> Document:
        """The document of the tuning job, as it is now."""
        document = self._document()
        if document is None:
            raise KeyError(self._name)
        return document

    def _document(self) -> Document | None:
        return self._world.table(HYPER_PARAMETER_TUNING_JOB).get(self._name)

    def search(self, stop: Stop) -> Generator[Awaited, None, Ending]:
        """Launch training jobs until the tuning job ends; returns how."""
        try:
            ending = yield from self._search(stop)
        except Interruption:
            ending = Ending(lifecycle.STOPPED)
        yield from self._drain()
        runtime = {"RuntimeInSeconds": runtime_seconds(self.document, clock.now())}
        return ending._replace(members={"ConsumedResources": runtime})

    def _search(self, stop: Stop) -> Generator[Awaited, None, Ending]:
        while True:
            wake = self._sleep()
            self._collect()
            ending = tuning_endings.ending(
                self.document,
                maximize=self._branches[0].maximize,
                trains=self._trains,
                now=clock.now(),
            )
            if ending is not None:
                return ending
            if stop():
                return Ending(lifecycle.STOPPED)
            try:
                if self._launch():
                    continue
            except ServiceError as error:
                return Ending(lifecycle.FAILED, error.message[:1024])
            if not self._running:
                return tuning_endings.last(self.jobs(), trains=self._trains)
            yield Awaited(wake, others=self.running)

    def _drain(self) -> Generator[Awaited, None, None]:
        """Stop the jobs that still run, and wait for their ends."""
        self.stop_running()
        while not self._world.closed.is_set():
            wake = self._sleep()
            self._collect()
            if not self._running:
                return
            with suppress(Interruption):
                yield Awaited(wake, others=self.running)

    def _sleep(self) -> Future[None]:
        """A future that the end of a training job sets, or another reason to look again."""
        with self._lock:
            self._wake = Done()
            return self._wake

    def wake(self, _: object = None) -> None:
        """Look at the training jobs again."""
        with self._lock:
            wake, self._wake = self._wake, Done()
        wake.set_result(None)

    def running(self) -> list[Progression[Any]]:
        """The progressions of the training jobs that have not ended."""
        every = [
            self._world.progressions.get(TRAINING_JOB.arn_kind, name) for name in self._names()
        ]
        return [each for each in every if each is not None]

    def _names(self) -> list[str]:
        return list(self._running)

    def look(self) -> None:
        """Note that the tuning job is described: its training jobs are looked at, too."""
        for progression in self.running():
            progression.look()
        document = self._document()
        if document is not None and tuning_endings.is_out_of_time(document, clock.now()):
            self.wake()

    def jobs(self) -> list[tuple[LaunchedJob, Document]]:
        """Each training job that has not been deleted with its document, in order of launch."""
        table = self._world.training_jobs
        pairs = ((each, table.get(each.name)) for each in list(self.launched.values()))
        return [(each, job) for each, job in pairs if job is not None]

    def _collect(self) -> None:
        """Take the results of the training jobs that have ended since the last time."""
        for name in self._names():
            job = self._world.training_jobs.get(name)
            if job is not None and job["TrainingJobStatus"] not in _OVER:
                continue
            self._running.remove(name)
            launched, branch = self.launched[name], self._branch_of[name]
            value = None if job is None else launched.value(job)
            branch.ended.append(Observation(launched.configuration, value))
            if branch.early_stopping:
                series = self._world.job_metrics.get(name, {}).get(branch.objective["MetricName"])
                branch.histories.append(series.values if series is not None else ())

    def _launch(self) -> bool:
        """Launch a training job, if there may be another one. Raises `ServiceError`."""
        limits = self.document["ResourceLimits"]
        if len(self._running) >= limits["MaxParallelTrainingJobs"]:
            return False
        if len(self.launched) >= limits.get("MaxNumberOfTrainingJobs", float("inf")):
            return False
        for turn in range(len(self._branches)):
            branch = self._branches[(len(self.launched) + turn) % len(self._branches)]
            mine = [each for each in self._running if self._branch_of[each] is branch]
            configuration = branch.propose([self.launched[each].configuration for each in mine])
            if configuration is not None:
                self._start(branch, configuration)
                return True
        return False

    def _start(self, branch: TuningBranch, configuration: Configuration) -> None:
        document, definition = self.document, branch.definition
        several = "TrainingJobDefinitions" in document
        launched = LaunchedJob(
            self._new_name(),
            configuration,
            branch.objective,
            definition.get("DefinitionName", "") if several else "",
        )
        name = launched.name
        request = tuning_job.training_request(
            document,
            definition,
            name,
            configuration,
            has_own_metrics=self._has_own_metrics(definition),
        )
        # Before the job is there, so that what follows its document knows it.
        self.launched[name], self._branch_of[name] = launched, branch
        self._running.append(name)
        try:
            with nesting.nested(self._is_nested):
                self._call("CreateTrainingJob", request)
        except ServiceError:
            del self.launched[name]
            self._running.remove(name)
            raise
        progression = self._world.progressions.get(TRAINING_JOB.arn_kind, name)
        if progression is not None:
            progression.done.add_done_callback(self.wake)

    def _new_name(self) -> str:
        """`<tuning job>-<number>-<8 hexadecimal digits>`, which no other training job has."""
        number, attempt = len(self.launched) + 1, 0
        while True:
            text = f"{self._world.config.seed} {self._name} {number} {attempt}"
            name = f"{self._name}-{number:03d}-{zlib.crc32(text.encode()):08x}"
            if name not in self._world.training_jobs:
                return name
            attempt += 1

    def stop_running(self) -> None:
        """Stop the training jobs that have not ended."""
        for name in self._names():
            self._stop(name)

    def _stop(self, name: str) -> None:
        # A job that has just ended, or stops already, needs no stopping.
        with suppress(ServiceError), nesting.nested(self._is_nested):
            self._call("StopTrainingJob", {"TrainingJobName": name})

    def published(self, name: str, metrics: Mapping[str, MetricSeries]) -> None:
        """Note what a training job has published so far; may stop it.

        Called in the thread in which the container of the job reports, between two of its steps.
        """
        branch = self._branch_of.get(name)
        series = None if branch is None else metrics.get(branch.objective["MetricName"])
        if branch is None or series is None or not branch.watches:
            return
        with self._lock:
            since, self._seen[name] = self._seen.get(name, 0), len(series.values)
            stops = branch.stops(self.launched[name].configuration, series.values, since)
        if stops:
            self._stop(name)


_OVER = lifecycle.ENDED | {lifecycle.DELETING}


def runtime_seconds(document: Document, now: float) -> int:
    """For how many seconds a tuning job has run."""
    return int(now - document["CreationTime"])
