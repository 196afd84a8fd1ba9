"""`sagemock.control`: how jobs, endpoints and calls are to turn out, and ready-made jobs."""

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
    """No mock and no server is on, so that there is nothing to control."""

    def __init__(self) -> None:
        super().__init__("sagemock is not on: control works inside a mock, a fixture or a server")


class Reach(Protocol):
    """How the controls get at the worlds of this process, by ways that raise `NotMocked`.

    A world comes with all that is due, as to whoever else looks past operations.
    """

    def worlds(self) -> Iterable[World]:
        """All there are."""
        ...

    def world(self, region: str | None = None, account_id: str | None = None) -> World:
        """The one of an account and region, or of the default ones.

        Raises ValueError for a region that SageMaker does not have.
        """
        ...

    def check(self, operation: str, request: Mapping[str, Any]) -> None:
        """Check a request for an operation by itself. Raises ValueError in AWS's words."""
        ...


class Control(JobControls):
    """ActiveRules on demand, while a mock or a server of this process is on.

    Each method that makes a rule gives its number. `name` and `endpoint` are patterns as the
    shell has them (`*`, `?`, `[...]`); `times` is how often a rule applies, None for always.
    A rule about jobs applies to those that are created after it. All is gone with the mock, and
    at a reset of moto's.
    """

    def __init__(self, reach: Reach) -> None:
        self._reach = reach

    def release(self, name: str = "*") -> list[str]:
        """Let jobs that are held go on; gives their names."""
        check_pattern("name", name)
        released: list[str] = []
        # One that is due may only now have come to where it is held.
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
        """CreateEndpoint ends as `Failed` with that FailureReason; UpdateEndpoint rolls back."""
        return self.add(EndpointRule(name, reason), times)

    def fail_invocation(
        self,
        status: int = 500,
        message: str = "",
        *,
        endpoint: str = "*",
        times: int | None = 1,
    ) -> int:
        """InvokeEndpoint answers with ModelError around the container's status and message."""
        return self.add(InvocationRule(endpoint, status, message), times)

    def answer_invocations(
        self, answer: Answer, *, endpoint: str = "*", times: int | None = None
    ) -> int:
        """InvokeEndpoint answers what a function says.

        answer: is called with body (bytes), content type and accept (text or None), and gives
        bytes, text, anything for JSON, or a pair of one of these and a content type. What it
        raises becomes a ModelError of status 500.
        """
        return self.add(InvocationRule(endpoint, answer=answer), times)

    def throttle(self, operation: str = "*", *, times: int | None = 1) -> int:
        """Calls of an operation get ThrottlingException; each attempt of a client counts.

        operation: a pattern of names. Raises ValueError when no operation of SageMaker matches.
        """
        return self.add(RefusalRule(operation, "throttle"), times)

    def deny(self, operation: str = "*", *, times: int | None = 1) -> int:
        """Calls of an operation get AccessDeniedException; `operation` as for `throttle`."""
        return self.add(RefusalRule(operation, "deny"), times)

    def add(self, rule: Rule, times: int | None = 1) -> int:
        """Put any rule in force."""
        return self._active_rules.add(rule, times)

    @property
    def _active_rules(self) -> ActiveRules:
        # A rule begins and ends now: what is due already comes first, in every world.
        self._reach.worlds()
        # All worlds have the same rules. A reset of moto's reaches them through the worlds, so
        # there must be one.
        return self._reach.world(FALLBACK).runtime.faults

    def remove(self, number: int) -> bool:
        """Take a rule back; whether it was still in force."""
        return self._active_rules.remove(number)

    def rules(self) -> dict[int, tuple[Rule, int | None]]:
        """The rules in force by number, each with how often it may still apply."""
        return self._active_rules.all()

    def unused_rules(self) -> dict[int, Rule]:
        """The rules in force that have matched nothing yet, by number."""
        return self._active_rules.unused()

    def clear(self) -> None:
        """Take all rules back, and release what is held."""
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
        """Put a job in place that has ended already, without training; gives its ARN.

        status: its last secondary status. created: seconds since the epoch; by default such
        that it ends now. seconds: its TrainingTimeInSeconds. members: of CreateTrainingJob,
        laid over an ordinary job's. Raises ValueError when the name is taken or
        a value cannot be.
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
        """Put many jobs in place: each a mapping of the arguments of `add_training_job`."""
        return [self.add_training_job(**job) for job in jobs]
