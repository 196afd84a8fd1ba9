"""Outcomes on demand: rules that say how jobs, endpoints and calls shall turn out.

A rule applies to what it matches as often as it says, and is then spent; the rules apply in
the order in which they were made. There are none unless a test makes them.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Literal, TypeVar

from sagemock import forks, service_model
from sagemock.resources import lifecycle
from sagemock.suggestions import did_you_mean

JobAction = Literal["fail", "stop", "hold", "exceed_max_runtime", "lose_spot_instance"]
JOB_METHODS: Mapping[JobAction, str] = {
    "fail": "fail_training_job",
    "stop": "stop_training_job",
    "hold": "hold_training_job",
    "exceed_max_runtime": "exceed_max_runtime",
    "lose_spot_instance": "lose_spot_instance",
}
"""The method of `Control` that makes a rule of each action."""

STAGES = (
    lifecycle.STARTING,
    lifecycle.DOWNLOADING,
    lifecycle.TRAINING,
    lifecycle.UPLOADING,
)
"""The secondary statuses in which something can be made to happen to a job."""

Answer = Callable[[bytes, str | None, str | None], Any]
"""A user's model: body, content type and accept in; the answer out."""


@dataclass(frozen=True, slots=True)
class JobRule:
    """Something happens to training jobs on their arrival in a secondary status.

    name: a pattern (`*`, `?`, `[...]`) of job names; tags: all of these must be there.
    reason: the FailureReason of `fail`. recovers: whether a lost spot instance comes back.
    """

    action: JobAction
    at: str = lifecycle.TRAINING
    name: str = "*"
    tags: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    recovers: bool = True

    def __post_init__(self) -> None:
        _check("action", self.action, tuple(JOB_METHODS))
        _check("at", self.at, STAGES)
        if not isinstance(self.tags, Mapping):
            raise ValueError(f"tags must be a mapping of keys to values, not {self.tags!r}")

    def __str__(self) -> str:
        return _call(
            JOB_METHODS[self.action],
            *([self.reason] if self.reason else []),
            at=None if self.at == lifecycle.TRAINING else self.at,
            name=None if self.name == "*" else self.name,
            tags=dict(self.tags) or None,
            recovers=None if self.recovers else False,
        )

    def matches(self, job: Mapping[str, Any]) -> bool:
        if self.action == "lose_spot_instance" and not job["EnableManagedSpotTraining"]:
            return False
        tags = {tag["Key"]: tag["Value"] for tag in job["Tags"]}
        return fnmatchcase(job["TrainingJobName"], self.name) and self.tags.items() <= tags.items()


@dataclass(frozen=True, slots=True)
class EndpointRule:
    """An endpoint fails to be created, or to be updated, with a reason."""

    name: str = "*"
    reason: str = ""

    def __str__(self) -> str:
        return _call("fail_endpoint", self.reason, name=None if self.name == "*" else self.name)

    def matches(self, name: str) -> bool:
        return fnmatchcase(name, self.name)


@dataclass(frozen=True, slots=True)
class InvocationRule:
    """InvokeEndpoint answers with an error of the container, or what a function says.

    status: the container's HTTP status; message: its body. answer: called instead.
    """

    endpoint: str = "*"
    status: int = 500
    message: str = ""
    answer: Answer | None = None

    def __post_init__(self) -> None:
        if self.answer is None and not 400 <= self.status <= 599:
            raise ValueError(f"status must be from 400 to 599, not {self.status}")

    def __str__(self) -> str:
        endpoint = None if self.endpoint == "*" else self.endpoint
        if self.answer is not None:
            return _call("answer_invocations", self.answer, endpoint=endpoint)
        return _call("fail_invocation", self.status, endpoint=endpoint)

    def matches(self, endpoint: str) -> bool:
        return fnmatchcase(endpoint, self.endpoint)


@dataclass(frozen=True, slots=True)
class RefusalRule:
    """Calls of an operation are throttled or denied.

    operation: a pattern of names. Raises ValueError when no operation of SageMaker matches.
    """

    operation: str = "*"
    kind: Literal["throttle", "deny"] = "throttle"

    def __post_init__(self) -> None:
        _check("kind", self.kind, ("throttle", "deny"))
        _check_operation(self.operation)

    def __str__(self) -> str:
        return _call(self.kind, self.operation)

    def matches(self, operation: str) -> bool:
        return fnmatchcase(operation, self.operation)


Rule = JobRule | EndpointRule | InvocationRule | RefusalRule
R = TypeVar("R", JobRule, EndpointRule, InvocationRule, RefusalRule)


