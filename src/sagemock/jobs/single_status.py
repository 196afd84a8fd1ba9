"""Definitions of jobs that have a single status, such as processing and transform jobs."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator
from typing import NamedTuple

from sagemock.accounts.world import World
from sagemock.algorithms.base import JobFailure
from sagemock.documents import Document
from sagemock.jobs.definition import JobDefinition, unlimited
from sagemock.jobs.interruptions import Interruption, internal_error
from sagemock.jobs.state import Awaited
from sagemock.jobs.workflow import Steps
from sagemock.resources import job, lifecycle
from sagemock.resources.resource_type import ResourceType

log = logging.getLogger("sagemock")


class Ending(NamedTuple):
    """The last status of a job, and the reason of a failure."""

    status: str
    failure_reason: str | None = None


def definition(
    kind: ResourceType,
    steps: Callable[[World, Document], Steps[None]],
    limit: Callable[[Document, str], float | None] = unlimited,
) -> JobDefinition[Ending]:
    """Return the definition of a kind of job.

    Parameters
    ----------
    kind
        The kind of job.
    steps
        What a job does, given its document: yields the stages that it reaches, of which the first
        is `Starting`. The job completes when the steps end.
    limit
        As in `JobDefinition`; a job that exceeds it ends as `Stopped`.
    """
    return JobDefinition(
        resource=kind,
        steps=lambda world, document, _: _to_its_end(steps(world, document)),
        entered=lambda document, stage, now: job.entered(kind, document, stage, now),
        ended=lambda document, outcome, now: job.ended(
            kind, document, outcome.status, now, outcome.failure_reason
        ),
        failure=lambda error: Ending(lifecycle.FAILED, internal_error(error)),
        limit=limit,
    )


def _to_its_end(steps: Steps[None]) -> Generator[str | Awaited, None, Ending]:
    try:
        yield from steps
    except Interruption:
        return Ending(lifecycle.STOPPED)
    except JobFailure as failure:
        return Ending(lifecycle.FAILED, failure.failure_reason)
    return Ending(lifecycle.COMPLETED)
