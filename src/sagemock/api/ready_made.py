"""Training jobs that are created as already ended: no training, no log, no artifact."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from sagemock.accounts.world import World
from sagemock.api.projection import arn_of
from sagemock.containers import registry, selection
from sagemock.jobs.metrics import as_float32
from sagemock.resources import clock, lifecycle, training_job, types
from sagemock.resources.metric_series import MetricPoint, MetricSeries
from sagemock.suggestions import did_you_mean
from sagemock.wire import service_model

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import CreateTrainingJobRequestTypeDef

    from sagemock.resources.training_job_document import FinalMetric

START_SECONDS = 60.0
"""How long the instances take to start."""

LAST_SECOND = 253402300799.0
"""The last second of 9999, the last year that clients can read."""

_STAGES = ((lifecycle.DOWNLOADING, 0.0), (lifecycle.TRAINING, 0.1), (lifecycle.UPLOADING, 0.9))
"""When a job enters each status, as a share of its training time."""


def default_image(world: World) -> str:
    """The image of a built-in algorithm, in the world's region."""
    return registry.BUILT_IN[0].uri(world.partition, world.region)


def default_role(world: World) -> str:
    """A role of the world's account."""
    return f"arn:{world.partition}:iam::{world.account_id}:role/SageMaker"


def request(
    world: World,
    name: str,
    tags: Mapping[str, str],
    hyperparameters: Mapping[str, str],
    members: Mapping[str, Any],
) -> CreateTrainingJobRequestTypeDef:
    """A CreateTrainingJob request of a built-in algorithm.

    Parameters
    ----------
    world : World
        Where the job is to be.
    name : str
        The name of the job.
    tags, hyperparameters : Mapping[str, str]
        As a plain mapping.
    members : Mapping[str, Any]
        Members of CreateTrainingJob, which override the usual ones.

    Raises
    ------
    ValueError
        CreateTrainingJob has no such member, or tags or hyperparameters are no mapping.
    """
    for title, value in (("tags", tags), ("hyperparameters", hyperparameters)):
        if not isinstance(value, Mapping):
            raise ValueError(f"{title} must be a mapping of keys to values, not {value!r}")
    _check_members(members)
    usual = {
        "TrainingJobName": name,
        "HyperParameters": dict(hyperparameters),
        "AlgorithmSpecification": {
            "TrainingImage": default_image(world),
            "TrainingInputMode": "File",
        },
        "RoleArn": default_role(world),
        "OutputDataConfig": {"S3OutputPath": "s3://sagemock/output"},
        "ResourceConfig": {
            "InstanceType": "ml.m5.large",
            "InstanceCount": 1,
            "VolumeSizeInGB": 10,
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": training_job.DEFAULT_MAX_RUNTIME},
        "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
        **members,
    }
    return cast("CreateTrainingJobRequestTypeDef", usual)


OPTIONS = (
    "status",
    "metrics",
    "tags",
    "hyperparameters",
    "created",
    "seconds",
    "failure_reason",
    "region",
    "account_id",
)
"""What `Control.add_training_job` takes besides members of CreateTrainingJob."""


def _check_members(members: Mapping[str, Any]) -> None:
    if not members:
        # Avoids the service model, which takes a while to load.
        return
    shape = service_model.input_shape(service_model.CONTROL_PLANE, "CreateTrainingJob")
    known = [] if shape is None else list(shape.members)
    for name in members:
        if name not in known:
            hint = did_you_mean(name, [*OPTIONS, *known])
            raise ValueError(f"CreateTrainingJob has no member {name!r}{hint}")


def _times(created: float | None, seconds: float) -> tuple[float, float]:
    """When a job is created and when it ends, in seconds since the epoch."""
    if seconds < 0:
        raise ValueError(f"seconds must not be negative: {seconds}")
    lasts = min(seconds, LAST_SECOND)
    begun = (
        clock.now() - START_SECONDS - lasts
        if created is None
        else float(min(created, 2 * LAST_SECOND))
    )
    ended = begun + START_SECONDS + lasts
    # NaN fails this as well.
    if not 0 <= begun <= ended <= LAST_SECOND:
        raise ValueError(
            "created and seconds must let the job begin in 1970 or later, and end before the year "
            "10000"
        )
    return begun, ended


def add(
    world: World,
    request: CreateTrainingJobRequestTypeDef,
    *,
    status: str,
    metrics: Mapping[str, float],
    created: float | None,
    seconds: float,
    failure_reason: str | None,
) -> str:
    """Add an ended job, and return its ARN.

    Parameters
    ----------
    world : World
        Where to add it.
    request : CreateTrainingJobRequestTypeDef
        What the job was created with.
    status : str
        The secondary status with which it ended.
    metrics : Mapping[str, float]
        The final values of its metrics.
    created : float or None
        Seconds since the epoch; None for a job that ends now.
    seconds : float
        How long it trained.
    failure_reason : str or None
        Of a failed job; None for a generic one.

    Raises
    ------
    ValueError
        The name is taken, `status` is not a terminal one, `seconds` is negative, or a metric is
        not a finite float32.
    """
    if status not in lifecycle.TERMINAL:
        raise ValueError(
            f"status must be one of {', '.join(sorted(lifecycle.TERMINAL))}, not {status!r}"
        )
    begun, ended_at = _times(created, seconds)
    for metric, value in metrics.items():
        if not math.isfinite(as_float32(value)):
            raise ValueError(f"the metric {metric!r} must be a finite float32, not {value}")
    arn = arn_of(world, types.TRAINING_JOB, request["TrainingJobName"])
    job = training_job.new(request, arn, round(begun, 3), metrics=selection.metrics(request))
    started = begun + START_SECONDS
    for stage, share in _STAGES:
        job = training_job.advanced(job, stage, round(started + seconds * share, 3))
    ended = round(ended_at, 3)
    if status == lifecycle.FAILED and failure_reason is None:
        failure_reason = "AlgorithmError: failed on demand, exit code: 1"
    final: list[FinalMetric] = [
        {"MetricName": name, "Value": as_float32(value), "Timestamp": float(int(ended))}
        for name, value in metrics.items()
    ]
    job = training_job.ended(job, status, ended, metrics=final, failure_reason=failure_reason)
    name = request["TrainingJobName"]
    with world.training_jobs.lock:
        if name in world.training_jobs:
            raise ValueError(f"a training job named {name!r} exists")
        world.job_metrics[name] = {
            metric: MetricSeries([MetricPoint(ended, float(value))])
            for metric, value in metrics.items()
        }
        world.training_jobs.insert(job)
    return str(arn)
