"""What may break off a job from outside."""

from __future__ import annotations

from sagemock.algorithms.base import AlgorithmError, Cause, ClientError, JobFailure
from sagemock.resources import lifecycle


class Interruption(Exception):
    """Ends a job as `status`."""

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
    """The spot instances are gone; `recovers` says whether others will come in time."""

    def __init__(self, *, recovers: bool = True) -> None:
        super().__init__()
        self.recovers = recovers


class FailedOnDemand(JobFailure):
    """A test wants the job to fail; the text is the whole FailureReason."""

    @property
    def failure_reason(self) -> str:
        return str(self)[:1024]

    @property
    def of_container(self) -> JobFailure | None:
        """The failure as the container's log has it; None where the platform is to blame."""
        for blamed in (ClientError, AlgorithmError):
            prefix = f"{blamed.prefix}: "
            if str(self).startswith(prefix):
                return blamed(str(self).removeprefix(prefix))
        return None


class InternalServerError(JobFailure):
    """The service is to blame: the job may be tried again."""


INTERNAL_ERROR = "We encountered an internal error. Please try again."
"""What AWS says of its own defects."""


def internal_error(error: BaseException) -> str:
    """The FailureReason of a job that ends because of a defect of ours."""
    cause = Cause(type(error).__name__, str(error))
    return f"{InternalServerError.prefix}: {InternalServerError(INTERNAL_ERROR, cause).summary}"


def is_internal(failure: JobFailure) -> bool:
    """Whether RetryStrategy covers a failure."""
    return failure.failure_reason.startswith(InternalServerError.prefix)
