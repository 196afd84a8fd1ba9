"""Warm pools: the instances that a job keeps for the next one like it.

https://docs.aws.amazon.com/sagemaker/latest/dg/train-warm-pools.html says what must match.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import (
        CreateTrainingJobRequestTypeDef,
        ResourceConfigTypeDef,
        WarmPoolStatusTypeDef,
    )

    from sagemock.resources.training_job_document import TrainingJob

IN_USE: Final = "InUse"
AVAILABLE: Final = "Available"
REUSED: Final = "Reused"
TERMINATED: Final = "Terminated"

NO_RESOURCES: ResourceConfigTypeDef = {}
"""Of a job whose request has no ResourceConfig."""

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


def asked_for(job: CreateTrainingJobRequestTypeDef) -> bool:
    """Whether a job wants its instances kept."""
    return _seconds(job) > 0


def _seconds(job: CreateTrainingJobRequestTypeDef) -> int:
    return job.get("ResourceConfig", NO_RESOURCES).get("KeepAlivePeriodInSeconds", 0)


def is_available(job: TrainingJob) -> bool:
    return job.get("WarmPoolStatus", {}).get("Status") == AVAILABLE


def matches(job: TrainingJob, new: TrainingJob) -> bool:
    """Whether a new job may run on the pool that `job` has left."""
    return all(job.get(name) == new.get(name) for name in _MATCHING) and all(
        _resource(job, name) == _resource(new, name) for name in _MATCHING_RESOURCES
    )


def _resource(job: TrainingJob, name: str) -> object:
    return job.get("ResourceConfig", NO_RESOURCES).get(name)


def expired(job: TrainingJob, now: float) -> bool:
    """Whether the time of an available pool is over."""
    return now >= job["TrainingEndTime"] + _seconds(job)


def terminated(job: TrainingJob) -> TrainingJob:
    """A job whose pool nobody has taken in time."""
    return _left(job, TERMINATED, _seconds(job))


def kept_for(job: TrainingJob, seconds: int, now: float) -> TrainingJob:
    """A job whose available pool is to be kept so long after its end; 0 terminates it."""
    changed: TrainingJob = {
        **job,
        "ResourceConfig": {**job["ResourceConfig"], "KeepAlivePeriodInSeconds": seconds},
    }
    if seconds == 0:
        return _left(changed, TERMINATED, now - job["TrainingEndTime"])
    return changed


def is_reused(job: TrainingJob, by: str) -> bool:
    """Whether the job of that name runs on what `job` has kept."""
    return job.get("WarmPoolStatus", {}).get("ReusedByJob") == by


def reused(job: TrainingJob, by: str, now: float) -> TrainingJob:
    """A job whose pool another one runs on."""
    return _left(job, REUSED, now - job["TrainingEndTime"], ReusedByJob=by)


def _left(job: TrainingJob, status: str, seconds: float, **members: str) -> TrainingJob:
    billed = max(0, math.ceil(seconds))
    pool = {"Status": status, "ResourceRetainedBillableTimeInSeconds": billed, **members}
    return {**job, "WarmPoolStatus": cast("WarmPoolStatusTypeDef", pool)}
