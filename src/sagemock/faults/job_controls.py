"""What `sagemock.control` can make happen to jobs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from sagemock.faults.rules import JobAction, JobRule, Rule
from sagemock.resources import lifecycle
from sagemock.resources.types import PROCESSING_JOB, TRAINING_JOB, TRANSFORM_JOB


class JobControls(ABC):
    """A method for each kind of job and what can happen to it.

    It happens on the arrival of the job where `at` says. Of training jobs that is a secondary
    status: `Starting`, `Downloading`, `Training` or `Uploading`. Other jobs have none; they are
    `Starting`, and then `Processing` or `Transforming`.
    """

    @abstractmethod
    def add(self, rule: Rule, times: int | None = 1) -> int:
        """Put any rule in force."""

    def fail_training_job(
        self,
        reason: str = "AlgorithmError: failed on demand, exit code: 1",
        *,
        at: str = lifecycle.TRAINING,
        name: str = "*",
        tags: Mapping[str, str] | None = None,
        times: int | None = 1,
    ) -> int:
        """The job fails; reason: its FailureReason.

        A reason that starts with `InternalServerError` lets RetryStrategy try again.
        """
        return self._job("fail", at, name, tags, times, reason=reason)

    def stop_training_job(
        self,
        *,
        at: str = lifecycle.TRAINING,
        name: str = "*",
        tags: Mapping[str, str] | None = None,
        times: int | None = 1,
    ) -> int:
        """The job stops, as if StopTrainingJob had been called."""
        return self._job("stop", at, name, tags, times)

    def hold_training_job(
        self,
        *,
        at: str = lifecycle.TRAINING,
        name: str = "*",
        tags: Mapping[str, str] | None = None,
        times: int | None = 1,
    ) -> int:
        """The job hangs where it is until it is released, or stopped."""
        return self._job("hold", at, name, tags, times)

    def fail_processing_job(
        self,
        reason: str = "AlgorithmError: failed on demand, exit code: 1",
        *,
        at: str = lifecycle.PROCESSING,
        name: str = "*",
        tags: Mapping[str, str] | None = None,
        times: int | None = 1,
    ) -> int:
        """The processing job fails; reason: its FailureReason."""
        return self._job(
            "fail", at, name, tags, times, job_kind=PROCESSING_JOB.arn_kind, reason=reason
        )

    def stop_processing_job(
        self,
        *,
        at: str = lifecycle.PROCESSING,
        name: str = "*",
        tags: Mapping[str, str] | None = None,
        times: int | None = 1,
    ) -> int:
        """The processing job stops, as if StopProcessingJob had been called."""
        return self._job("stop", at, name, tags, times, job_kind=PROCESSING_JOB.arn_kind)

    def hold_processing_job(
        self,
        *,
        at: str = lifecycle.PROCESSING,
        name: str = "*",
        tags: Mapping[str, str] | None = None,
        times: int | None = 1,
    ) -> int:
        """The processing job hangs where it is until it is released, or stopped."""
        return self._job("hold", at, name, tags, times, job_kind=PROCESSING_JOB.arn_kind)

    def fail_transform_job(
        self,
        reason: str = "AlgorithmError: failed on demand, exit code: 1",
        *,
        at: str = lifecycle.TRANSFORMING,
        name: str = "*",
        tags: Mapping[str, str] | None = None,
        times: int | None = 1,
    ) -> int:
        """The transform job fails; reason: its FailureReason."""
        return self._job(
            "fail", at, name, tags, times, job_kind=TRANSFORM_JOB.arn_kind, reason=reason
        )

    def stop_transform_job(
        self,
        *,
        at: str = lifecycle.TRANSFORMING,
        name: str = "*",
        tags: Mapping[str, str] | None = None,
        times: int | None = 1,
    ) -> int:
        """The transform job stops, as if StopTransformJob had been called."""
        return self._job("stop", at, name, tags, times, job_kind=TRANSFORM_JOB.arn_kind)

    def hold_transform_job(
        self,
        *,
        at: str = lifecycle.TRANSFORMING,
        name: str = "*",
        tags: Mapping[str, str] | None = None,
        times: int | None = 1,
    ) -> int:
        """The transform job hangs where it is until it is released, or stopped."""
        return self._job("hold", at, name, tags, times, job_kind=TRANSFORM_JOB.arn_kind)

    def exceed_max_runtime(
        self,
        *,
        at: str | None = None,
        name: str = "*",
        tags: Mapping[str, str] | None = None,
        times: int | None = 1,
        kind: str = TRAINING_JOB.arn_kind,
    ) -> int:
        """The job ends as `Stopped`; a training job as `MaxRuntimeExceeded`.

        at: None where it does its work. kind: `training-job` or `processing-job`.
        """
        return self._job("exceed_max_runtime", at, name, tags, times, job_kind=kind)

    def lose_spot_instance(
        self,
        *,
        at: str = lifecycle.TRAINING,
        name: str = "*",
        tags: Mapping[str, str] | None = None,
        times: int | None = 1,
        recovers: bool = True,
    ) -> int:
        """A managed spot training job is `Interrupted`, and starts again.

        recovers: False ends it as `Stopped`, `MaxWaitTimeExceeded` instead. Jobs without
        managed spot training are passed over.
        """
        return self._job("lose_spot_instance", at, name, tags, times, recovers=recovers)

    def _job(
        self,
        action: JobAction,
        at: str | None,
        name: str,
        tags: Mapping[str, str] | None,
        times: int | None,
        **more: Any,
    ) -> int:
        return self.add(JobRule(action, at, name, {} if tags is None else tags, **more), times)
