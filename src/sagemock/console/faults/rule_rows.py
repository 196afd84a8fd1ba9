"""The rules of faults on demand as rows of a table: what happens, to what, and how often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sagemock.faults.controls import Control
from sagemock.faults.rules import EndpointRule, InvocationRule, JobRule, RefusalRule, Rule

_ACTIONS = {
    "fail": "fail",
    "stop": "are stopped",
    "hold": "are held",
    "exceed_max_runtime": "exceed their maximum run time",
    "lose_spot_instance": "lose their spot instance",
}
_ERRORS = {"throttle": "ThrottlingException", "deny": "AccessDeniedException"}
_ALL = "*"


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule of faults on demand.

    Attributes
    ----------
    number
        The number by which it is removed.
    rule
        The rule.
    applied
        How often it has applied.
    left
        How often it still applies, None for always.
    """

    number: int
    rule: Rule
    applied: int
    left: int | None

    @property
    def effect(self) -> str:
        """What happens, such as `Training jobs fail in Training`."""
        rule = self.rule
        if isinstance(rule, JobRule):
            words = rule.of.words
            text = f"{words[0].upper()}{words[1:]}s {_ACTIONS[rule.action]} in {rule.at}"
            return text if rule.recovers else f"{text} and get no other"
        if isinstance(rule, EndpointRule):
            return "Endpoints fail to be created or updated"
        if isinstance(rule, InvocationRule):
            if rule.answer is not None:
                return "A function answers InvokeEndpoint"
            return f"InvokeEndpoint fails with ModelError, status {rule.status}"
        return f"Calls fail with {_ERRORS[rule.kind]}"

    @property
    def detail(self) -> str:
        """The FailureReason, or the message of the container; empty if there is none."""
        if isinstance(self.rule, JobRule | EndpointRule):
            return self.rule.reason
        return self.rule.message if isinstance(self.rule, InvocationRule) else ""

    @property
    def matches(self) -> list[tuple[str, str]]:
        """What has to match, each as the name of a property and its pattern."""
        rule = self.rule
        if isinstance(rule, RefusalRule):
            return [("operation", rule.operation)] if rule.operation != _ALL else []
        if isinstance(rule, InvocationRule):
            return [("endpoint", rule.endpoint)] if rule.endpoint != _ALL else []
        tags = rule.tags if isinstance(rule, JobRule) else {}
        pairs = [("name", rule.name)] if rule.name != _ALL else []
        return pairs + [("tag", f"{key}={value}") for key, value in tags.items()]

    @property
    def data(self) -> dict[str, Any]:
        """The same as JSON."""
        return {
            "number": self.number,
            "rule": str(self.rule),
            "effect": self.effect,
            "detail": self.detail,
            "matches": dict(self.matches),
            "applied": self.applied,
            "left": self.left,
        }


def rules_in_force(control: Control) -> list[RuleRow]:
    """Return the rules in force, in the order in which they were added."""
    applied: Mapping[int, int] = control.applied_rules()
    return [
        RuleRow(number, rule, applied.get(number, 0), left)
        for number, (rule, left) in control.rules().items()
    ]


def spent_rules(control: Control) -> list[RuleRow]:
    """Return the last rules that have applied as often as they say, the newest first."""
    return [RuleRow(number, rule, applied, 0) for number, rule, applied in control.spent_rules()][
        ::-1
    ]
