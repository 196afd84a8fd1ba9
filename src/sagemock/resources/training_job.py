"""A training job's document: what the request says, what the service adds, how it moves on."""

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
SPOT_PRICE = 0.3
"""What a spot second costs of an ordinary one; AWS speaks of savings of up to 90 %."""


def new(
    request: CreateTrainingJobRequestTypeDef,
    arn: Arn,
    now: float,
    *,
    fills_in: bool = True,
    metrics: Sequence[Mapping[str, str]] = (),
) -> TrainingJob:
    """The document of a job that starts: the request, with all that the service adds.

    metrics: the MetricDefinitions of a built-in algorithm. fills_in: and fills in inside of its
    channels and its output. What it adds was observed on AWS; see the DescribeTrainingJob page of
    its API reference.
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
        # List's summaries and Search have it at the top, as its filters do.
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


def artifact_location(request: CreateTrainingJobRequestTypeDef) -> str:
    """Where the job's model will be; known from the start."""
    compressed = request["OutputDataConfig"].get("CompressionType") != "NONE"
    return f"{_output_folder(request)}/{'model.tar.gz' if compressed else 'model'}"


def output_location(request: CreateTrainingJobRequestTypeDef) -> str:
    """Where what the job leaves beside its model will be."""
    return f"{_output_folder(request)}/output.tar.gz"


def _output_folder(request: CreateTrainingJobRequestTypeDef) -> str:
    path = request["OutputDataConfig"]["S3OutputPath"]
    return f"{path.removesuffix('/')}/{request['TrainingJobName']}/output"


def image(job: CreateTrainingJobRequestTypeDef) -> str:
    """The image of a training job, or the name of its algorithm from the marketplace."""
    algorithm = job.get("AlgorithmSpecification")
    if algorithm is None:
        return ""
    return algorithm.get("TrainingImage", algorithm.get("AlgorithmName", ""))


def _algorithm(
    given: AlgorithmSpecificationUnionTypeDef, metrics: Sequence[Mapping[str, str]]
) -> AlgorithmSpecificationUnionTypeDef:
    """The specification, with what the service fills in.

    EnableSageMakerMetricsTimeSeries was seen as false with the metric definitions of a built-in
    algorithm, and as true with those of a caller.
    """
    algorithm = given.copy()
    defined = given.get("MetricDefinitions", ())
    if metrics:
        own = cast("list[MetricDefinitionTypeDef]", [dict(each) for each in metrics])
        algorithm["MetricDefinitions"] = [*own, *defined]
        algorithm.setdefault("EnableSageMakerMetricsTimeSeries", False)
    elif defined:
        algorithm.setdefault("EnableSageMakerMetricsTimeSeries", True)
    return algorithm


def _channel(given: ChannelUnionTypeDef) -> ChannelUnionTypeDef:
    channel: ChannelTypeDef = {"CompressionType": "None", "RecordWrapperType": "None", **given}
    source = given["DataSource"]
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

    It was seen to grow while a job runs; what is billed is only known at the end.
    """
    if "TrainingStartTime" not in document or "TrainingTimeInSeconds" in document:
        return {}
    return {"TrainingTimeInSeconds": _seconds(document, now)}


def _seconds(document: TrainingJob, now: float) -> int:
    # Recorded jobs round either way; up, so that no job is free.
    return max(1, math.ceil(now - document["TrainingStartTime"]))


def advanced(document: TrainingJob, status: str, now: float, **changes: Any) -> TrainingJob:
    """The job as it enters a further secondary status.

    Raises `lifecycle.IllegalTransition`.
    """
    if status == lifecycle.DOWNLOADING:
        # A job that is tried again has started once.
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
    """Whether a job was asked to stop and has not ended yet."""
    return document["TrainingJobStatus"] == "Stopping"


def ended(
    document: TrainingJob,
    status: str,
    now: float,
    *,
    metrics: Sequence[FinalMetric] = (),
    failure_reason: str | None = None,
) -> TrainingJob:
    """The job as it ends, with what it leaves: metrics, billed seconds, or why it failed.

    A job that was asked to stop ends as stopped, however far it has come meanwhile; one that
    ends before its time passes through `Stopping`.
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
    """Seconds on the instances, and those of them that are billed."""
    if "TrainingStartTime" not in document:
        return {}
    billed = seconds = _seconds(document, now)
    if document["EnableManagedSpotTraining"]:
        billed = max(1, math.ceil(seconds * SPOT_PRICE))
    return {"TrainingTimeInSeconds": seconds, "BillableTimeInSeconds": billed}
