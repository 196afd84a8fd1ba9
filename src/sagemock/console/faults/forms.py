"""The forms that add a rule: what was typed, the control that it is for, and what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sagemock.console.form_fields import is_whole
from sagemock.faults.controls import Control
from sagemock.faults.job_controls import FAILURE
from sagemock.faults.rules import FAULTS, JobRule

Fields = Mapping[str, str]

ENDS = "lose_spot_instance_for_good"
"""The action of the form for a rule that does not recover."""

ACTIONS = {
    "fail": "fail",
    "hold": "are held",
    "stop": "are stopped",
    "exceed_max_runtime": "exceed their maximum run time",
    "lose_spot_instance": "lose their spot instance, and get another",
    ENDS: "lose their spot instance for good",
}
"""What can happen to jobs, in the order of the form."""

KINDS = {kind.arn_kind: f"{kind.words}s" for kind in FAULTS}
STAGES = tuple(dict.fromkeys(stage for faults in FAULTS.values() for stage in faults.stages))

BLANK: Mapping[str, Fields] = {
    "job": {
        "kind": next(iter(KINDS)),
        "action": "fail",
        "at": "",
        "name": "*",
        "tags": "",
        "reason": "",
        "times": "1",
    },
    "endpoint": {"name": "*", "reason": "", "times": "1"},
    "invocation": {"endpoint": "*", "status": "500", "message": "", "times": "1"},
    "operation": {"kind": "throttle", "operation": "*", "times": "1"},
}
"""The fields of each form, with what they have at first."""


class Refused(Exception):
    """A control refuses a value.

    Parameters
    ----------
    problem
        The control's error.
    field
        The field that it is about, empty if it is about none.
    """

    def __init__(self, problem: str, field: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.field = field


def add_rule(control: Control, form: str, fields: Fields) -> int:
    """Add the rule that a form describes, and return its number.

    Raises
    ------
    Refused
        A value is wrong.
    """
    try:
        return _ADD[form](control, fields)
    except ValueError as error:
        raise Refused(str(error), _field_of(str(error), fields)) from None


def _field_of(problem: str, fields: Fields) -> str:
    """The field that an error is about: the first word of it, or the operation."""
    first = problem.partition(" ")[0]
    if first in fields:
        return first
    return "operation" if "operation" in fields else ""


def _add_job_rule(control: Control, fields: Fields) -> int:
    action: Any = fields["action"]
    recovers = action != ENDS
    action = action if recovers else "lose_spot_instance"
    reason = (fields["reason"] or FAILURE) if action == "fail" else ""
    rule = JobRule(
        action,
        fields["at"] or None,
        fields["name"],
        _tags(fields["tags"]),
        reason,
        recovers,
        fields["kind"],
    )
    return control.add(rule, _times(fields))


def _add_endpoint_rule(control: Control, fields: Fields) -> int:
    reason = {"reason": fields["reason"]} if fields["reason"] else {}
    return control.fail_endpoint(name=fields["name"], times=_times(fields), **reason)


def _add_invocation_rule(control: Control, fields: Fields) -> int:
    return control.fail_invocation(
        _whole("status", fields["status"]),
        fields["message"],
        endpoint=fields["endpoint"],
        times=_times(fields),
    )


def _add_operation_rule(control: Control, fields: Fields) -> int:
    add = {"throttle": control.throttle, "deny": control.deny}.get(fields["kind"])
    if add is None:
        raise ValueError(f"kind must be one of throttle, deny, not {fields['kind']!r}")
    return add(fields["operation"], times=_times(fields))


_ADD: Mapping[str, Callable[[Control, Fields], int]] = {
    "job": _add_job_rule,
    "endpoint": _add_endpoint_rule,
    "invocation": _add_invocation_rule,
    "operation": _add_operation_rule,
}


def _times(fields: Fields) -> int | None:
    """How often a rule applies; always where the field is empty."""
    return _whole("times", fields["times"]) if fields["times"] else None


def _whole(name: str, text: str) -> int:
    if not is_whole(text):
        raise ValueError(f"{name} must be a whole number, not {text!r}")
    return int(text)


def _tags(text: str) -> dict[str, str]:
    """Tags that are written as `Key=Value`, each on a line of its own."""
    tags = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        key, equals, value = line.partition("=")
        if not equals or not key.strip():
            raise ValueError(f"tags must be lines such as Key=Value, not {line!r}")
        tags[key.strip()] = value.strip()
    return tags
