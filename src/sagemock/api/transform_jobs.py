"""CreateTransformJob, DescribeTransformJob, ListTransformJobs, StopTransformJob."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagemock.accounts.world import Response, World
from sagemock.api import experiment_entities, models, single_status_jobs
from sagemock.api.projection import arn_of
from sagemock.errors import ResourceLimitExceeded, ValidationException
from sagemock.jobs.transform import TRANSFORM
from sagemock.resources import clock, transform_job
from sagemock.resources.types import TRANSFORM_JOB

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import (
        CreateTransformJobRequestTypeDef,
        DescribeTransformJobRequestTypeDef,
        ListTransformJobsRequestTypeDef,
        StopTransformJobRequestTypeDef,
    )

MAX_INSTANCES = 100
"""Instances of a job, as documented; the service model has no limit."""

MAX_PAYLOAD = 100
"""Megabytes that a container may be sent at once, in all requests together."""


def create_transform_job(world: World, request: CreateTransformJobRequestTypeDef) -> Response:
    """Start a job; inline, it has ended when this returns. Raises `ResourceInUse`.

    Raises `ValidationException` for a model that does not exist.
    """
    _check_quota(request)
    if world.rules.needs_named:
        models.find(world, request["ModelName"])
    experiment_entities.check_config(world, request.get("ExperimentConfig", {}))
    arn = arn_of(world, TRANSFORM_JOB, request["TransformJobName"])
    document = transform_job.new(request, arn, clock.now(), fills_in=world.rules.fills_in)
    return single_status_jobs.begin(world, TRANSFORM, document)


def _check_quota(request: CreateTransformJobRequestTypeDef) -> None:
    resources = request["TransformResources"]
    count = resources["InstanceCount"]
    if count > MAX_INSTANCES:
        raise ResourceLimitExceeded(
            f"The account-level service limit '{resources['InstanceType']} for transform job usage'"
            f" is {MAX_INSTANCES} Instances, with current utilization of 0 Instances and a request "
            f"delta of {count} Instances. Please use AWS Service Quotas to request an increase for "
            "this quota. If AWS Service Quotas is not available, contact AWS support to request an "
            "increase for this quota."
        )


def check_create_transform_job(request: CreateTransformJobRequestTypeDef) -> None:
    """What the service model cannot say. Raises `ValidationException`."""
    _check_payload(request)
    given, result = request["TransformInput"], request["TransformOutput"]
    split = given.get("SplitType", "None")
    kind = given["DataSource"]["S3DataSource"]["S3DataType"]
    if kind == "AugmentedManifestFile":
        raise ValidationException(f"S3DataType {kind} is not supported for transform jobs")
    if request.get("BatchStrategy") == "MultiRecord" and split == "None":
        raise ValidationException(
            "BatchStrategy MultiRecord requires SplitType to be Line, RecordIO or TFRecord"
        )
    if request.get("DataProcessing", {}).get("JoinSource") != "Input":
        return
    if given.get("ContentType") != result.get("Accept", given.get("ContentType")):
        raise ValidationException("JoinSource Input requires ContentType and Accept to be the same")
    if split != result.get("AssembleWith", "None"):
        raise ValidationException(
            "JoinSource Input requires SplitType and AssembleWith to be the same"
        )


def _check_payload(request: CreateTransformJobRequestTypeDef) -> None:
    """Raises `ValidationException`."""
    size = request.get("MaxPayloadInMB", transform_job.DEFAULT_PAYLOAD)
    if size > MAX_PAYLOAD:
        raise ValidationException(f"MaxPayloadInMB cannot be greater than {MAX_PAYLOAD}")
    if size * request.get("MaxConcurrentTransforms", 1) > MAX_PAYLOAD:
        raise ValidationException(
            "The product of MaxConcurrentTransforms and MaxPayloadInMB cannot be greater than "
            f"{MAX_PAYLOAD}"
        )


def describe_transform_job(world: World, request: DescribeTransformJobRequestTypeDef) -> Response:
    return single_status_jobs.describe(world, TRANSFORM_JOB, request)


def stop_transform_job(world: World, request: StopTransformJobRequestTypeDef) -> Response:
    return single_status_jobs.stop(world, TRANSFORM, request)


_LISTING = single_status_jobs.listing(TRANSFORM_JOB, descending=True)


def list_transform_jobs(world: World, request: ListTransformJobsRequestTypeDef) -> Response:
    return single_status_jobs.page(world, TRANSFORM_JOB, _LISTING, request)
