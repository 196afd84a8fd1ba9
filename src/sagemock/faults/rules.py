"""The rules of faults on demand: what happens to which jobs, endpoints and calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Literal

from sagemock.resources import lifecycle, types
from sagemock.resources.resource_type import ResourceType, snake
from sagemock.suggestions import did_you_mean
from sagemock.wire import service_model

JobAction = Literal["fail", "stop", "hold", "exceed_max_runtime", "lose_spot_instance"]


@dataclass(frozen=True, slots=True)
class PossibleFaults:
    """What can be made to happen to a kind of job.

    Parameters
    ----------
    stages
        The statuses, or stages within one, in which it can happen.
    usual
        The stage in which it happens unless the rule names another.
    actions
        What can happen.
    """

    stages: tuple[str, ...]
    usual: str
    actions: tuple[JobAction, ...] = ("fail", "stop", "hold")


FAULTS: Mapping[ResourceType, PossibleFaults] = {
    types.TRAINING_JOB: PossibleFaults(
        (lifecycle.STARTING, lifecycle.DOWNLOADING, lifecycle.TRAINING, lifecycle.UPLOADING),
        lifecycle.TRAINING,
        ("fail", "stop", "hold", "exceed_max_runtime", "lose_spot_instance"),
    ),
    types.PROCESSING_JOB: PossibleFaults(
        (lifecycle.STARTING, lifecycle.PROCESSING),
        lifecycle.PROCESSING,
        ("fail", "stop", "hold", "exceed_max_runtime"),
    ),
    types.TRANSFORM_JOB: PossibleFaults(
        (lifecycle.STARTING, lifecycle.TRANSFORMING), lifecycle.TRANSFORMING
    ),
}
"""The kinds of job that rules can be about."""

KINDS = {kind.arn_kind: kind for kind in FAULTS}

Answer = Callable[[bytes, str | None, str | None], Any]
"""A function in place of a model: takes body, content type and accept, returns the answer."""


@dataclass(frozen=True, slots=True)
class JobRule:
    """Something happens to jobs of a kind when they reach a status, or a stage within one.

    Parameters
    ----------
    action
        What happens.
    at
        The status or stage; by default that in which such a job does its work.
    name
        A pattern of job names: `*`, `?`, `[...]`.
    tags
        Tags that a job must have, all of them.
    reason
        The FailureReason, if the job fails.
    recovers
        Whether the job gets another spot instance for one that it has lost.
    job_kind
        The kind of job as ARNs have it, such as `training-job`.

    Raises
    ------
    ValueError
        If a value cannot be, or that cannot happen to such a job in that status.
    """

    action: JobAction
    at: str | None = None
    name: str = "*"
    tags: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    recovers: bool = True
    job_kind: str = types.TRAINING_JOB.arn_kind

    def __post_init__(self) -> None:
        _check("kind", self.job_kind, tuple(KINDS))
        faults = FAULTS[self.of]
        _check("action", self.action, faults.actions)
        if self.at is None:
            object.__setattr__(self, "at", faults.usual)
        _check("at", self.at, faults.stages)
        check_pattern("name", self.name)
        if not isinstance(self.tags, Mapping):
            raise ValueError(f"tags must be a mapping of keys to values, not {self.tags!r}")

    @property
    def of(self) -> ResourceType:
        """The kind of job that the rule is about."""
        return KINDS[self.job_kind]

    def __str__(self) -> str:
        names_kind = self.action in ("fail", "stop", "hold")
        return _call(
            f"{self.action}_{snake(self.of.noun)}" if names_kind else self.action,
            *([self.reason] if self.reason else []),
            at=None if self.at == FAULTS[self.of].usual else self.at,
            name=None if self.name == "*" else self.name,
            tags=dict(self.tags) or None,
            recovers=None if self.recovers else False,
            kind=None if names_kind or self.of is types.TRAINING_JOB else self.job_kind,
        )

    def matches(self, kind: str, job: Mapping[str, Any]) -> bool:
        """Whether the rule is about a job of a kind, given the job's document."""
        if kind != self.job_kind:
            return False
        if self.action == "lose_spot_instance" and not job["EnableManagedSpotTraining"]:
            return False
        tags = {tag["Key"]: tag["Value"] for tag in job["Tags"]}
        return fnmatchcase(job[self.of.key], self.name) and self.tags.items() <= tags.items()


