"""What the operations of training, processing and transform jobs have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sagemock.accounts.world import Response, World
from sagemock.api.listing import Listing
from sagemock.api.resource_family import ResourceFamily
from sagemock.documents import Document
from sagemock.errors import (
    ResourceInUse,
    ResourceLimitExceeded,
    ResourceNotFound,
    ValidationException,
)
from sagemock.jobs import job as jobs
from sagemock.jobs.definition import JobDefinition
from sagemock.jobs.interruptions import StopRequested
from sagemock.resources import lifecycle
from sagemock.resources.arn import Arn
from sagemock.resources.resource_type import ResourceType
from sagemock.resources.types import (
    HYPER_PARAMETER_TUNING_JOB,
    PROCESSING_JOB,
    TRAINING_JOB,
    TRANSFORM_JOB,
)

if TYPE_CHECKING:
    from sagemock.resources.processing_job import ProcessingJob
    from sagemock.resources.training_job_document import TrainingJob
    from sagemock.resources.transform_job import TransformJob


def _listing(kind: ResourceType, *, descending: bool, **equal: str) -> Listing:
    """Job lists also sort by status; NameContains applies to each page by itself."""
    return Listing(
        descending=descending,
        sort_by={"Status": kind.status_member},
        equal={"StatusEquals": kind.status_member, **equal},
        contains_by_page=True,
    )


def _missing(arn: Arn) -> ValidationException:
    # The declared ResourceNotFound is not what AWS answers with.
    return ValidationException(f"Could not find requested job with name: {arn.name}")


def _taken(arn: str) -> ResourceInUse:
    return ResourceInUse(
        "Job name must be unique within an AWS account and region, "
        f"and a job with this name already exists ({arn})"
    )


TRAINING_JOBS: ResourceFamily[TrainingJob] = ResourceFamily(
    TRAINING_JOB,
    missing=lambda _: ValidationException("Requested resource not found."),
    taken=lambda job: ResourceInUse(
        "Training job names must be unique within an AWS account and region, "
        f"and a training job with this name already exists ({job['TrainingJobArn']})"
    ),
    listing=_listing(
        TRAINING_JOB,
        descending=False,
        WarmPoolStatusEquals="WarmPoolStatus.Status",
        TrainingPlanArnEquals="TrainingPlanArn",
    ),
)

PROCESSING_JOBS: ResourceFamily[ProcessingJob] = ResourceFamily(
    PROCESSING_JOB,
    missing=_missing,
    taken=lambda job: _taken(job["ProcessingJobArn"]),
    listing=_listing(PROCESSING_JOB, descending=False),
)

TRANSFORM_JOBS: ResourceFamily[TransformJob] = ResourceFamily(
    TRANSFORM_JOB,
    missing=_missing,
    taken=lambda job: _taken(job["TransformJobArn"]),
    listing=_listing(TRANSFORM_JOB, descending=True),
)


TUNING_JOBS: ResourceFamily[Document] = ResourceFamily(
    HYPER_PARAMETER_TUNING_JOB,
    missing=lambda arn: ResourceNotFound(f"Could not find requested job with name: {arn.name}"),
    taken=lambda job: ResourceInUse(
        "A hyperparameter tuning job with the name, "
        f"{job['HyperParameterTuningJobName']}, already exists. Choose a different name."
    ),
    listing=Listing(
        descending=False,
        sort_by={"Status": "HyperParameterTuningJobStatus"},
        equal={"StatusEquals": "HyperParameterTuningJobStatus"},
    ),
)


def stop(world: World, definition: JobDefinition[Any], name: str, *, missing: str) -> Response:
    """Stop a job; one that is stopping already is left as it is.

    Raises `ValidationException` for a job that has ended, and, with the text `missing`, for one
    that does not exist.
    """
    kind = definition.resource
    try:
        jobs.stop(world, definition, name, StopRequested())
    except jobs.HasEnded as ended:
        text = rejected(kind, ended.status) if name in world.table(kind) else missing
        raise ValidationException(text) from None
    return {}


def check_has_ended(kind: ResourceType, job: Document) -> None:
    """Raises `ResourceInUse` for a job that has not ended, which cannot be deleted."""
    status = job[kind.status_member]
    if status not in lifecycle.ENDED:
        raise ResourceInUse(rejected(kind, status))


def rejected(kind: ResourceType, status: str) -> str:
    """The text for a job that cannot be changed in its status."""
    return f"The request was rejected because the {kind.words} is in status {status}."


def check_quota(kind: ResourceType, instance_type: str | None, count: int, limit: int) -> None:
    """Raises `ResourceLimitExceeded` for a job of more than `limit` instances."""
    if count > limit:
        raise ResourceLimitExceeded(
            f"The account-level service limit '{instance_type} for {kind.words} usage' is {limit} "
            "Instances, with current utilization of 0 Instances and a request delta of "
            f"{count} Instances. Please use AWS Service Quotas to request an increase for this "
            "quota. If AWS Service Quotas is not available, contact AWS support to request an "
            "increase for this quota."
        )
