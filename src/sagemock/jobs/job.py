"""Starts, stops and deletes jobs of every kind, by their definitions."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import suppress
from typing import Any

from sagemock.accounts.world import World
from sagemock.documents import Document
from sagemock.faults.rules import JobRule
from sagemock.jobs import nesting
from sagemock.jobs.definition import JobDefinition
from sagemock.jobs.engine import Progression
from sagemock.jobs.interruptions import (
    FailedOnDemand,
    RuntimeExceeded,
    SpotInstanceLost,
    StopRequested,
)
from sagemock.jobs.workflow import Hold, R, Workflow, at_once
from sagemock.resources import clock, lifecycle
from sagemock.store import NoSuchKey


class HasEnded(Exception):
    """The job cannot be stopped any more; `status` is its last, or that of its deletion."""

    def __init__(self, status: str) -> None:
        super().__init__(status)
        self.status = status


def start(world: World, definition: JobDefinition[R], job: Document) -> Progression[R]:
    """Run a job whose document has just been inserted.

    Inline, it has ended when this returns, unless it is held or waits for another job.
    """
    submit = world.runtime.submit if definition.takes_worker else at_once
    table = world.table(definition.resource)
    name = job[table.key]
    rules = world.runtime.faults.for_job(definition.kind, job)

    def should_stop() -> bool:
        return world.closed.is_set() or progression.should_stop()

    def enter(status: str) -> None:
        table.update(name, lambda old: definition.entered(old, status, clock.now()))

    def on_enter(status: str) -> None:
        job = table.get(name)
        if job is None or _stops(definition, job):
            # Faults on demand do not apply to jobs that are stopping.
            return
        for number, rule in list(rules.items()):
            if rule.at == status:
                del rules[number]
                _apply(world, definition, name, number, rule)

    def end(outcome: R) -> None:
        if world.closed.is_set():
            return
        world.runtime.faults.miss(rules, name)
        table.update(name, lambda old: definition.ended(old, outcome, clock.now()))

    def stayed(status: str, seconds: float) -> None:
        limit = definition.limit(job, status)
        if limit is not None and seconds > limit:
            with suppress(HasEnded):
                stop(world, definition, name, RuntimeExceeded())

    progression = Progression(
        Workflow(
            definition.kind,
            name,
            enter=enter,
            on_enter=on_enter,
            end=end,
            fail=lambda error: end(definition.failure(error)),
            pace=lambda: world.runtime.pace(definition.kind),
            submit=nesting.bound(submit),
            changed=world.runtime.changed,
            blocking=world.config.training == "inline",
            stayed=stayed,
        ),
        definition.steps(world, job, should_stop),
    )
    world.progressions.start(progression)
    return progression


def _stops(definition: JobDefinition[Any], job: Document) -> bool:
    """Whether a job has been asked to stop and has not ended yet."""
    return bool(job[definition.status] == lifecycle.STOPPING)


def _apply(
    world: World, definition: JobDefinition[Any], name: str, number: int, rule: JobRule
) -> None:
    """Apply a rule, by an exception that is raised within the steps of the job."""
    if rule.action == "hold":
        raise Hold(f"rule {number}, {rule}")
    if rule.action == "fail":
        raise FailedOnDemand(rule.reason)
    if rule.action == "exceed_max_runtime":
        raise RuntimeExceeded
    if rule.action == "lose_spot_instance":
        raise SpotInstanceLost(recovers=rule.recovers)
    world.table(definition.resource).update(
        name, lambda old: definition.entered(old, lifecycle.STOPPING, clock.now())
    )
    raise StopRequested


def stop(world: World, definition: JobDefinition[Any], name: str, reason: BaseException) -> None:
    """Stop a job, unless it is stopping already.

    Parameters
    ----------
    world, definition, name
        The job.
    reason
        The exception that is raised within its steps, unless they ask before.

    Raises
    ------
    HasEnded
        If the job has ended, or does not exist any more.
    """
    stops_already = False

    def stopping(old: Document) -> Document:
        nonlocal stops_already
        status = old[definition.status]
        stops_already = _stops(definition, old)
        if stops_already:
            return old
        if status != lifecycle.IN_PROGRESS:
            raise HasEnded(status)
        return definition.entered(old, lifecycle.STOPPING, clock.now())

    try:
        world.table(definition.resource).update(name, stopping)
    except NoSuchKey:
        raise HasEnded(lifecycle.DELETING) from None
    progression = world.progressions.get(definition.kind, name)
    if progression is not None and not stops_already:
        progression.interrupt(reason)


def delete(world: World, definition: JobDefinition[Any], name: str) -> Progression[None]:
    """Delete a job that has ended; its status is `Deleting` until the pace allows it."""
    table = world.table(definition.resource)

    def steps() -> Generator[str, None, None]:
        yield lifecycle.DELETING

    def end(_: None) -> None:
        with suppress(NoSuchKey):
            table.delete(name)

    deleting = {definition.status: lifecycle.DELETING, "LastModifiedTime": clock.now()}
    table.update(name, deleting)
    progression = Progression(
        Workflow(
            definition.kind,
            name,
            enter=lambda _: None,
            on_enter=lambda _: None,
            end=end,
            fail=lambda _: None,
            pace=lambda: world.runtime.pace(definition.kind),
            submit=at_once,  # There is no work to wait for a worker for.
            changed=world.runtime.changed,
        ),
        steps(),
    )
    world.progressions.start(progression)
    return progression
