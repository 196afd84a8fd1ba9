"""The statuses of jobs and endpoints as tables, and the history that a training job records.

Messages and invariants are those of recorded jobs: there is one entry for each secondary status
that a job passes through, each ends when the next starts, and the last one has no length. A job
that loses its spot instance, or is retried, passes through its first statuses again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NotRequired, TypedDict

if TYPE_CHECKING:

    class Transition(TypedDict):
        """An entry of a training job's SecondaryStatusTransitions, in wire shape."""

        Status: str
        StartTime: float
        EndTime: NotRequired[float]
        StatusMessage: str


STARTING = "Starting"
DOWNLOADING = "Downloading"
TRAINING = "Training"
UPLOADING = "Uploading"
INTERRUPTED = "Interrupted"
STOPPING = "Stopping"
COMPLETED = "Completed"
FAILED = "Failed"
STOPPED = "Stopped"
MAX_RUNTIME_EXCEEDED = "MaxRuntimeExceeded"
MAX_WAIT_TIME_EXCEEDED = "MaxWaitTimeExceeded"
DELETING = "Deleting"

IN_PROGRESS = "InProgress"

PRIMARY_STATUS = {
    STARTING: IN_PROGRESS,
    DOWNLOADING: IN_PROGRESS,
    TRAINING: IN_PROGRESS,
    UPLOADING: IN_PROGRESS,  # `Stopping` in a job that stops
    INTERRUPTED: IN_PROGRESS,
    STOPPING: "Stopping",
    COMPLETED: "Completed",
    FAILED: "Failed",
    STOPPED: "Stopped",
    MAX_RUNTIME_EXCEEDED: "Stopped",
    MAX_WAIT_TIME_EXCEEDED: "Stopped",
}
"""The TrainingJobStatus that goes with a SecondaryStatus."""

MESSAGES = {
    STARTING: "Starting the training job",
    DOWNLOADING: "Downloading input data",
    TRAINING: "Training image download completed. Training in progress.",
    UPLOADING: "Uploading generated training model",
    INTERRUPTED: "Managed spot training instances were interrupted",
    STOPPING: "Stopping the training job",
    COMPLETED: "Training job completed",
    FAILED: "Training job failed",
    STOPPED: "Training job stopped",
    MAX_RUNTIME_EXCEEDED: "Training job runtime exceeded MaxRuntimeInSeconds provided",
    MAX_WAIT_TIME_EXCEEDED: "Training job wait time exceeded MaxWaitTimeInSeconds provided",
}
"""The message of a status while the job is in it."""

RETAINED = "Resource retained for reuse"
"""The message of `Completed` for a job that leaves a warm pool."""

FINAL_MESSAGES = {**MESSAGES, STARTING: "Preparing the instances for training"}
"""The message of a status afterwards; AWS overwrites messages as a job goes on."""

_ENDS_BEFORE_TIME = frozenset({STOPPED, MAX_RUNTIME_EXCEEDED, MAX_WAIT_TIME_EXCEEDED})
TERMINAL = frozenset({COMPLETED, FAILED}) | _ENDS_BEFORE_TIME

NEXT = {
    STARTING: frozenset({DOWNLOADING, INTERRUPTED, STOPPING, FAILED}),
    DOWNLOADING: frozenset({TRAINING, STARTING, INTERRUPTED, STOPPING, FAILED}),
    TRAINING: frozenset({UPLOADING, STARTING, INTERRUPTED, STOPPING, FAILED}),
    UPLOADING: frozenset({COMPLETED, STARTING, INTERRUPTED, STOPPING, FAILED}) | _ENDS_BEFORE_TIME,
    INTERRUPTED: frozenset({STARTING, STOPPING, FAILED}),
    STOPPING: frozenset({UPLOADING}) | _ENDS_BEFORE_TIME,
}
"""The secondary statuses that may follow each.

`Starting` follows others when a job is retried, and `Uploading` follows `Stopping` when there is a
model already.
"""

ENDED = frozenset(PRIMARY_STATUS[status] for status in TERMINAL)
"""The primary statuses of a job that has ended."""

