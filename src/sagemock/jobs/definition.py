"""`JobDefinition`: a kind of job as one value.

`jobs.job` starts, stops and deletes jobs by their definition.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic

from sagemock.accounts.world import World
from sagemock.documents import Document
from sagemock.jobs.workflow import R, Steps
from sagemock.resources.resource_type import ResourceType


def unlimited(_job: Document, _status: str) -> None:
    """Set no limit: a job may be in a status for any time."""


Stop = Callable[[], bool]
"""Whether a job has to stop. Steps that have called it are not interrupted any more."""


@dataclass(frozen=True, slots=True)
class JobDefinition(Generic[R]):
    """What one kind of job is.

    Parameters
    ----------
    resource
        The row of the kind, which has its table and members, and the name of its transitions in
        moto's state manager.
    steps
        What a job does: a generator that yields the statuses the job reaches, beginning with that
        of its document, and returns the outcome. Exceptions may be raised at each `yield` (see
        `interruptions`).
    entered
        Returns the document in a further status, `Stopping` included, given the time in seconds
        since the epoch.
    ended
        Returns the document with an outcome, given the time.
    failure
        Returns the outcome of a job whose steps raised an exception, which is a defect.
    limit
        Returns for how many seconds a job may be in a status, or None.
    takes_worker
        Whether its steps need one of the workers that `Config.max_workers` counts.

    Notes
    -----
    What follows from a change of the document subscribes to its table. What belongs to the job, but
    not into its document, is kept in a side table (`Table.side_table`).
    """

    resource: ResourceType
    steps: Callable[[World, Any, Stop], Steps[R]]
    entered: Callable[[Any, str, float], Document]
    ended: Callable[[Any, R, float], Document]
    failure: Callable[[BaseException], R]
    limit: Callable[[Any, str], float | None] = unlimited
    takes_worker: bool = True

    @property
    def kind(self) -> str:
        """The kind as in ARNs: `training-job`."""
        return str(self.resource.arn_kind)

    @property
    def status(self) -> str:
        """The name of the member that has the status."""
        return self.resource.status_member
