"""Documents of processing and transform jobs, which have one status and no history of it.

Training jobs have secondary statuses as well, and a module of their own.
"""

from __future__ import annotations

from typing import Any

from sagemock.documents import Document
from sagemock.resources import lifecycle
from sagemock.resources.arn import Arn
from sagemock.resources.resource_type import ResourceType
from sagemock.resources.tag import merged


def begun(kind: ResourceType, request: Document, arn: Arn, now: float) -> dict[str, Any]:
    """The document of a new job: the request, and what the service adds."""
    return {
        **request,
        kind.arn_member: str(arn),
        kind.status_member: lifecycle.IN_PROGRESS,
        "CreationTime": now,
        "LastModifiedTime": now,
        "Tags": merged((), request.get("Tags", ())),
    }


def entered(kind: ResourceType, document: Document, stage: str, now: float) -> Document:
    """The job as it enters a stage, or `Stopping`, after which it enters no further one.

    The start time is that of the first stage after `Starting`. Raises
    `lifecycle.IllegalTransition`.
    """
    if stage == lifecycle.STOPPING:
        return lifecycle.moved_job(document, kind.status_member, stage, now)
    if stage == lifecycle.STARTING or document[kind.status_member] == lifecycle.STOPPING:
        return document
    return {**document, _time(kind, "Start"): now, "LastModifiedTime": now}


def ended(
    kind: ResourceType,
    document: Document,
    status: str,
    now: float,
    failure_reason: str | None = None,
    members: Document | None = None,
) -> dict[str, Any]:
    """The job as it ends, with further members; one that is stopping ends as `Stopped` in any case.

    Raises `lifecycle.IllegalTransition`.
    """
    if document[kind.status_member] == lifecycle.STOPPING:
        status, failure_reason = lifecycle.STOPPED, None
    elif status == lifecycle.STOPPED:
        document = entered(kind, document, lifecycle.STOPPING, now)
    ended = lifecycle.moved_job(document, kind.status_member, status, now)
    ended[_time(kind, "End")] = now
    ended.update(members or {})
    if failure_reason is not None:
        ended["FailureReason"] = failure_reason
    return ended


def _time(kind: ResourceType, moment: str) -> str:
    """Such as `ProcessingStartTime`."""
    return f"{kind.noun.removesuffix('Job')}{moment}Time"
