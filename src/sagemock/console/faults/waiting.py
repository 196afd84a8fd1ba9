"""Jobs that do not continue: those that a rule holds, and those that wait for a worker."""

from __future__ import annotations

import glob
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sagemock.accounts.world import World
from sagemock.jobs.engine import Progression
from sagemock.jobs.state import Phase
from sagemock.resources import types
from sagemock.resources.resource_type import ResourceType

_KINDS = {kind.arn_kind: kind for kind in types.OURS}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A job that does not continue by itself.

    Attributes
    ----------
    world
        The account and region of the job.
    kind, name, status
        The job, and the status in which it is.
    held
        Whether a rule holds it; otherwise it waits for something.
    reason
        The rule that holds it, or what it waits for.
    seconds
        For how long it has been in that status.
    """

    world: World
    kind: ResourceType
    name: str
    status: str
    held: bool
    reason: str
    seconds: float

    @property
    def pattern(self) -> str:
        """The pattern that matches the job's name alone."""
        return glob.escape(self.name)

    @property
    def data(self) -> dict[str, Any]:
        """The same as JSON."""
        return {
            "account": self.world.account_id,
            "region": self.world.region,
            "kind": self.kind.arn_kind,
            "name": self.name,
            "status": self.status,
            "held": self.held,
            "reason": self.reason,
            "seconds": round(self.seconds, 3),
        }


def waiting_job(world: World, kind: ResourceType, name: str) -> Waiting | None:
    """Return why a job does not continue, None if it does or has ended."""
    progression = world.progressions.get(kind.arn_kind, name)
    return None if progression is None else _waiting(world, progression)


def waiting_jobs(worlds: Iterable[World]) -> list[Waiting]:
    """Return the jobs of all worlds that do not continue, held ones first."""
    jobs = [
        waiting
        for world in worlds
        for each in world.progressions.active()
        if (waiting := _waiting(world, each)) is not None
    ]
    return sorted(jobs, key=lambda job: not job.held)


def _waiting(world: World, progression: Progression[Any]) -> Waiting | None:
    state, workflow = progression.state, progression.workflow
    held = state.phase is Phase.HELD
    reason = state.held_by if held else state.reason()
    if not reason:
        return None
    return Waiting(
        world,
        _KINDS[workflow.kind],
        workflow.name,
        state.status,
        held,
        reason,
        max(0.0, time.time() - state.since),
    )
