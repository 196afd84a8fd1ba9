"""CreateProcessingJob, DescribeProcessingJob, ListProcessingJobs, StopProcessingJob, and Delete."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sagemock.accounts.world import Response, World
from sagemock.api import experiment_entities, single_status_jobs
from sagemock.api.projection import arn_of
from sagemock.api.single_status_jobs import rejected
from sagemock.errors import ResourceInUse, ValidationException
from sagemock.jobs.processing import PROCESSING
from sagemock.resources import clock, lifecycle, processing_job
from sagemock.resources.types import PROCESSING_JOB

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import (
        CreateProcessingJobRequestTypeDef,
        DeleteProcessingJobRequestTypeDef,
        DescribeProcessingJobRequestTypeDef,
        ListProcessingJobsRequestTypeDef,
        ProcessingInputTypeDef,
        ProcessingOutputTypeDef,
        StopProcessingJobRequestTypeDef,
    )

LOCAL_ROOT = "/opt/ml/processing/"
"""Below it a container has its inputs."""


def create_processing_job(world: World, request: CreateProcessingJobRequestTypeDef) -> Response:
    """Start a job; inline, it has ended when this returns. Raises `ResourceInUse`."""
    arn = arn_of(world, PROCESSING_JOB, request["ProcessingJobName"])
    experiment_entities.check_config(world, request.get("ExperimentConfig", {}))
    document = processing_job.new(request, arn, clock.now(), fills_in=world.rules.fills_in)
    return single_status_jobs.begin(world, PROCESSING, document)


def check_create_processing_job(request: CreateProcessingJobRequestTypeDef) -> None:
    """What the service model cannot say. Raises `ValidationException`."""
    for each in request.get("ProcessingInputs", ()):
        _check_input(each)
    config = request.get("ProcessingOutputConfig")
    for output in config["Outputs"] if config is not None else ():
        _check_output(output)


def _check_input(each: ProcessingInputTypeDef) -> None:
    for place in ("S3Input", "DatasetDefinition"):
        _check_has_path(each, place, f"input {each['InputName']}")
    source = each.get("S3Input", {})
    if not source.get("LocalPath", LOCAL_ROOT).startswith(LOCAL_ROOT):
        raise ValidationException(f"LocalPath must start with {LOCAL_ROOT}")
    if source.get("S3CompressionType") == "Gzip" and source.get("S3InputMode") != "Pipe":
        raise ValidationException(
            "S3CompressionType Gzip can only be used when Pipe mode is specified as the S3InputMode"
        )


def _check_output(each: ProcessingOutputTypeDef) -> None:
    _check_has_path(each, "S3Output", f"output {each['OutputName']}")
    if "FeatureStoreOutput" in each and not each.get("AppManaged"):
        raise ValidationException("FeatureStoreOutput is only supported when AppManaged is true")


def _check_has_path(each: Mapping[str, Any], place: str, title: str) -> None:
    """What the application does not copy itself has a place. Raises `ValidationException`."""
    if place in each and "LocalPath" not in each[place] and not each.get("AppManaged"):
        raise ValidationException(f"LocalPath is required for {title} unless AppManaged is true")


def describe_processing_job(world: World, request: DescribeProcessingJobRequestTypeDef) -> Response:
    return single_status_jobs.describe(world, PROCESSING_JOB, request)


def stop_processing_job(world: World, request: StopProcessingJobRequestTypeDef) -> Response:
    return single_status_jobs.stop(world, PROCESSING, request)


def delete_processing_job(world: World, request: DeleteProcessingJobRequestTypeDef) -> Response:
    """The name is free again. Raises `ResourceInUse` unless the job has ended."""
    document = single_status_jobs.find(world, PROCESSING_JOB, request)
    status = document["ProcessingJobStatus"]
    if status not in lifecycle.ENDED:
        raise ResourceInUse(rejected(PROCESSING_JOB, status))
    world.table(PROCESSING_JOB).delete(document["ProcessingJobName"])
    return {}


_LISTING = single_status_jobs.listing(PROCESSING_JOB, descending=False)


def list_processing_jobs(world: World, request: ListProcessingJobsRequestTypeDef) -> Response:
    return single_status_jobs.page(world, PROCESSING_JOB, _LISTING, request)
