"""The definition of training jobs: how their documents follow their runs."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from sagemock.accounts.world import World
from sagemock.containers import selection
from sagemock.jobs import job as jobs
from sagemock.jobs.definition import JobDefinition, Stop
from sagemock.jobs.executors import unless_closed
from sagemock.jobs.interruptions import internal_error
from sagemock.jobs.journal import Observe
from sagemock.jobs.training_run import Outcome, TrainingRun, run_training_job
from sagemock.jobs.workflow import Steps
from sagemock.resources import clock, lifecycle, training_job, warm_pool
from sagemock.resources.arn import Arn
from sagemock.resources.types import TRAINING_JOB
from sagemock.store import NoSuchKey

if TYPE_CHECKING:
    from sagemock.resources.training_job_document import TrainingJob


def start(world: World, job: TrainingJob) -> None:
    """Run a job that has just been created."""
    _take_warm_pool(world, job)
    jobs.start(world, TRAINING, job)


def _steps(world: World, job: TrainingJob, stop: Stop) -> Steps[Outcome]:
    metrics = world.job_metrics[job["TrainingJobName"]] = {}
    run = TrainingRun(
        job,
        world.services,
        metrics,
        region=world.region,
        seed=world.config.seed,
        stop=unless_closed(stop, world.closed),
        trainer=world.runtime.trainer(),
        selection=selection.training(job, world.config),
        rules=world.rules,
        observe=_tuning_job(world, job),
    )
    return (yield from run_training_job(run))


def _tuning_job(world: World, job: TrainingJob) -> Observe | None:
    """What the tuning job of a training job does when that publishes values of metrics."""
    arn = Arn.parse(job.get("TuningJobArn", ""))
    run = None if arn is None else world.tuning_runs.get(arn.name)
    return None if run is None else partial(run.published, job["TrainingJobName"])


def _entered(job: TrainingJob, status: str, now: float) -> TrainingJob:
    if training_job.stopping(job):
        # StopTrainingJob was called between two steps, and interrupts the run at the next one.
        # Only the model is still uploaded, unless that had begun already.
        before = job["SecondaryStatusTransitions"][-2]["Status"]
        if status != lifecycle.UPLOADING or before == lifecycle.UPLOADING:
            return job
    return training_job.advanced(job, status, now)


def _ended(job: TrainingJob, outcome: Outcome, now: float) -> TrainingJob:
    return training_job.ended(
        job,
        outcome.status,
        now,
        metrics=outcome.metrics,
        failure_reason=outcome.failure_reason,
    )


def _failure(error: BaseException) -> Outcome:
    return Outcome(lifecycle.FAILED, failure_reason=internal_error(error))


def _limit(job: TrainingJob, status: str) -> float | None:
    """MaxRuntimeInSeconds, which a job must not exceed in a single status either.

    The run itself adds up the statuses, and lets a container train for the rest of the time.
    """
    seconds: float = job["StoppingCondition"]["MaxRuntimeInSeconds"]
    return seconds if status in (lifecycle.DOWNLOADING, lifecycle.TRAINING) else None


TRAINING = JobDefinition(
    resource=TRAINING_JOB,
    steps=_steps,
    entered=_entered,
    ended=_ended,
    failure=_failure,
    limit=_limit,
)


def _take_warm_pool(world: World, job: TrainingJob) -> None:
    """Use the instances that an earlier job has kept, if they match."""
    world.settle()
    by, now = job["TrainingJobName"], clock.now()

    def reused(earlier: TrainingJob) -> TrainingJob:
        # Another job may have taken them in the meantime.
        fits = warm_pool.is_available(earlier) and warm_pool.matches(earlier, job)
        return warm_pool.reused(earlier, by, now) if fits else earlier

    for name in sorted(world.warm_pools):
        earlier = world.training_jobs.get(name)
        if earlier is None or reused(earlier) is earlier:
            continue
        with suppress(NoSuchKey):  # The earlier job may have been deleted.
            if warm_pool.is_reused(world.training_jobs.update(name, reused), by):
                return
