"""Exceptions that are raised within a job's steps to stop it from outside."""

from __future__ import annotations

from sagemock.algorithms.base import AlgorithmError, Cause, ClientError, JobFailure
from sagemock.resources import lifecycle


class Interruption(Exception):
    """The job stops, with `status` as its last status."""

    status = lifecycle.STOPPED


class StopRequested(Interruption):
    """The job was asked to stop."""


class RuntimeExceeded(Interruption):
    """The job has run for its MaxRuntimeInSeconds."""

    status = lifecycle.MAX_RUNTIME_EXCEEDED


class WaitTimeExceeded(Interruption):
    """No spot instance came within MaxWaitTimeInSeconds."""

    status = lifecycle.MAX_WAIT_TIME_EXCEEDED


class SpotInstanceLost(Exception):
    """The job lost its spot instances; `recovers`: whether it gets others in time."""

    def __init__(self, *, recovers: bool = True) -> None:
        super().__init__()
        self.recovers = recovers


class FailedOnDemand(JobFailure):
    """A test makes the job fail; the text is the whole FailureReason."""

    @property
    def failure_reason(self) -> str:
        """The FailureReason, at AWS's maximal length."""
        return str(self)[:1024]

    @property
    def of_container(self) -> JobFailure | None:
        """The failure that the container logs; None if the platform is to blame."""
        for kind in (ClientError, AlgorithmError):
            prefix = f"{kind.prefix}: "
            if str(self).startswith(prefix):
                return kind(str(self).removeprefix(prefix))
        return None


class InternalServerError(JobFailure):
    """The service is to blame: RetryStrategy may try the job again."""


INTERNAL_ERROR = "We encountered an internal error. Please try again."
"""AWS's text about its own defects."""


def internal_error(error: BaseException) -> str:
    """Return the FailureReason of a job that fails because of a defect of sagemock."""
    cause = Cause(type(error).__name__, str(error))
    return f"{InternalServerError.prefix}: {InternalServerError(INTERNAL_ERROR, cause).summary}"


def is_internal(failure: JobFailure) -> bool:
    """Whether RetryStrategy covers a failure."""
    return failure.failure_reason.startswith(InternalServerError.prefix)
