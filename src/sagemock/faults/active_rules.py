"""Which rules of faults on demand are in force, and how often each may still apply.

A rule applies to what it matches as often as it says, and is then dropped. Rules apply in the
order in which they were added. Without a test that adds one there is none.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from sagemock import forks
from sagemock.faults.rules import EndpointRule, InvocationRule, JobRule, RefusalRule, Rule

MAX_SPENT = 20
"""How many rules that have applied as often as they say are remembered."""

R = TypeVar("R", JobRule, EndpointRule, InvocationRule, RefusalRule)


class ActiveRules:
    """The rules that are in force. Thread-safe."""

    def __init__(self) -> None:
        self._lock = forks.lock()
        self._numbers = itertools.count(1)
        self._rules: dict[int, tuple[Rule, int | None]] = {}
        self._applied: dict[int, int] = {}
        self._spent: deque[tuple[int, Rule, int]] = deque(maxlen=MAX_SPENT)
        self._missed: dict[int, tuple[JobRule, str]] = {}

    def add(self, rule: Rule, times: int | None = 1) -> int:
        """Add a rule for a number of matches, or for all, and return its number."""
        if times is not None and times < 1:
            raise ValueError(f"times must be at least 1, not {times}")
        with self._lock:
            number = next(self._numbers)
            self._rules[number] = (rule, times)
        return number

    def remove(self, number: int) -> bool:
        """Remove a rule. Returns whether it was in force."""
        with self._lock:
            self._applied.pop(number, None)
            return self._rules.pop(number, None) is not None

    def clear(self) -> None:
        """Remove all rules."""
        with self._lock:
            self._rules.clear()
            self._applied.clear()
            self._spent.clear()
            self._missed.clear()

    def all(self) -> dict[int, tuple[Rule, int | None]]:
        """Return the rules in force by number, each with how often it may still apply."""
        with self._lock:
            return dict(self._rules)

    def unused(self) -> dict[int, Rule]:
        """Return the rules in force that have matched nothing yet, by number."""
        with self._lock:
            return {
                number: rule
                for number, (rule, _) in self._rules.items()
                if number not in self._applied
            }

    def applied(self) -> dict[int, int]:
        """Return how often each of the rules in force has applied, by number."""
        with self._lock:
            return {number: self._applied.get(number, 0) for number in self._rules}

    def spent(self) -> list[tuple[int, Rule, int]]:
        """Return the last rules that were dropped because they had applied as often as they say.

        Returns
        -------
        The number of each rule, the rule, and how often it applied; in the order in which they
        were dropped.
        """
        with self._lock:
            return list(self._spent)

    def missed(self) -> dict[int, tuple[JobRule, str]]:
        """Return the rules whose job ended before they could apply, by number, with its name."""
        with self._lock:
            return dict(self._missed)

    def miss(self, rules: Mapping[int, JobRule], job: str) -> None:
        """Note that a job has ended before these rules could apply to it."""
        with self._lock:
            self._missed.update({number: (rule, job) for number, rule in rules.items()})

    def for_job(self, kind: str, job: Mapping[str, Any]) -> dict[int, JobRule]:
        """Take the rules for a new job, by number: for each action and status the first."""
        chosen: dict[int, JobRule] = {}
        if not self._rules:
            return chosen
        taken = set()
        with self._lock:
            for number, (rule, _) in list(self._rules.items()):
                if not isinstance(rule, JobRule) or (rule.action, rule.at) in taken:
                    continue
                if rule.matches(kind, job):
                    taken.add((rule.action, rule.at))
                    chosen[number] = rule
                    self._use(number)
        return chosen

    def for_endpoint(self, name: str) -> EndpointRule | None:
        """Take the rule by which a deployment to an endpoint fails, if there is one."""
        return self._take(EndpointRule, lambda rule: rule.matches(name))

    def for_invocation(self, endpoint: str) -> InvocationRule | None:
        """Take the rule that answers an invocation instead of the model, if there is one."""
        return self._take(InvocationRule, lambda rule: rule.matches(endpoint))

    def for_operation(self, operation: str) -> RefusalRule | None:
        """Take the rule by which a call is refused, if there is one."""
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
        self._applied[number] = self._applied.get(number, 0) + 1
        if times is None:
            return
        if times == 1:
            del self._rules[number]
            self._spent.append((number, rule, self._applied.pop(number)))
        else:
            self._rules[number] = (rule, times - 1)
