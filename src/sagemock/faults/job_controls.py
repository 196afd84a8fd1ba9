"""The controls of jobs in `sagemock.control`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from sagemock.faults.rules import JobAction, JobRule, Rule
from sagemock.resources import lifecycle
from sagemock.resources.resource_type import ResourceType
from sagemock.resources.types import PROCESSING_JOB, TRAINING_JOB, TRANSFORM_JOB

FAILURE = "AlgorithmError: failed on demand, exit code: 1"
"""The default FailureReason of a job that fails on demand."""


class JobControls(ABC):
    """Controls for each kind of job.

    Each method adds a rule for jobs that are created later, and returns the number of the rule.
    The methods share these parameters:

    Parameters
    ----------
    at
        The status in which the rule applies, as soon as the job reaches it. For training jobs
        this is a secondary status: `Starting`, `Downloading`, `Training` or `Uploading`. Other
        jobs are `Starting`, and then `Processing` or `Transforming`.
    name
        A pattern of job names, as in the shell: `*`, `?`, `[...]`.
    tags
        Tags, all of which the job must have. None matches all jobs.
    times
        How many jobs the rule applies to, None for all.

    Raises
    ------
    ValueError
        If a value is invalid.
    """

    @abstractmethod
    def add(self, rule: Rule, times: int | None = 1) -> int:
        """Put any rule in force."""

    def fail_training_job(
        self,
        reason: str = FAILURE,
        *,
        at: str = lifecycle.TRAINING,
        name: str = "*",
        tags: Mapping[str, str] | None = None,
        times: int | None = 1,
    ) -> int:
        """Make training jobs fail.

        Parameters
        ----------
        reason
            The FailureReason. One that starts with `InternalServerError` lets RetryStrategy try
            again.
        """
        return self._add(TRAINING_JOB, "fail", at, name, tags, times, reason=reason)

    def stop_training_job(
        self,
        *,
        at: str = lifecycle.TRAINING,
        name: str = "*",
        tags: Mapping[str, str] | None = None,
        times: int | None = 1,
    ) -> int:
        """Make training jobs stop, as if StopTrainingJob had been called."""
        return self._add(TRAINING_JOB, "stop", at, name, tags, times)

    def hold_training_job(
        self,
        *,
        at: str = lifecycle.TRAINING,
        name: str = "*",
        tags: Mapping[str, str] | None = None,
        times: int | None = 1,
    ) -> int:
        """Hold training jobs in a status until they are released or stopped."""
        return self._add(TRAINING_JOB, "hold", at, name, tags, times)

    def fail_processing_job(
        self,
        reason: str = FAILURE,
        *,
        at: str = lifecycle.PROCESSING,
        name: str = "*",
        tags: Mapping[str, str] | None = None,
        times: int | None = 1,
    ) -> int:
        """Make processing jobs fail.

        Parameters
        ----------
        reason
            The FailureReason.
        """
        return self._add(PROCESSING_JOB, "fail", at, name, tags, times, reason=reason)

    def stop_processing_job(
        self,
        *,
        at: str = lifecycle.PROCESSING,
        name: str = "*",
        tags: Mapping[str, str] | None = None,
        times: int | None = 1,
    ) -> int:
        """Make processing jobs stop, as if StopProcessingJob had been called."""
        return self._add(PROCESSING_JOB, "stop", at, name, tags, times)

    def hold_processing_job(
        self,
        *,
        at: str = lifecycle.PROCESSING,
        name: str = "*",
        tags: Mapping[str, str] | None = None,
        times: int | None = 1,
    ) -> int:
        """Hold processing jobs in a status until they are released or stopped."""
        return self._add(PROCESSING_JOB, "hold", at, name, tags, times)

    def fail_transform_job(
        self,
        reason: str = FAILURE,
        *,
        at: str = lifecycle.TRANSFORMING,
        name: str = "*",
        tags: Mapping[str, str] | None = None,
        times: int | None = 1,
    ) -> int:
        """Make transform jobs fail.

        Parameters
        ----------
        reason
            The FailureReason.
        """
        return self._add(TRANSFORM_JOB, "fail", at, name, tags, times, reason=reason)

    def stop_transform_job(
        self,
        *,
        at: str = lifecycle.TRANSFORMING,
        name: str = "*",
        tags: Mapping[str, str] | None = None,
        times: int | None = 1,
    ) -> int:
        """Make transform jobs stop, as if StopTransformJob had been called."""
        return self._add(TRANSFORM_JOB, "stop", at, name, tags, times)

    def hold_transform_job(
        self,
        *,
        at: str = lifecycle.TRANSFORMING,
        name: str = "*",
        tags: Mapping[str, str] | None = None,
        times: int | None = 1,
    ) -> int:
        """Hold transform jobs in a status until they are released or stopped."""
        return self._add(TRANSFORM_JOB, "hold", at, name, tags, times)

    def exceed_max_runtime(
        self,
        *,
        at: str | None = None,
        name: str = "*",
        tags: Mapping[str, str] | None = None,
        times: int | None = 1,
        kind: str = TRAINING_JOB.arn_kind,
    ) -> int:
        """Make jobs end as `Stopped`, a training job with secondary status `MaxRuntimeExceeded`.

        Parameters
        ----------
        at
            By default the status in which the job does its work.
        kind
            `training-job` or `processing-job`.
        """
        return self._add(kind, "exceed_max_runtime", at, name, tags, times)

    def lose_spot_instance(
        self,
        *,
        at: str = lifecycle.TRAINING,
        name: str = "*",
        tags: Mapping[str, str] | None = None,
        times: int | None = 1,
        recovers: bool = True,
    ) -> int:
        """Make managed spot training jobs become `Interrupted` and start again.

        Jobs without managed spot training do not count.

        Parameters
        ----------
        recovers
            False ends the job as `Stopped`, with secondary status `MaxWaitTimeExceeded`, instead.
        """
        return self._add(
            TRAINING_JOB, "lose_spot_instance", at, name, tags, times, recovers=recovers
        )

    def _add(
        self,
        kind: ResourceType | str,
        action: JobAction,
        at: str | None,
        name: str,
        tags: Mapping[str, str] | None,
        times: int | None,
        **details: Any,
    ) -> int:
        job_kind = kind.arn_kind if isinstance(kind, ResourceType) else kind
        tags = {} if tags is None else tags
        return self.add(JobRule(action, at, name, tags, job_kind=job_kind, **details), times)