def _check(member: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise ValueError(f"{member} must be one of {', '.join(allowed)}, not {value!r}")


def _check_operation(pattern: str) -> None:
    if pattern == "*":
        # Spares the service models, which take a while to load.
        return
    services = (service_model.operation_names(each.name) for each in service_model.SERVICES)
    names = sorted(frozenset().union(*services))
    if any(fnmatchcase(name, pattern) for name in names):
        return
    hint = did_you_mean(pattern, names)
    raise ValueError(f"SageMaker has no operation {pattern!r}{hint}")


SHOWN_LENGTH = 60
"""Characters of an argument that a rule shows."""


def _call(method: str, *arguments: Any, **options: Any) -> str:
    """The call that makes a rule, without the options that are None."""
    given = {name: value for name, value in options.items() if value is not None}
    shown = [
        *map(_shown, arguments),
        *(f"{name}={_shown(value)}" for name, value in given.items()),
    ]
    return f"{method}({', '.join(shown)})"


def _shown(value: Any) -> str:
    text = getattr(value, "__name__", None) or repr(value)
    return text if len(text) <= SHOWN_LENGTH else f"{text[:SHOWN_LENGTH]}..."


class Outcomes:
    """The rules that are in force. Safe for many threads."""

    def __init__(self) -> None:
        self._lock = forks.lock()
        self._numbers = itertools.count(1)
        self._rules: dict[int, tuple[Rule, int | None]] = {}
        self._used: set[int] = set()
        self._missed: dict[int, tuple[JobRule, str]] = {}

    def add(self, rule: Rule, times: int | None = 1) -> int:
        """Put a rule in force for so many matches, or for all; gives its number."""
        if times is not None and times < 1:
            raise ValueError(f"times must be at least 1, not {times}")
        with self._lock:
            number = next(self._numbers)
            self._rules[number] = (rule, times)
        return number

    def remove(self, number: int) -> bool:
        """Whether there was such a rule."""
        with self._lock:
            self._used.discard(number)
            return self._rules.pop(number, None) is not None

    def clear(self) -> None:
        with self._lock:
            self._rules.clear()
            self._used.clear()
            self._missed.clear()

    def all(self) -> dict[int, tuple[Rule, int | None]]:
        """The rules in force by number, each with how often it may still apply."""
        with self._lock:
            return dict(self._rules)

    def unused(self) -> dict[int, Rule]:
        """The rules in force that have matched nothing yet, by number."""
        with self._lock:
            return {
                number: rule
                for number, (rule, _) in self._rules.items()
                if number not in self._used
            }

    def missed(self) -> dict[int, tuple[JobRule, str]]:
        """The rules, by number, whose job has ended before they could apply; with its name."""
        with self._lock:
            return dict(self._missed)

    def miss(self, rules: Mapping[int, JobRule], job: str) -> None:
        """A job has ended before these rules could apply to it."""
        with self._lock:
            self._missed.update({number: (rule, job) for number, rule in rules.items()})

    def for_job(self, job: Mapping[str, Any]) -> dict[int, JobRule]:
        """The rules for a new job, by number: of equal actions at one status, the first."""
        chosen: dict[int, JobRule] = {}
        if not self._rules:
            return chosen
        taken = set()
        with self._lock:
            for number, (rule, _) in list(self._rules.items()):
                if not isinstance(rule, JobRule) or (rule.action, rule.at) in taken:
                    continue
                if rule.matches(job):
                    taken.add((rule.action, rule.at))
                    chosen[number] = rule
                    self._use(number)
        return chosen

    def for_endpoint(self, name: str) -> EndpointRule | None:
        """How a deployment to an endpoint shall fail, if it shall."""
        return self._take(EndpointRule, lambda rule: rule.matches(name))

    def for_invocation(self, endpoint: str) -> InvocationRule | None:
        """How an invocation shall be answered, if not by the model."""
        return self._take(InvocationRule, lambda rule: rule.matches(endpoint))

    def for_operation(self, operation: str) -> RefusalRule | None:
        """How a call shall be refused, if it shall."""
        return self._take(RefusalRule, lambda rule: rule.matches(operation))

    def _take(self, kind: type[R], matches: Callable[[R], bool]) -> R | None:
        if not self._rules:
            return None
        with self._lock:
            for number, (rule, _) in self._rules.items():
                if isinstance(rule, kind) and matches(rule):
                    self._use(number)
                    return rule
        return None

    def _use(self, number: int) -> None:
        rule, times = self._rules[number]
        self._used.add(number)
        if times is None:
            return
        if times == 1:
            del self._rules[number]
            self._used.remove(number)
        else:
            self._rules[number] = (rule, times - 1)
