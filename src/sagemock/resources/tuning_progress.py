"""What the document of a tuning job says of its training jobs: counters, and the best of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sagemock.documents import Document
from sagemock.resources import lifecycle
from sagemock.tuning.completion import ObjectiveProgress

SUCCEEDED, PENDING, FAILED = "Succeeded", "Pending", "Failed"
"""The values of ObjectiveStatus."""

RETRYABLE = "InternalServerError"
"""How the FailureReason of a training job begins for which the service is to blame."""


@dataclass(frozen=True, slots=True)
class LaunchedJob:
    """A training job as its tuning job knows it.

    Attributes
    ----------
    name
        The name of the training job.
    configuration
        The values of the hyperparameters that were tuned.
    objective
        The Type and MetricName of what is tuned for.
    definition
        The DefinitionName, where the tuning job has several definitions; else empty.
    """

    name: str
    configuration: Mapping[str, str]
    objective: Document
    definition: str = ""

    @property
    def maximize(self) -> bool:
        """Whether the largest objective is the best."""
        return bool(self.objective["Type"] == "Maximize")

    def value(self, job: Document) -> float | None:
        """The final objective of the job by its document; None for one that has none (yet)."""
        if job["TrainingJobStatus"] not in (lifecycle.ENDED - {lifecycle.FAILED}):
            return None
        name = self.objective["MetricName"]
        for metric in job.get("FinalMetricDataList", ()):
            if metric["MetricName"] == name:
                value: float = metric["Value"]
                return value
        return None

    def objective_status(self, job: Document) -> str:
        """The ObjectiveStatus."""
        if job["TrainingJobStatus"] not in lifecycle.ENDED:
            return PENDING
        return FAILED if self.value(job) is None else SUCCEEDED

    def summary(self, job: Document, *, has_type: bool) -> dict[str, Any]:
        """The HyperParameterTrainingJobSummary.

        Parameters
        ----------
        job : Document
            The document of the training job.
        has_type : bool
            Whether its objective has the Type, as in lists; descriptions lack it.
        """
        summary: dict[str, Any] = {
            **({"TrainingJobDefinitionName": self.definition} if self.definition else {}),
            "TrainingJobName": self.name,
            "TrainingJobArn": job["TrainingJobArn"],
            **{member: float(int(job[member])) for member in _TIMES if member in job},
            "TrainingJobStatus": job["TrainingJobStatus"],
            "TunedHyperParameters": dict(self.configuration),
        }
        if "FailureReason" in job:
            summary["FailureReason"] = job["FailureReason"]
        value = self.value(job)
        if value is not None:
            metric = {"MetricName": self.objective["MetricName"], "Value": value}
            kind = {"Type": self.objective["Type"]} if has_type else {}
            summary[FINAL_OBJECTIVE] = {**kind, **metric}
        return {**summary, "ObjectiveStatus": self.objective_status(job)}


_TIMES = ("CreationTime", "TrainingStartTime", "TrainingEndTime")

FINAL_OBJECTIVE = "FinalHyperParameterTuningJobObjectiveMetric"


def status_counter(job: Document) -> str:
    """The counter of TrainingJobStatusCounters in which a training job counts."""
    status: str = job["TrainingJobStatus"]
    if status == lifecycle.FAILED:
        reason = job.get("FailureReason", "")
        return "RetryableError" if reason.startswith(RETRYABLE) else "NonRetryableError"
    return status if status in lifecycle.ENDED else lifecycle.IN_PROGRESS


def progress(document: Document, *, maximize: bool) -> ObjectiveProgress:
    """How the objective has developed, by the document of a tuning job."""
    best = document.get("BestTrainingJob")
    return ObjectiveProgress(
        maximize,
        None if best is None else best[FINAL_OBJECTIVE]["Value"],
        document["TuningJobCompletionDetails"]["NumberOfTrainingJobsObjectiveNotImproving"],
    )


def followed(
    document: Document, launched: LaunchedJob, before: Document | None, after: Document, now: float
) -> Document:
    """The document of a tuning job after a change of one of its training jobs.

    Parameters
    ----------
    document : Document
        The document of the tuning job.
    launched : LaunchedJob
        The training job.
    before, after : Document or None
        Its document before and after the change; None before its creation.
    now : float
        Seconds since the epoch.
    """
    counters = dict(document["TrainingJobStatusCounters"])
    objectives = dict(document["ObjectiveStatusCounters"])
    if before is not None:
        counters[status_counter(before)] -= 1
        objectives[launched.objective_status(before)] -= 1
    counters[status_counter(after)] += 1
    objectives[launched.objective_status(after)] += 1
    changed = {
        **document,
        "LastModifiedTime": now,
        "TrainingJobStatusCounters": counters,
        "ObjectiveStatusCounters": objectives,
    }
    value = launched.value(after)
    if value is not None:
        changed.update(_with_result(document, launched, after, value, now))
    return changed


def _with_result(
    document: Document, launched: LaunchedJob, job: Document, value: float, now: float
) -> Document:
    """The members that a further objective changes."""
    earlier = progress(document, maximize=launched.maximize)
    later = earlier.after(value)
    summary = launched.summary(job, has_type=False)
    details = {
        **document["TuningJobCompletionDetails"],
        "NumberOfTrainingJobsObjectiveNotImproving": later.not_improving,
    }
    if later.converged:
        details.setdefault("ConvergenceDetectedTime", now)
    changed: dict[str, Any] = {"TuningJobCompletionDetails": details}
    if earlier.best is None or earlier.is_better(value, earlier.best):
        changed["BestTrainingJob"] = summary
    if has_overall_best(document):
        overall = document.get("OverallBestTrainingJob")
        best = None if overall is None else overall[FINAL_OBJECTIVE]["Value"]
        if best is None or earlier.is_better(value, best):
            tuning_job = {"TuningJobName": document["HyperParameterTuningJobName"]}
            changed["OverallBestTrainingJob"] = {**summary, **tuning_job}
    return changed


def has_overall_best(document: Document) -> bool:
    """Whether the best job of this tuning job and its parents is described."""
    return bool(
        document.get("WarmStartConfig", {}).get("WarmStartType") == "IdenticalDataAndAlgorithm"
    )
