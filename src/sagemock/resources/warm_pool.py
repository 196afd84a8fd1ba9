"""Warm pools: the instances that a job keeps for the next job like it.

See https://docs.aws.amazon.com/sagemaker/latest/dg/train-warm-pools.html for what must match.
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
"""The ResourceConfig of a job whose request has none."""

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
    """Whether a job asks for a warm pool."""
    return _seconds(job) > 0


def _seconds(job: CreateTrainingJobRequestTypeDef) -> int:
    return job.get("ResourceConfig", NO_RESOURCES).get("KeepAlivePeriodInSeconds", 0)


def is_available(job: TrainingJob) -> bool:
    """Whether the pool of a job can be reused."""
    return job.get("WarmPoolStatus", {}).get("Status") == AVAILABLE


def matches(job: TrainingJob, new: TrainingJob) -> bool:
    """Whether a new job may run on the pool of `job`."""
    return all(job.get(name) == new.get(name) for name in _MATCHING) and all(
        _resource(job, name) == _resource(new, name) for name in _MATCHING_RESOURCES
    )


def _resource(job: TrainingJob, name: str) -> object:
    return job.get("ResourceConfig", NO_RESOURCES).get(name)


def expired(job: TrainingJob, now: float) -> bool:
    """Whether the KeepAlivePeriodInSeconds of an available pool is over."""
    return now >= job["TrainingEndTime"] + _seconds(job)


def terminated(job: TrainingJob) -> TrainingJob:
    """The job, whose pool has expired."""
    return _left(job, TERMINATED, _seconds(job))


def kept_for(job: TrainingJob, seconds: int, now: float) -> TrainingJob:
    """The job, with another KeepAlivePeriodInSeconds of its available pool; 0 terminates it."""
    changed: TrainingJob = {
        **job,
        "ResourceConfig": {**job["ResourceConfig"], "KeepAlivePeriodInSeconds": seconds},
    }
    if seconds == 0:
        return _left(changed, TERMINATED, now - job["TrainingEndTime"])
    return changed


def is_reused(job: TrainingJob, by: str) -> bool:
    """Whether the job named `by` runs on the pool of `job`."""
    return job.get("WarmPoolStatus", {}).get("ReusedByJob") == by


def reused(job: TrainingJob, by: str, now: float) -> TrainingJob:
    """The job, whose pool the job named `by` runs on."""
    return _left(job, REUSED, now - job["TrainingEndTime"], ReusedByJob=by)


def _left(job: TrainingJob, status: str, seconds: float, **members: str) -> TrainingJob:
    billed = max(0, math.ceil(seconds))
    pool = {"Status": status, "ResourceRetainedBillableTimeInSeconds": billed, **members}
    return {**job, "WarmPoolStatus": cast("WarmPoolStatusTypeDef", pool)}
