"""ListTrainingJobsForHyperParameterTuningJob, and how tuning jobs follow their training jobs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sagemock.accounts.world import Response, World
from sagemock.api import tuning_experiment
from sagemock.api.job_families import TUNING_JOBS
from sagemock.api.listing import page
from sagemock.documents import Document
from sagemock.resources import clock, lifecycle, tuning_progress
from sagemock.resources.arn import Arn
from sagemock.resources.tuning_progress import FINAL_OBJECTIVE
from sagemock.store import NoSuchKey

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import (
        ListTrainingJobsForHyperParameterTuningJobRequestTypeDef,
    )

_ORDERS: Mapping[str, Callable[[Document], Any]] = {
    "Name": lambda job: job["TrainingJobName"],
    "CreationTime": lambda job: job["CreationTime"],
    "Status": lambda job: job["TrainingJobStatus"],
    "FinalObjectiveMetricValue": lambda job: job[FINAL_OBJECTIVE]["Value"],
}
"""What each SortBy means."""


def list_training_jobs_for_hyper_parameter_tuning_job(
    world: World, request: ListTrainingJobsForHyperParameterTuningJobRequestTypeDef
) -> Response:
    """One page of the training jobs of a tuning job, by name unless the request says otherwise.

    A list by objective leaves out jobs without one. Raises `ResourceNotFound`.
    """
    document = TUNING_JOBS.find(world, request["HyperParameterTuningJobName"])
    run = world.tuning_runs.get(document["HyperParameterTuningJobName"])
    pairs = run.jobs() if run is not None else ()
    jobs = [launched.summary(job, has_type=True) for launched, job in pairs]
    order = request.get("SortBy", "Name")
    if order == "FinalObjectiveMetricValue":
        jobs = [job for job in jobs if FINAL_OBJECTIVE in job]
    status = request.get("StatusEquals")
    if status is not None:
        jobs = [job for job in jobs if job["TrainingJobStatus"] == status]
    jobs.sort(key=_ORDERS["Name"])
    jobs.sort(key=_ORDERS[order], reverse=request.get("SortOrder") == "Descending")
    summaries, token = page(jobs, request)
    return {"TrainingJobSummaries": list(summaries), **token}


def follow(world: World, before: Document | None, after: Document | None) -> None:
    """Update counters and the best job of a tuning job after a change of one of its jobs."""
    if after is None or "TuningJobArn" not in after:
        return
    if before is not None and before["TrainingJobStatus"] not in _GOING_ON:
        return
    arn = Arn.parse(after["TuningJobArn"])
    run = None if arn is None else world.tuning_runs.get(arn.name)
    launched = None if run is None else run.launched.get(after["TrainingJobName"])
    if arn is None or launched is None or not _counts(before, after):
        return
    if before is None:
        tuning_experiment.add(world, arn.name, after["TrainingJobName"])
    with suppress(NoSuchKey):
        world.table(TUNING_JOBS.kind).update(
            arn.name,
            lambda old: tuning_progress.followed(old, launched, before, after, clock.now()),
        )


_GOING_ON = (lifecycle.IN_PROGRESS, lifecycle.STOPPING)


def _counts(before: Document | None, after: Document) -> bool:
    """Whether the change is one of creation or end."""
    return before is None or after["TrainingJobStatus"] in lifecycle.ENDED
