"""Documents of training jobs: how they begin, advance and end."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NotRequired, TypedDict, cast

from sagemock.resources import debugger, lifecycle, warm_pool
from sagemock.resources.arn import Arn
from sagemock.resources.tag import merged

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import (
        AlgorithmSpecificationUnionTypeDef,
        ChannelTypeDef,
        ChannelUnionTypeDef,
        CreateTrainingJobRequestTypeDef,
        DataSourceTypeDef,
        MetricDefinitionTypeDef,
        S3DataSourceTypeDef,
    )

    from sagemock.resources.training_job_document import FinalMetric, NewTrainingJob, TrainingJob

    class _Seconds(TypedDict):
        TrainingTimeInSeconds: NotRequired[int]
        BillableTimeInSeconds: NotRequired[int]


DEFAULT_MAX_RUNTIME = 24 * 60 * 60
"""Seconds."""

SPOT_PRICE = 0.3
"""The price of spot training as a share of the on-demand price; AWS says savings reach 90 %."""


def new(
    request: CreateTrainingJobRequestTypeDef,
    arn: Arn,
    now: float,
    *,
    fills_in: bool = True,
    metrics: Sequence[Mapping[str, str]] = (),
) -> TrainingJob:
    """The document of a new job: the request, and what the service adds.

    The defaults were observed on AWS; see DescribeTrainingJob in its API reference.

    Parameters
    ----------
    request : CreateTrainingJobRequestTypeDef
        The request.
    arn : Arn
        The ARN of the job.
    now : float
        Seconds since the epoch.
    fills_in : bool
        Whether to add defaults inside of its channels and its output as well.
    metrics : Sequence[Mapping[str, str]]
        The MetricDefinitions of a built-in algorithm.
    """
    begun: NewTrainingJob = {
        **request,
        "TrainingJobArn": str(arn),
        "ModelArtifacts": {"S3ModelArtifacts": artifact_location(request)},
        "TrainingJobStatus": lifecycle.PRIMARY_STATUS[lifecycle.STARTING],
        "SecondaryStatus": lifecycle.STARTING,
        "StoppingCondition": {
            "MaxRuntimeInSeconds": DEFAULT_MAX_RUNTIME,
            **request.get("StoppingCondition", {}),
        },
        "CreationTime": now,
        "LastModifiedTime": now,
        "SecondaryStatusTransitions": lifecycle.begun(now),
        "Tags": merged((), request.get("Tags", ())),
    }
    document = cast("TrainingJob", {**begun, **debugger.started(request, arn, now)})
    if "TrainingPlanArn" in request.get("ResourceConfig", {}):
        # ListTrainingJobs and Search have it at the top level.
        document["TrainingPlanArn"] = request["ResourceConfig"]["TrainingPlanArn"]
    for switch in _SWITCHES:
        document.setdefault(switch, False)
    if warm_pool.asked_for(document):
        document["WarmPoolStatus"] = {"Status": warm_pool.IN_USE}
    if "AlgorithmSpecification" in request:
        document["AlgorithmSpecification"] = _algorithm(request["AlgorithmSpecification"], metrics)
    if not fills_in:
        return document
    document["OutputDataConfig"] = {"KmsKeyId": "", **request["OutputDataConfig"]}
    if "InputDataConfig" in request:
        document["InputDataConfig"] = [_channel(each) for each in request["InputDataConfig"]]
    return document


_Switch = Literal[
    "EnableNetworkIsolation", "EnableInterContainerTrafficEncryption", "EnableManagedSpotTraining"
]

_SWITCHES: tuple[_Switch, ...] = (
    "EnableNetworkIsolation",
    "EnableInterContainerTrafficEncryption",
    "EnableManagedSpotTraining",
)


def is_model_compressed(request: CreateTrainingJobRequestTypeDef) -> bool:
    """Whether the job's model becomes an archive, and not an object for each of its files."""
    return request["OutputDataConfig"].get("CompressionType") != "NONE"


def artifact_location(request: CreateTrainingJobRequestTypeDef) -> str:
    """The S3 URI of the job's model, which is known from the start.

    That of a model that is not compressed is the prefix of its files, without a slash at the end.
    """
    name = "model.tar.gz" if is_model_compressed(request) else "model"
    return f"{_output_folder(request)}/{name}"


def output_location(request: CreateTrainingJobRequestTypeDef) -> str:
    """The S3 URI of the job's other output."""
    return f"{_output_folder(request)}/output.tar.gz"


def _output_folder(request: CreateTrainingJobRequestTypeDef) -> str:
    path = request["OutputDataConfig"]["S3OutputPath"]
    return f"{path.removesuffix('/')}/{request['TrainingJobName']}/output"


def image(job: CreateTrainingJobRequestTypeDef) -> str:
    """The image of a job, or the name of its algorithm; empty for a job without one."""
    algorithm = job.get("AlgorithmSpecification")
    if algorithm is None:
        return ""
    return algorithm.get("TrainingImage", algorithm.get("AlgorithmName", ""))


