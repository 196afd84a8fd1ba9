"""`sagemock.control`: faults on demand for jobs, endpoints and calls, and ready-made jobs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Protocol

from sagemock.accounts.regions import FALLBACK
from sagemock.faults.active_rules import ActiveRules
from sagemock.faults.job_controls import JobControls
from sagemock.faults.rules import (
    Answer,
    EndpointRule,
    InvocationRule,
    RefusalRule,
    Rule,
    check_pattern,
)
from sagemock.resources import lifecycle

if TYPE_CHECKING:
    from sagemock.accounts.world import World


class NotMocked(RuntimeError):
    """No mock and no server is on, so there is nothing to control."""

    def __init__(self) -> None:
        super().__init__(
            "sagemock is not on: control works while a mock, a fixture or a server is on"
        )


class Reach(Protocol):
    """How the controls reach the worlds of this process. All methods may raise `NotMocked`.

    Worlds are settled before they are returned: whatever is due has happened.
    """

    def worlds(self) -> Iterable[World]:
        """Return all worlds."""
        ...

    def world(self, region: str | None = None, account_id: str | None = None) -> World:
        """Return the world of an account and region, or of the default ones.

        Raises
        ------
        ValueError
            If SageMaker does not have that region.
        """
        ...

    def check(self, operation: str, request: Mapping[str, Any]) -> None:
        """Check a request as the operation does before it looks at any resource.

        Raises
        ------
        ValueError
            If AWS refuses the request; in AWS's words.
        """
        ...


class Control(JobControls):
    """Faults on demand and ready-made jobs, while a mock or a server of this process is on.

    A method that causes a fault adds a *rule* and returns its number. A rule for jobs applies to
    jobs that are created later. All rules are removed when the mock or server stops,
    and when moto is reset.

    The methods share these parameters:

    Parameters
    ----------
    name, endpoint
        A pattern of names, as in the shell: `*`, `?`, `[...]`.
    times
        How often the rule applies, None for always.

    Raises
    ------
    NotMocked
        If no mock and no server is on.
    ValueError
        If the value of an argument is invalid.

    Examples
    --------
    >>> import boto3
    >>> from sagemock import control, mock_sagemaker
    >>> with mock_sagemaker():
    ...     sagemaker = boto3.client("sagemaker", "us-east-1")
    ...     number = control.deny("ListModels")
    ...     try:
    ...         sagemaker.list_models()
    ...     except sagemaker.exceptions.ClientError as error:
    ...         print(error.response["Error"]["Code"])
    AccessDeniedException
    """

    def __init__(self, reach: Reach) -> None:
        self._reach = reach

    def release(self, name: str = "*") -> list[str]:
        """Let held jobs continue.

        A job that was held for longer than its MaxRuntimeInSeconds is stopped instead.

        Parameters
        ----------
        name
            A pattern of job names.

        Returns
        -------
        The names of the released jobs.
        """
        check_pattern("name", name)
        released: list[str] = []
        # Settling the worlds may take a job to where it is held.
        for world in self._reach.worlds():
            released += [
                each.workflow.name
                for each in world.progressions.active()
                if fnmatchcase(each.workflow.name, name) and each.release()
            ]
        return released

    def fail_endpoint(
        self,
        reason: str = "The primary container for production variant did not pass the ping "
        "health check. Please check CloudWatch logs for this endpoint.",
        *,
        name: str = "*",
        times: int | None = 1,
    ) -> int:
        """Make the creation or update of endpoints fail.

        A new endpoint ends as `Failed`; an update is rolled back.

        Parameters
        ----------
        reason
            The FailureReason.
        """
        return self.add(EndpointRule(name, reason), times)

    def fail_invocation(
        self,
        status: int = 500,
        message: str = "",
        *,
        endpoint: str = "*",
        times: int | None = 1,
    ) -> int:
        """Make InvokeEndpoint fail with a ModelError.

        Parameters
        ----------
        status
            The HTTP status from the container, 400 to 599 (OriginalStatusCode).
        message
            The body of the response from the container (OriginalMessage).
        """
        return self.add(InvocationRule(endpoint, status, message), times)

    def answer_invocations(
        self, answer: Answer, *, endpoint: str = "*", times: int | None = None
    ) -> int:
        """Let a function respond to InvokeEndpoint in place of the model.

        Parameters
        ----------
        answer
            Called with the body (bytes), ContentType and Accept (str or None). Returns bytes, a
            str, any other value to be written as JSON, or a pair of one of these and a content
            type. An exception that it raises becomes a ModelError with status 500.
        """
        return self.add(InvocationRule(endpoint, answer=answer), times)

    def throttle(self, operation: str = "*", *, times: int | None = 1) -> int:
        """Make calls of an operation fail with a ThrottlingException.

        Parameters
        ----------
        operation
            A pattern of operation names; it must match an operation of SageMaker.
        times
            How many calls fail. Each retry of a client counts.
        """
        return self.add(RefusalRule(operation, "throttle"), times)

    def deny(self, operation: str = "*", *, times: int | None = 1) -> int:
        """Make calls of an operation fail with an AccessDeniedException.

        Parameters
        ----------
        operation
            A pattern of operation names, as for `throttle`.
        """
        return self.add(RefusalRule(operation, "deny"), times)

    def add(self, rule: Rule, times: int | None = 1) -> int:
        """Add a rule, and return its number."""
        return self._active_rules.add(rule, times)

    @property
    def _active_rules(self) -> ActiveRules:
        # A rule begins and ends now, so whatever is due in any world has to happen first.
        self._reach.worlds()
        # All worlds share the rules. moto's reset clears them by way of the worlds, so there has
        # to be at least one.
        return self._reach.world(FALLBACK).runtime.faults

    def remove(self, number: int) -> bool:
        """Remove a rule. Returns whether it was still in force."""
        return self._active_rules.remove(number)

    def rules(self) -> dict[int, tuple[Rule, int | None]]:
        """Return the rules in force by number, each with how often it may still apply."""
        return self._active_rules.all()

    def unused_rules(self) -> dict[int, Rule]:
        """Return the rules in force that have not applied yet, by number."""
        return self._active_rules.unused()

    def applied_rules(self) -> dict[int, int]:
        """Return how often each of the rules in force has applied, by number."""
        return self._active_rules.applied()

    def spent_rules(self) -> list[tuple[int, Rule, int]]:
        """Return the latest rules that are used up: number, rule, how often it applied."""
        return self._active_rules.spent()

    def clear(self) -> None:
        """Remove all rules, and release all held jobs."""
        self._active_rules.clear()
        self.release()

    def add_training_job(
        self,
        name: str,
        *,
        status: str = lifecycle.COMPLETED,
        metrics: Mapping[str, float] | None = None,
        tags: Mapping[str, str] | None = None,
        hyperparameters: Mapping[str, str] | None = None,
        created: float | datetime | None = None,
        seconds: float = 60,
        failure_reason: str | None = None,
        region: str | None = None,
        account_id: str | None = None,
        **members: Any,
    ) -> str:
        """Add a ready-made training job that has ended, without training.

        Parameters
        ----------
        name
            The name of the job.
        status
            Its last secondary status.
        metrics
            Its final metrics, by name.
        tags
            Its tags.
        hyperparameters
            Its hyperparameters.
        created
            When it was created, in seconds since the epoch; by default such that it ends now.
        seconds
            Its TrainingTimeInSeconds.
        failure_reason
            The FailureReason of a failed job.
        region, account_id
            Where the job is; by default in the default region and account.
        **members
            Other members of the CreateTrainingJob request, which replace the default ones.

        Returns
        -------
        The ARN of the job.

        Raises
        ------
        ValueError
            If the name is in use, or CreateTrainingJob rejects a value.
        """
        world = self._reach.world(region, account_id)
        from sagemock.api import ready_made

        request = ready_made.request(
            world, name, {} if tags is None else tags, hyperparameters or {}, members
        )
        self._reach.check("CreateTrainingJob", request)
        if isinstance(created, datetime):
            created = created.timestamp()
        return ready_made.add(
            world,
            request,
            status=status,
            metrics=metrics or {},
            created=created,
            seconds=seconds,
            failure_reason=failure_reason,
        )

    def add_training_jobs(self, jobs: Iterable[Mapping[str, Any]]) -> list[str]:
        """Add several ready-made jobs.

        Parameters
        ----------
        jobs
            The arguments of `add_training_job` for each job.

        Returns
        -------
        The ARNs of the jobs.
        """
        return [self.add_training_job(**job) for job in jobs]
