"""A kind of job, as one value: whoever adds one describes it, and copies nothing.

`jobs.job` starts, stops and deletes jobs by their definition.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic

from sagemock.accounts.world import World
from sagemock.documents import Document
from sagemock.jobs.workflow import R, Steps
from sagemock.resources.types import ResourceType


def unlimited(_job: Document, _status: str) -> None:
    """A kind of job may be in a status for however long."""


Stop = Callable[[], bool]
"""Whether a job is to break off. Steps that ask have been told, and are not interrupted."""


@dataclass(frozen=True, slots=True)
class JobDefinition(Generic[R]):
    """What one kind of job is.

    resource: the row of its kind, which names its table, its members and, as `kind`, its
    transitions in moto's state manager.
    steps: what a job does; yields the statuses that it comes to, beginning with that which its
    document has, and returns its outcome. Exceptions may be raised at each (`interruptions`).
    entered: the document in a further status, by the time; also in `Stopping`.
    ended: the document with an outcome, by the time.
    limit: for how many seconds a job may be in a status, if that is limited.
    failure: the outcome of a job whose steps have let an exception pass, which is a defect.

    What follows from a change of the document subscribes to its table, and what goes with it stands
    beside (`Table.side_table`).
    """

    resource: ResourceType
    steps: Callable[[World, Any, Stop], Steps[R]]
    entered: Callable[[Any, str, float], Document]
    ended: Callable[[Any, R, float], Document]
    failure: Callable[[BaseException], R]
    limit: Callable[[Any, str], float | None] = unlimited

    @property
    def kind(self) -> str:
        """As in ARNs: `training-job`."""
        return str(self.resource.arn_kind)

    @property
    def status(self) -> str:
        """The member that has the status."""
        return self.resource.status_member
