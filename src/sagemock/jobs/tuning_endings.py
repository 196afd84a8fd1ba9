"""How and when a tuning job ends, by its document and its training jobs."""

from __future__ import annotations

from collections.abc import Sequence

from sagemock.documents import Document
from sagemock.jobs.single_status import Ending
from sagemock.resources import lifecycle, tuning_progress
from sagemock.resources.tuning_progress import LaunchedJob
from sagemock.tuning.completion import Criteria

ATTEMPTS = 5
"""After how many training jobs without a success a tuning job gives up."""

Jobs = Sequence[tuple[LaunchedJob, Document]]


def ending(document: Document, *, maximize: bool, trains: bool, now: float) -> Ending | None:
    """How a tuning job ends now, whatever still runs; None while it goes on.

    Parameters
    ----------
    document
        The document of the tuning job.
    maximize
        Whether the largest objective is the best.
    trains
        Whether anything trains in them, so that there could be an objective.
    now
        Seconds since the epoch.
    """
    counters = document["TrainingJobStatusCounters"]
    failed = counters["RetryableError"] + counters["NonRetryableError"]
    objectives = document["ObjectiveStatusCounters"]
    if not objectives["Succeeded"] and objectives["Failed"] >= ATTEMPTS:
        if failed >= ATTEMPTS and not counters["Completed"]:
            return Ending(lifecycle.FAILED, NONE_SUCCEEDED.format(failed))
        if trains and counters["Completed"] >= ATTEMPTS:
            return Ending(lifecycle.FAILED, NO_OBJECTIVE.format(counters["Completed"]))
    progress = tuning_progress.progress(document, maximize=maximize)
    if progress.completes(criteria(document)) or is_out_of_time(document, now):
        return Ending(lifecycle.COMPLETED)
    return None


NONE_SUCCEEDED = (
    "No training job succeeded after {} attempts. Please take a look at the training job failures "
    "to get more details."
)
ALL_FAILED = (
    "All training jobs failed. Please take a look at the training jobs failures to get more "
    "details."
)
NO_OBJECTIVE = (
    "No objective metrics found after running {} training jobs. Please ensure that the custom "
    "algorithm is emitting the objective metric as defined by the regular expression provided."
)


def last(launched: Jobs, *, trains: bool) -> Ending:
    """How a tuning job ends when all of its training jobs have ended; `trains` as above."""
    statuses = [job["TrainingJobStatus"] for _, job in launched]
    if any(each.value(job) is not None for each, job in launched):
        return Ending(lifecycle.COMPLETED)
    if trains and lifecycle.COMPLETED in statuses:
        return Ending(lifecycle.FAILED, NO_OBJECTIVE.format(len(statuses)))
    if set(statuses) == {lifecycle.FAILED}:
        return Ending(lifecycle.FAILED, ALL_FAILED)
    return Ending(lifecycle.COMPLETED)


def criteria(document: Document) -> Criteria:
    """The TuningJobCompletionCriteria of a tuning job."""
    config = document["HyperParameterTuningJobConfig"].get("TuningJobCompletionCriteria", {})
    limit = config.get("BestObjectiveNotImproving", {}).get("MaxNumberOfTrainingJobsNotImproving")
    convergence = config.get("ConvergenceDetected", {}).get("CompleteOnConvergence")
    return Criteria(config.get("TargetObjectiveMetricValue"), limit, convergence == "Enabled")


def is_out_of_time(document: Document, now: float) -> bool:
    """Whether a tuning job has run for its MaxRuntimeInSeconds."""
    limit = document["ResourceLimits"].get("MaxRuntimeInSeconds", float("inf"))
    return bool(now - document["CreationTime"] >= limit)