@dataclass(frozen=True, slots=True)
class EndpointRule:
    """An endpoint fails to be created or updated; `reason` is its FailureReason."""

    name: str = "*"
    reason: str = ""

    def __post_init__(self) -> None:
        check_pattern("name", self.name)

    def __str__(self) -> str:
        return _call("fail_endpoint", self.reason, name=None if self.name == "*" else self.name)

    def matches(self, name: str) -> bool:
        """Whether the rule is about an endpoint of that name."""
        return fnmatchcase(name, self.name)


@dataclass(frozen=True, slots=True)
class InvocationRule:
    """InvokeEndpoint answers with an error of the container, or with what a function returns.

    Parameters
    ----------
    endpoint
        A pattern of endpoint names.
    status
        The HTTP status of the container's error, from 400 to 599.
    message
        The body of the container's error.
    answer
        The function to call instead.
    """

    endpoint: str = "*"
    status: int = 500
    message: str = ""
    answer: Answer | None = None

    def __post_init__(self) -> None:
        check_pattern("endpoint", self.endpoint)
        if self.answer is None and not 400 <= self.status <= 599:
            raise ValueError(f"status must be from 400 to 599, not {self.status}")

    def __str__(self) -> str:
        endpoint = None if self.endpoint == "*" else self.endpoint
        if self.answer is not None:
            return _call("answer_invocations", self.answer, endpoint=endpoint)
        return _call("fail_invocation", self.status, endpoint=endpoint)

    def matches(self, endpoint: str) -> bool:
        """Whether the rule is about invocations of an endpoint of that name."""
        return fnmatchcase(endpoint, self.endpoint)


@dataclass(frozen=True, slots=True)
class RefusalRule:
    """Calls of an operation are throttled or denied.

    Parameters
    ----------
    operation
        A pattern of operation names.
    kind
        Whether calls get ThrottlingException or AccessDeniedException.

    Raises
    ------
    ValueError
        If no operation of SageMaker matches.
    """

    operation: str = "*"
    kind: Literal["throttle", "deny"] = "throttle"

    def __post_init__(self) -> None:
        _check("kind", self.kind, ("throttle", "deny"))
        _check_operation(self.operation)

    def __str__(self) -> str:
        return _call(self.kind, self.operation)

    def matches(self, operation: str) -> bool:
        """Whether the rule is about calls of that operation."""
        return fnmatchcase(operation, self.operation)


Rule = JobRule | EndpointRule | InvocationRule | RefusalRule


def _check(member: str, value: str | None, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise ValueError(f"{member} must be one of {', '.join(allowed)}, not {value!r}")


def check_pattern(member: str, pattern: str) -> None:
    """Raise ValueError for a pattern that cannot match any name."""
    if not isinstance(pattern, str) or not pattern:
        raise ValueError(f"{member} must be a pattern of names, not {pattern!r}")


def _check_operation(pattern: str) -> None:
    if pattern == "*":
        # Loading the service models takes a while, and is not needed here.
        return
    services = (service_model.operation_names(each.name) for each in service_model.SERVICES)
    names = sorted(frozenset().union(*services))
    if any(fnmatchcase(name, pattern) for name in names):
        return
    hint = did_you_mean(pattern, names)
    raise ValueError(f"SageMaker has no operation {pattern!r}{hint}")


SHOWN_LENGTH = 60
"""The length, in characters, at which the arguments of a rule are cut off when shown."""


def _call(method: str, *arguments: Any, **options: Any) -> str:
    """The call that adds a rule, without the options that are None."""
    shown = [
        *map(_shown, arguments),
        *(f"{name}={_shown(value)}" for name, value in options.items() if value is not None),
    ]
    return f"{method}({', '.join(shown)})"


def _shown(value: Any) -> str:
    text = getattr(value, "__name__", None) or repr(value)
    return text if len(text) <= SHOWN_LENGTH else f"{text[:SHOWN_LENGTH]}..."
