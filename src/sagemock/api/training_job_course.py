"""How a training job's document follows its run, from `Starting` to its end."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import suppress
from dataclasses import replace
from typing import Any

from sagemock.jobs.interruptions import (
    FailedOnDemand,
    RuntimeExceeded,
    SpotInstanceLost,
    StopRequested,
)
from sagemock.jobs.training_run import Outcome, run_training_job
from sagemock.outcomes import JobRule
from sagemock.progression import Course, Hold, at_once
from sagemock.resources import clock, lifecycle, training_job, warm_pool
from sagemock.store import Document
from sagemock.world import World

KIND = "training-job"


class HasEnded(Exception):
    """The job can not be stopped any more; `status` says how it has ended, or is about to."""

    def __init__(self, status: str) -> None:
        super().__init__(status)
        self.status = status


def start(world: World, job: Document) -> None:
    """Let a job that has just been created run."""
    name = job["TrainingJobName"]
    table = world.training_jobs
    _take_warm_pool(world, job)
    rules = world.conduct.outcomes.for_job(job)

    def enter(status: str) -> None:
        table.update(name, lambda old: _entered(old, status))

    def visit(status: str) -> None:
        job = table.get(name)
        if job is None or training_job.stopping(job):
            # What a test wants happens to jobs that go on.
            return
        for number, rule in list(rules.items()):
            if rule.at == status:
                del rules[number]
                _apply(world, name, number, rule)

    def end(outcome: Outcome) -> None:
        if not world.closed.is_set():
            world.conduct.outcomes.miss(rules, name)
            _end(world, name, outcome)

    def stop_asked() -> bool:
        progression = world.progressions.get(KIND, name)
        return world.closed.is_set() or (progression is not None and progression.heed())

    metrics = world.job_metrics[name] = {}
    steps = run_training_job(
        job,
        world.services,
        metrics,
        region=world.region,
        seed=world.config.seed,
        stop=stop_asked,
        trainer=world.conduct.trainer(),
        rules=world.rules,
    )
    world.progressions.start(_course(world, name, enter, visit, end), steps)


def _entered(job: Document, status: str) -> Document:
    if training_job.stopping(job):
        # StopTrainingJob came between two steps, and the run will hear of it at the next.
        # Only the model is still uploaded, which may have been under way already.
        before = job["SecondaryStatusTransitions"][-2]["Status"]
        if status != lifecycle.UPLOADING or before == lifecycle.UPLOADING:
            return job
    return training_job.advanced(job, status, clock.now())


def _course(
    world: World,
    name: str,
    enter: Callable[[str], None],
    visit: Callable[[str], None],
    end: Callable[[Any], None],
) -> Course:
    conduct = world.conduct
    return Course(
        KIND,
        name,
        enter=enter,
        visit=visit,
        end=end,
        pace=lambda: conduct.pace(KIND),
        submit=conduct.submit,
        changed=conduct.changed,
        blocking=world.config.training == "inline",
    )


def _apply(world: World, name: str, number: int, rule: JobRule) -> None:
    """Let happen what a test wants; raised within the steps of the job."""
    if rule.action == "hold":
        raise Hold(f"rule {number}, {rule}")
    if rule.action == "fail":
        raise FailedOnDemand(rule.reason)
    if rule.action == "exceed_max_runtime":
        raise RuntimeExceeded
    if rule.action == "lose_spot_instance":
        raise SpotInstanceLost(recovers=rule.recovers)
    world.training_jobs.update(
        name, lambda old: training_job.advanced(old, lifecycle.STOPPING, clock.now())
    )
    raise StopRequested


def _end(world: World, name: str, outcome: Outcome) -> None:
    world.training_jobs.update(
        name,
        lambda old: training_job.ended(
            old,
            outcome.status,
            clock.now(),
            metrics=outcome.metrics,
            failure_reason=outcome.failure_reason,
        ),
    )


def stop(world: World, name: str, reason: StopRequested) -> None:
    """Break off a job, unless it stops already. Raises `HasEnded`."""
    stops_already = False

    def stopping(old: Document) -> Document:
        nonlocal stops_already
        status = old["TrainingJobStatus"]
        stops_already = training_job.stopping(old)
        if stops_already:
            return old
        if status != lifecycle.IN_PROGRESS:
            raise HasEnded(status)
        return training_job.advanced(old, lifecycle.STOPPING, clock.now())

    try:
        world.training_jobs.update(name, stopping)
    except KeyError:
        raise HasEnded("Deleting") from None
    progression = world.progressions.get(KIND, name)
    if progression is not None and not stops_already:
        progression.interrupt(reason)


def delete(world: World, job: Document) -> None:
    """Remove a job that has ended, by way of `Deleting`."""
    name = job["TrainingJobName"]
    table = world.training_jobs

    def remove() -> Generator[str, None, None]:
        yield lifecycle.DELETING

    def end(_: None) -> None:
        table.delete(name)
        world.job_metrics.pop(name, None)

    table.update(name, {"TrainingJobStatus": lifecycle.DELETING, "LastModifiedTime": clock.now()})
    course = _course(world, name, lambda _: None, lambda _: None, end)
    # Nothing is to be done, so that nobody waits for a worker.
    course = replace(course, submit=at_once)
    world.progressions.start(course, remove())


def _take_warm_pool(world: World, job: Document) -> None:
    """Run on the instances that an earlier job has kept, if they fit."""
    world.settle()
    by, now = job["TrainingJobName"], clock.now()

    def reused(kept: Document) -> Document:
        # Another job may have been quicker.
        fits = warm_pool.is_available(kept) and warm_pool.matches(kept, job)
        return warm_pool.reused(kept, by, now) if fits else kept

    for name in sorted(world.warm_pools):
        kept = world.training_jobs.get(name)
        if kept is None or reused(kept) is kept:
            continue
        with suppress(KeyError):  # The earlier job may have been deleted.
            if warm_pool.is_reused(world.training_jobs.update(name, reused), by):
                return
