"""Operations on transform jobs: Create, Describe, List and Stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagemock.accounts.world import Response, World
from sagemock.api import experiment_entities, job_families
from sagemock.api.job_families import TRANSFORM_JOBS
from sagemock.api.models import MODELS
from sagemock.errors import ValidationException
from sagemock.formats.media_type import CSV, JSON, JSON_LINES, media_type
from sagemock.jobs import job as jobs
from sagemock.jobs.transform import TRANSFORM
from sagemock.resources import clock, transform_job
from sagemock.resources.model import containers, is_uncompressed
from sagemock.resources.types import TRANSFORM_JOB
from sagemock.transform import json_path

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import (
        CreateTransformJobRequestTypeDef,
        DescribeTransformJobRequestTypeDef,
        ListTransformJobsRequestTypeDef,
        StopTransformJobRequestTypeDef,
    )

    from sagemock.resources.model import Model

MAX_INSTANCES = 100
"""Limit of instances of a job, as documented; the service model has none."""

PROCESSED = (CSV, JSON, JSON_LINES)
"""Content types that can be filtered and joined, as documented."""

MAX_PAYLOAD = 100
"""Limit of what is sent to a container at once, over all concurrent requests, in megabytes."""


def create_transform_job(world: World, request: CreateTransformJobRequestTypeDef) -> Response:
    """Start a job; inline, it has ended when this returns.

    Raises `ResourceInUse` when the name is taken, `ResourceLimitExceeded` for too many instances,
    and `ValidationException` for a model that does not exist.
    """
    resources = request["TransformResources"]
    job_families.check_quota(
        TRANSFORM_JOB, resources["InstanceType"], resources["InstanceCount"], MAX_INSTANCES
    )
    if world.rules.needs_named:
        _check_data(MODELS.find(world, request["ModelName"]))
    experiment_entities.check_config(world, request.get("ExperimentConfig", {}))
    arn = TRANSFORM_JOBS.arn(world, request["TransformJobName"])
    document = transform_job.new(request, arn, clock.now(), fills_in=world.rules.fills_in)
    answer = TRANSFORM_JOBS.insert(world, document)
    jobs.start(world, TRANSFORM, document)
    return answer


def _check_data(model: Model) -> None:
    """Raises `ValidationException` for a model whose data are no archive."""
    if any(map(is_uncompressed, containers(model))):
        raise ValidationException(
            f"The model {model['ModelName']} has uncompressed model data, which transform jobs do "
            "not support"
        )


def check_create_transform_job(request: CreateTransformJobRequestTypeDef) -> None:
    """Check what the service model cannot express. Raises `ValidationException`."""
    _check_payload(request)
    source, target = request["TransformInput"], request["TransformOutput"]
    split = source.get("SplitType", "None")
    kind = source["DataSource"]["S3DataSource"]["S3DataType"]
    if kind == "AugmentedManifestFile":
        raise ValidationException(f"S3DataType {kind} is not supported for transform jobs")
    if request.get("BatchStrategy") == "MultiRecord" and split == "None":
        raise ValidationException(
            "BatchStrategy MultiRecord requires SplitType to be Line, RecordIO or TFRecord"
        )
    _check_processing(request)
    if request.get("DataProcessing", {}).get("JoinSource") != "Input":
        return
    if source.get("ContentType") != target.get("Accept", source.get("ContentType")):
        raise ValidationException("JoinSource Input requires ContentType and Accept to be the same")
    if split != target.get("AssembleWith", "None"):
        raise ValidationException(
            "JoinSource Input requires SplitType and AssembleWith to be the same"
        )


def _check_processing(request: CreateTransformJobRequestTypeDef) -> None:
    """Raises `ValidationException`."""
    config = request.get("DataProcessing", {})
    filters = (config.get("InputFilter", "$"), config.get("OutputFilter", "$"))
    try:
        paths = [json_path.parse(path) for path in filters]
    except json_path.PathError as error:
        raise ValidationException(f"The JSONPath of a filter is not valid: {error}") from error
    content_type = media_type(request["TransformInput"].get("ContentType", ""))
    changes = config.get("JoinSource") == "Input" or not all(path.is_root for path in paths)
    if changes and content_type not in PROCESSED:
        raise ValidationException(
            f"DataProcessing requires ContentType to be one of {', '.join(PROCESSED)}"
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
    """Describe a job. Raises `ValidationException` when it does not exist."""
    return TRANSFORM_JOBS.describe(world, request["TransformJobName"])


def stop_transform_job(world: World, request: StopTransformJobRequestTypeDef) -> Response:
    """Stop a job. Raises `ValidationException` for one that has ended or does not exist."""
    name = request["TransformJobName"]
    missing = f"Could not find job to update with name: {name}"
    return job_families.stop(world, TRANSFORM, name, missing=missing)


def list_transform_jobs(world: World, request: ListTransformJobsRequestTypeDef) -> Response:
    """One page of the jobs, the latest first by default.

    NameContains applies to each page by itself, so a page may be empty before the last.
    """
    return TRANSFORM_JOBS.summaries(world, request)
