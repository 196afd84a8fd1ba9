"""Operations on processing jobs: Create, Describe, List, Stop and Delete."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from sagemock.accounts.world import Response, World
from sagemock.api import experiment_entities, job_families
from sagemock.api.job_families import PROCESSING_JOBS
from sagemock.errors import ValidationException
from sagemock.jobs import job as jobs
from sagemock.jobs.processing import PROCESSING
from sagemock.resources import clock, processing_job
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
"""The folder below which a container has its inputs."""


def create_processing_job(world: World, request: CreateProcessingJobRequestTypeDef) -> Response:
    """Start a job; inline, it has ended when this returns.

    Raises `ResourceInUse` when the name is taken.
    """
    arn = PROCESSING_JOBS.arn(world, request["ProcessingJobName"])
    experiment_entities.check_config(world, request.get("ExperimentConfig", {}))
    document = processing_job.new(request, arn, clock.now(), fills_in=world.rules.fills_in)
    answer = PROCESSING_JOBS.insert(world, document)
    jobs.start(world, PROCESSING, document)
    return answer


def check_create_processing_job(request: CreateProcessingJobRequestTypeDef) -> None:
    """Check what the service model cannot express. Raises `ValidationException`."""
    inputs = request.get("ProcessingInputs", ())
    _check_names(inputs)
    for each in inputs:
        _check_input(each)
    config = request.get("ProcessingOutputConfig")
    for output in config["Outputs"] if config is not None else ():
        _check_output(output)


def _check_names(inputs: Iterable[ProcessingInputTypeDef]) -> None:
    counts = Counter(each["InputName"] for each in inputs)
    repeated = [name for name, count in counts.items() if count > 1]
    if repeated:
        raise ValidationException(
            f"Input names must be unique in ProcessingInputs. Repeated: {', '.join(repeated)}"
        )


def _check_input(each: ProcessingInputTypeDef) -> None:
    for member in ("S3Input", "DatasetDefinition"):
        _check_has_path(each, member, f"input {each['InputName']}")
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


def _check_has_path(each: Mapping[str, Any], member: str, title: str) -> None:
    """Raises `ValidationException` for what the service is to copy but has no LocalPath."""
    if member in each and "LocalPath" not in each[member] and not each.get("AppManaged"):
        raise ValidationException(f"LocalPath is required for {title} unless AppManaged is true")


def describe_processing_job(world: World, request: DescribeProcessingJobRequestTypeDef) -> Response:
    """Describe a job. Raises `ValidationException` when it does not exist."""
    return PROCESSING_JOBS.describe(world, request["ProcessingJobName"])


def stop_processing_job(world: World, request: StopProcessingJobRequestTypeDef) -> Response:
    """Stop a job. Raises `ValidationException` for one that has ended or does not exist."""
    name = request["ProcessingJobName"]
    missing = f"Could not find job to update with name: {name}"
    return job_families.stop(world, PROCESSING, name, missing=missing)


def delete_processing_job(world: World, request: DeleteProcessingJobRequestTypeDef) -> Response:
    """Delete a job, whose name is free again. Raises `ResourceInUse` unless it has ended."""
    name = request["ProcessingJobName"]
    job_families.check_has_ended(PROCESSING_JOB, PROCESSING_JOBS.find(world, name))
    PROCESSING_JOBS.delete(world, name)
    return {}


def list_processing_jobs(world: World, request: ListProcessingJobsRequestTypeDef) -> Response:
    """One page of the jobs, the oldest first by default.

    NameContains applies to each page by itself, so a page may be empty before the last.
    """
    return PROCESSING_JOBS.summaries(world, request)