JOB_NEXT = {
    IN_PROGRESS: frozenset({STOPPING, COMPLETED, FAILED}),
    STOPPING: frozenset({STOPPED}),
}
"""The statuses of a processing or transform job that may follow each."""

PROCESSING = "Processing"
TRANSFORMING = "Transforming"
"""Stages of such a job within `InProgress`, after `Starting`; AWS does not show them."""

CREATING = "Creating"
IN_SERVICE = "InService"
UPDATING = "Updating"
ROLLING_BACK = "RollingBack"
SYSTEM_UPDATING = "SystemUpdating"
UPDATE_ROLLBACK_FAILED = "UpdateRollbackFailed"

ENDPOINT_NEXT = {
    CREATING: frozenset({IN_SERVICE, FAILED}),
    IN_SERVICE: frozenset({UPDATING, DELETING}),
    UPDATING: frozenset({IN_SERVICE, ROLLING_BACK, FAILED}),
    ROLLING_BACK: frozenset({IN_SERVICE, UPDATE_ROLLBACK_FAILED, FAILED}),
    UPDATE_ROLLBACK_FAILED: frozenset({UPDATING, DELETING}),
    FAILED: frozenset({DELETING}),
    DELETING: frozenset({FAILED}),
}
"""The values of EndpointStatus that may follow each; a deleted endpoint has none."""

ENDPOINT_ABSENT = (CREATING, FAILED, DELETING)
"""The statuses in which nothing serves, and SageMaker Runtime does not find an endpoint."""

ENDPOINT_BUSY = frozenset({CREATING, UPDATING, SYSTEM_UPDATING, ROLLING_BACK, DELETING})
"""The statuses in which an endpoint can be neither updated nor deleted."""


class IllegalTransition(Exception):
    """A resource cannot change from one status to another."""


def begun(now: float) -> list[Transition]:
    """The history of a new job."""
    return [{"Status": STARTING, "StartTime": now, "StatusMessage": MESSAGES[STARTING]}]


def advanced(
    history: Sequence[Transition], status: str, now: float, *, message: str | None = None
) -> list[Transition]:
    """The history with a further status.

    Parameters
    ----------
    history : Sequence[Transition]
        The entries so far.
    status : str
        The next secondary status.
    now : float
        Seconds since the epoch.
    message : str or None
        The message of the status, where it is not the usual one.

    Raises
    ------
    IllegalTransition
        The status may not follow the last one.
    """
    *earlier, current = history
    if status not in NEXT.get(current["Status"], ()):
        raise IllegalTransition(f"{current['Status']} -> {status}")
    ended: Transition = {
        "Status": current["Status"],
        "StartTime": current["StartTime"],
        "EndTime": now,
        "StatusMessage": FINAL_MESSAGES[current["Status"]],
    }
    entry: Transition = {
        "Status": status,
        "StartTime": now,
        "StatusMessage": message or MESSAGES[status],
    }
    if status in TERMINAL:
        entry["EndTime"] = now
    return [*(each.copy() for each in earlier), ended, entry]


def moved_endpoint(
    document: Mapping[str, Any], status: str, now: float, **changes: Any
) -> dict[str, Any]:
    """The endpoint in another status. Raises `IllegalTransition`."""
    return _moved(document, "EndpointStatus", ENDPOINT_NEXT, status, now, changes)


def moved_job(
    document: Mapping[str, Any], member: str, status: str, now: float, **changes: Any
) -> dict[str, Any]:
    """The processing or transform job in another status, which `member` holds.

    Raises `IllegalTransition`.
    """
    return _moved(document, member, JOB_NEXT, status, now, changes)


def _moved(
    document: Mapping[str, Any],
    member: str,
    table: Mapping[str, frozenset[str]],
    status: str,
    now: float,
    changes: Mapping[str, Any],
) -> dict[str, Any]:
    before = document[member]
    if status not in table.get(before, ()):
        raise IllegalTransition(f"{before} -> {status}")
    return {**document, **changes, member: status, "LastModifiedTime": now}
