"""Warm pools: the instances that a job keeps for the next one like it.

https://docs.aws.amazon.com/sagemaker/latest/dg/train-warm-pools.html says what must match.
"""

from __future__ import annotations

import math
from typing import Any

from sagemock.documents import Document

IN_USE = "InUse"
AVAILABLE = "Available"
REUSED = "Reused"
TERMINATED = "Terminated"


_MATCHING = (
    "RoleArn",
    "VpcConfig",
    "EnableNetworkIsolation",
    "EnableInterContainerTrafficEncryption",
)
_MATCHING_RESOURCES = (
    "InstanceType",
    "InstanceCount",
    "VolumeSizeInGB",
    "VolumeKmsKeyId",
    "InstanceGroups",
)


def asked_for(job: Document) -> bool:
    """Whether a job wants its instances kept."""
    return _seconds(job) > 0


def _seconds(job: Document) -> int:
    seconds: int = job.get("ResourceConfig", {}).get("KeepAlivePeriodInSeconds", 0)
    return seconds


def is_available(job: Document) -> bool:
    status = job.get("WarmPoolStatus", {}).get("Status")
    return bool(status == AVAILABLE)


def matches(job: Document, new: Document) -> bool:
    """Whether a new job may run on the pool that `job` has left."""
    return all(job.get(name) == new.get(name) for name in _MATCHING) and all(
        _resource(job, name) == _resource(new, name) for name in _MATCHING_RESOURCES
    )


def _resource(job: Document, name: str) -> Any:
    return job.get("ResourceConfig", {}).get(name)


def expired(job: Document, now: float) -> bool:
    """Whether the time of an available pool is over."""
    return bool(now >= job["TrainingEndTime"] + _seconds(job))


def terminated(job: Document) -> dict[str, Any]:
    """A job whose pool nobody has taken in time."""
    return _left(job, TERMINATED, _seconds(job))


def kept_for(job: Document, seconds: int, now: float) -> dict[str, Any]:
    """A job whose available pool shall be kept so long after its end; 0 terminates it."""
    resources = {**job["ResourceConfig"], "KeepAlivePeriodInSeconds": seconds}
    changed = {**job, "ResourceConfig": resources}
    if seconds == 0:
        return _left(changed, TERMINATED, now - job["TrainingEndTime"])
    return changed


def is_reused(job: Document, by: str) -> bool:
    """Whether the job of that name runs on what `job` has kept."""
    return bool(job.get("WarmPoolStatus", {}).get("ReusedByJob") == by)


def reused(job: Document, by: str, now: float) -> dict[str, Any]:
    """A job whose pool another one runs on."""
    return _left(job, REUSED, now - job["TrainingEndTime"], ReusedByJob=by)


def _left(job: Document, status: str, seconds: float, **members: str) -> dict[str, Any]:
    billed = max(0, math.ceil(seconds))
    pool = {"Status": status, "ResourceRetainedBillableTimeInSeconds": billed, **members}
    return {**job, "WarmPoolStatus": pool}
