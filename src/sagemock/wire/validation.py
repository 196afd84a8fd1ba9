"""Validation of requests by the constraints of botocore's model, with AWS's messages.

A validator is compiled once per operation into nested closures, so that a call only visits members
with constraints. Clients check little of this: botocore checks required members, types and minima,
and leaves maxima, patterns and enums to the service.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from sagemock.errors import (
    ServiceError,
    ValidationError,
    ValidationException,
    problem,
    problems_message,
    sensitive_problem,
)
from sagemock.wire import service_model
from sagemock.wire.constraints import (
    Constraint,
    enum_constraints,
    length_constraints,
    scalar_constraints,
)

Problems = list[str]
Check = Callable[[Any, str, Problems], None]
"""Checks a value at a path, and appends its problems."""

Constraints = Literal["all", "enums", "none"]


@cache
def validator(
    service: str, operation: str, *, constraints: Constraints = "all"
) -> Callable[[Mapping[str, Any]], None]:
    """A function that validates an operation's requests.

    It raises a `ValidationException` with all problems in one message, or a `ValidationError` where
    the service's model declares that, as SageMaker Runtime's does.

    Parameters
    ----------
    service
        The service in botocore's spelling.
    operation
        The operation whose input shape applies.
    constraints
        What to check in addition to the presence of required members.
    """
    shape = service_model.input_shape(service, operation)
    check = _compile(shape, _Compilation(constraints)) if shape is not None else None
    return _raising(check, "", service)


@cache
def member_validator(service: str, operation: str, member: str) -> Callable[[Any], None]:
    """A function that validates the value of one member of an operation's requests.

    It checks all constraints, and raises the same errors as the function that `validator` returns.
    """
    shape = service_model.input_shape(service, operation)
    if shape is None:
        raise KeyError(member)
    check = _compile(shape.members[member], _Compilation("all"))
    return _raising(check, _lower_camel(member), service)


def _raising(check: Check | None, path: str, service: str) -> Callable[[Any], None]:
    """A function that raises the service's error when a value at `path` has problems."""
    has_own = service_model.has_shape(service, ValidationError.code)
    error: type[ServiceError] = ValidationError if has_own else ValidationException

    def validate(value: Any) -> None:
        if check is None:
            return
        problems: Problems = []
        check(value, path, problems)
        if problems:
            raise error(problems_message(problems))

    return validate


@dataclass(frozen=True, slots=True)
class _Compilation:
    """The state of one compilation.

    Attributes
    ----------
    constraints
        Which constraints of values to check.
    open_shapes
        The shapes that are being compiled, each with a list that gets its check. A shape that
        contains itself, such as a search expression, calls the check from there.
    """

    constraints: Constraints
    open_shapes: dict[str, list[Check]] = field(default_factory=dict)

    def of_scalar(self, shape: Any) -> list[Constraint]:
        """The constraints to check of a scalar."""
        if self.constraints == "all":
            return scalar_constraints(shape)
        return enum_constraints(shape.metadata) if self.constraints == "enums" else []

    def of_size(self, shape: Any) -> list[Constraint]:
        """The constraints to check of the length of a collection."""
        return length_constraints(shape.metadata) if self.constraints == "all" else []


def _compile(shape: Any, compilation: _Compilation) -> Check | None:
    """The check of a shape; None for a shape without constraints."""
    open_shapes = compilation.open_shapes
    if shape.name in open_shapes:
        ready = open_shapes[shape.name]
        return lambda value, path, problems: ready[0](value, path, problems)
    ready = open_shapes[shape.name] = []
    compiled = _COMPILERS.get(shape.type_name, _compile_scalar)(shape, compilation)
    ready.append(compiled or _nothing)
    del open_shapes[shape.name]
    return compiled


def _nothing(value: Any, path: str, problems: Problems) -> None:
    """The check of a shape without constraints."""


def _compile_structure(shape: Any, compilation: _Compilation) -> Check | None:
    required = [(name, _lower_camel(name)) for name in service_model.required_members(shape)]
    members = {}
    for name, member in shape.members.items():
        check = _compile(member, compilation)
        if check is not None:
            members[name] = (_lower_camel(name), check)
    if not required and not members:
        return None

    def check_structure(value: Any, path: str, problems: Problems) -> None:
        prefix = f"{path}." if path else ""
        for name, shown in required:
            if name not in value:
                problems.append(problem(None, prefix + shown, "Member must not be null"))
        for name, item in value.items():
            if name in members:
                shown, check = members[name]
                check(item, prefix + shown, problems)

    return check_structure


def _lower_camel(name: str) -> str:
    return name[:1].lower() + name[1:]


def _compile_list(shape: Any, compilation: _Compilation) -> Check | None:
    lengths = compilation.of_size(shape)
    member = shape.member
    scalar = member.type_name not in ("structure", "list", "map")
    element_constraints = compilation.of_scalar(member) if scalar else []
    element = None if scalar else _compile(member, compilation)

    def check_list(value: Any, path: str, problems: Problems) -> None:
        _apply(lengths, value, path, problems)
        if element_constraints and not all(_holds(element_constraints, item) for item in value):
            problems.append(problem(value, path, _wrapped("Member", element_constraints)))
        for position, item in enumerate(value, 1):
            if item is None:
                where = f"{path}.{position}.member"
                problems.append(problem(None, where, "Member must not be null"))
            elif element is not None:
                element(item, f"{path}.{position}.member", problems)

    return check_list


def _compile_map(shape: Any, compilation: _Compilation) -> Check | None:
    lengths = compilation.of_size(shape)
    keys = compilation.of_scalar(shape.key)
    scalar = shape.value.type_name not in ("structure", "list", "map")
    values = compilation.of_scalar(shape.value) if scalar else []
    nested = None if scalar else _compile(shape.value, compilation)
    if not (lengths or keys or values or nested):
        return None

    def check_map(value: Any, path: str, problems: Problems) -> None:
        _apply(lengths, value, path, problems)
        if keys and not all(_holds(keys, key) for key in value):
            problems.append(problem(value, path, _wrapped("Map keys", keys)))
        if values and not all(_holds(values, item) for item in value.values()):
            problems.append(problem(value, path, _wrapped("Map value", values)))
        if nested is not None:
            for key, item in value.items():
                nested(item, f"{path}.{key}.member", problems)

    return check_map


def _compile_scalar(shape: Any, compilation: _Compilation) -> Check | None:
    constraints = compilation.of_scalar(shape)
    if not constraints:
        return None

    def check_scalar(value: Any, path: str, problems: Problems) -> None:
        _apply(constraints, value, path, problems)

    def check_sensitive(value: Any, path: str, problems: Problems) -> None:
        broken = (text for holds, text in constraints if not holds(value))
        problems.extend(sensitive_problem(path, text) for text in broken)

    return check_sensitive if shape.metadata.get("sensitive") else check_scalar


_COMPILERS: dict[str, Callable[[Any, _Compilation], Check | None]] = {
    "structure": _compile_structure,
    "list": _compile_list,
    "map": _compile_map,
}


def _apply(constraints: Iterable[Constraint], value: Any, path: str, problems: Problems) -> None:
    for holds, text in constraints:
        if not holds(value):
            problems.append(problem(value, path, text))


def _holds(constraints: Iterable[Constraint], value: Any) -> bool:
    return value is None or all(holds(value) for holds, _ in constraints)


def _wrapped(subject: str, constraints: Sequence[Constraint]) -> str:
    """The message for constraints of every element, key or value of a collection."""
    texts = ", ".join(text for _, text in constraints)
    return f"{subject} must satisfy constraint: [{texts}]"