def _algorithm(
    specification: AlgorithmSpecificationUnionTypeDef, metrics: Sequence[Mapping[str, str]]
) -> AlgorithmSpecificationUnionTypeDef:
    """The specification, with what the service fills in.

    On AWS, EnableSageMakerMetricsTimeSeries was false with the metric definitions of a built-in
    algorithm, and true with those of a caller.
    """
    algorithm = specification.copy()
    defined = specification.get("MetricDefinitions", ())
    if metrics:
        own = cast("list[MetricDefinitionTypeDef]", [dict(each) for each in metrics])
        algorithm["MetricDefinitions"] = [*own, *defined]
        algorithm.setdefault("EnableSageMakerMetricsTimeSeries", False)
    elif defined:
        algorithm.setdefault("EnableSageMakerMetricsTimeSeries", True)
    return algorithm


def _channel(request: ChannelUnionTypeDef) -> ChannelUnionTypeDef:
    channel: ChannelTypeDef = {"CompressionType": "None", "RecordWrapperType": "None", **request}
    source = request["DataSource"]
    if "S3DataSource" in source:
        located: S3DataSourceTypeDef = {
            "S3DataDistributionType": "FullyReplicated",
            **source["S3DataSource"],
        }
        filled: DataSourceTypeDef = {**source, "S3DataSource": located}
        channel["DataSource"] = filled
    return channel


def running_seconds(document: TrainingJob, now: float) -> _Seconds:
    """The TrainingTimeInSeconds of a job that has started and not ended, else nothing.

    On AWS it grows while a job runs; the billed seconds are only known at the end.
    """
    if "TrainingStartTime" not in document or "TrainingTimeInSeconds" in document:
        return {}
    return {"TrainingTimeInSeconds": _seconds(document, now)}


def _seconds(document: TrainingJob, now: float) -> int:
    # Recorded jobs round either way. Up, so that no job is free.
    return max(1, math.ceil(now - document["TrainingStartTime"]))


def advanced(document: TrainingJob, status: str, now: float, **changes: Any) -> TrainingJob:
    """The job as it enters a further secondary status.

    Raises `lifecycle.IllegalTransition`.
    """
    if status == lifecycle.DOWNLOADING:
        # A retried job keeps its first start time.
        changes = {"TrainingStartTime": document.get("TrainingStartTime", now), **changes}
    retained = status == lifecycle.COMPLETED and warm_pool.asked_for(document)
    primary = lifecycle.PRIMARY_STATUS[status]
    if stopping(document) and primary == lifecycle.IN_PROGRESS:
        primary = "Stopping"
    moved = {
        **document,
        **changes,
        "TrainingJobStatus": primary,
        "SecondaryStatus": status,
        "SecondaryStatusTransitions": lifecycle.advanced(
            document["SecondaryStatusTransitions"],
            status,
            now,
            message=lifecycle.RETAINED if retained else None,
        ),
        "LastModifiedTime": now,
    }
    return cast("TrainingJob", moved)


def stopping(document: TrainingJob) -> bool:
    """Whether a job is stopping."""
    return document["TrainingJobStatus"] == "Stopping"


def ended(
    document: TrainingJob,
    status: str,
    now: float,
    *,
    metrics: Sequence[FinalMetric] = (),
    failure_reason: str | None = None,
) -> TrainingJob:
    """The job as it ends.

    A job that is stopping ends as `Stopped`, even if it has completed or failed meanwhile. A job
    that ends early passes through `Stopping`.

    Parameters
    ----------
    document : TrainingJob
        The job so far.
    status : str
        Its last secondary status.
    now : float
        Seconds since the epoch.
    metrics : Sequence[FinalMetric]
        The FinalMetricDataList.
    failure_reason : str or None
        Why it failed.
    """
    stops = stopping(document)
    if stops and status in (lifecycle.COMPLETED, lifecycle.FAILED):
        status, failure_reason = lifecycle.STOPPED, None
    if not stops and lifecycle.PRIMARY_STATUS[status] == "Stopped":
        document = advanced(document, lifecycle.STOPPING, now)
    document = {**advanced(document, status, now), "TrainingEndTime": now}
    document = {**document, **_billed(document, now)}
    document = cast("TrainingJob", {**document, **debugger.ended(document, now)})
    if warm_pool.asked_for(document):
        completed = status == lifecycle.COMPLETED
        document["WarmPoolStatus"] = {
            "Status": warm_pool.AVAILABLE if completed else warm_pool.TERMINATED
        }
    if metrics:
        document["FinalMetricDataList"] = list(metrics)
    if failure_reason is not None:
        document["FailureReason"] = failure_reason
    return document


def _billed(document: TrainingJob, now: float) -> _Seconds:
    """The seconds of training, and those of them that are billed."""
    if "TrainingStartTime" not in document:
        return {}
    billed = seconds = _seconds(document, now)
    if document["EnableManagedSpotTraining"]:
        billed = max(1, math.ceil(seconds * SPOT_PRICE))
    return {"TrainingTimeInSeconds": seconds, "BillableTimeInSeconds": billed}
