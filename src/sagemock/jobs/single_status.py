"""Definitions of jobs that have a single status, such as processing and transform jobs."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Mapping
from typing import Any, NamedTuple

from sagemock.accounts.world import World
from sagemock.algorithms.base import JobFailure, Stopped
from sagemock.documents import Document
from sagemock.jobs.definition import JobDefinition, Stop, unlimited
from sagemock.jobs.interruptions import Interruption, internal_error
from sagemock.jobs.state import Awaited
from sagemock.jobs.workflow import Steps
from sagemock.resources import job, lifecycle
from sagemock.resources.resource_type import ResourceType

log = logging.getLogger("sagemock")


class Ending(NamedTuple):
    """The last status of a job, the reason of a failure, and further members of its document."""

    status: str
    failure_reason: str | None = None
    members: Mapping[str, Any] = {}


def definition(
    kind: ResourceType,
    steps: Callable[[World, Document, Stop], Steps[Ending | None]],
    limit: Callable[[Document, str], float | None] = unlimited,
    *,
    takes_worker: bool = True,
) -> JobDefinition[Ending]:
    """Return the definition of a kind of job.

    Parameters
    ----------
    kind
        The kind of job.
    steps
        What a job does, given its document and whether it must stop: yields the stages that it
        reaches, of which the first is `Starting`, and returns how it ends; None for `Completed`.
    limit
        As in `JobDefinition`; a job that exceeds it ends as `Stopped`.
    takes_worker
        As in `JobDefinition`.
    """
    return JobDefinition(
        resource=kind,
        steps=lambda world, document, stop: _to_its_end(steps(world, document, stop)),
        entered=lambda document, stage, now: job.entered(kind, document, stage, now),
        ended=lambda document, outcome, now: job.ended(
            kind, document, outcome.status, now, outcome.failure_reason, outcome.members
        ),
        failure=lambda error: Ending(lifecycle.FAILED, internal_error(error)),
        limit=limit,
        takes_worker=takes_worker,
    )


def _to_its_end(steps: Steps[Ending | None]) -> Generator[str | Awaited, None, Ending]:
    try:
        ending = yield from steps
    except Interruption:
        return Ending(lifecycle.STOPPED)
    except JobFailure as failure:
        return Ending(lifecycle.FAILED, failure.failure_reason)
    except Stopped:
        # The world has been closed: nobody reads what the job writes any more.
        return Ending(lifecycle.STOPPED)
    return ending or Ending(lifecycle.COMPLETED)
