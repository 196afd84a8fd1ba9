"""Hyperparameters of Amazon's own algorithms: parsed from texts, with AWS's error messages.

Such a container merges the hyperparameters of the job into its defaults, validates the result with
a JSON schema, and turns the first error of Python's `jsonschema` into a message. The rules are
those of the toolkit that the containers share, of which AWS has published a copy (repository
`aws/sagemaker-rl-container`, `vw_serving/sagemaker/integration.py`). The messages for missing and
for unknown hyperparameters were also recorded.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from pprint import pformat
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from sagemock.algorithms.base import Cause, ClientError
from sagemock.containers.first_party.kinds import Derived, ValueKind

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Schema = Mapping[str, Any]
T = TypeVar("T", bound="DataclassInstance")


class Hyperparameter(NamedTuple):
    """One hyperparameter.

    Attributes
    ----------
    default
        Its text when the job does not set it; None when there is none.
    kind
        How its text is parsed.
    meaning
        For the reference: with what `auto` stands for, and when it applies. Otherwise it is
        ignored.
    optional
        Whether a job may leave it out although it has no default: its value is None then.
    """

    name: str
    default: str | None
    kind: ValueKind
    meaning: str
    optional: bool = False

    @property
    def required(self) -> bool:
        """Whether every job must set it."""
        return self.default is None and not self.optional

    def value(self, text: str) -> Any:
        """The value of a text. Raises `HyperparameterError`."""
        try:
            return self.kind.read(text)
        except ValueError:
            raise refused(self.name, text, self.kind.schema) from None


class HyperparameterError(ClientError):
    """A hyperparameter is missing or unknown, or its value is not valid."""

    @property
    def failure_reason(self) -> str:
        """With the class of the cause; only the log has its text."""
        return self.shortened(f"{self.prefix}: {self.summary}")


def read(
    fields: Sequence[Hyperparameter], texts: Mapping[str, str], *, ignored: Collection[str] = ()
) -> dict[str, Any]:
    """Parse the hyperparameters of a job, with `auto` resolved, in the order of the fields.

    Parameters
    ----------
    texts
        The hyperparameters of the request.
    ignored
        Further names that are accepted, without effect.

    Raises
    ------
    HyperparameterError
        For the first problem: unknown names, then missing ones, then values in the order of the
        fields.
    """
    known = {field.name for field in fields}
    unknown = sorted(texts.keys() - known - set(ignored))
    if unknown:
        raise _unexpected(unknown)
    required = [field.name for field in fields if field.required]
    missing = [name for name in required if name not in texts]
    if missing:
        raise _unspecified(missing)
    defaults = {field.name: field.default for field in fields if field.default is not None}
    final = {**defaults, **texts}
    values = {
        field.name: field.value(final[field.name]) if field.name in final else None
        for field in fields
    }
    return {
        name: value.of(values) if isinstance(value, Derived) else value
        for name, value in values.items()
    }


def typed(kind: type[T], values: Mapping[str, Any]) -> T:
    """The dataclass of an algorithm, with the values of a job for which it has fields."""
    return kind(**{field.name: values[field.name] for field in dataclasses.fields(kind)})


def invalid(message: str, reason: str) -> HyperparameterError:
    """The failure that follows from a `ValidationError` with the text `reason`."""
    return HyperparameterError(message, Cause("ValidationError", reason))


def _unexpected(names: Sequence[str]) -> HyperparameterError:
    listed = ", ".join(map(repr, names))
    verb = "was" if len(names) == 1 else "were"
    reason = f"Additional properties are not allowed ({listed} {verb} unexpected)"
    # The toolkit replaces the word everywhere, even in a name.
    return invalid(reason.replace("properties", "hyperparameters"), reason)


def _unspecified(names: Sequence[str]) -> HyperparameterError:
    listed = ", ".join(f"'{name}'" for name in names)
    return invalid(
        f"No value(s) were specified for {listed} which are required hyperparameter(s)",
        f"{names[0]!r} is a required property",
    )


def refused(name: str, text: str, schema: Schema) -> HyperparameterError:
    """The failure for a hyperparameter whose text is not valid.

    Parameters
    ----------
    schema
        An `enum`, or `oneOf` several schemas.
    """
    reason = _reason(name, text, schema)
    if "enum" in schema:
        accepted = ", ".join(f"'{word}'" for word in schema["enum"])
        message = (
            f"The value '{text}' is not valid for the '{name}' hyperparameter which accepts one "
            f"of the following: {accepted}"
        )
        return invalid(message, reason)
    members = [_described(member) for member in schema["oneOf"]]
    if None in members:
        return invalid(f"The value '{text}' is not valid for '{name}'. Reason: {reason}", reason)
    expected = "; or ".join(filter(None, members))
    return invalid(
        f"The value '{text}' is not valid for the '{name}' hyperparameter which expects one of "
        f"the following: {expected}",
        reason,
    )


def _described(member: Schema) -> str | None:
    """A member of `oneOf` in the toolkit's words; None where it has none.

    It says "greater than" the minimum, although the minimum itself is valid.
    """
    kind = member["type"]
    if kind == "string" and member.keys() <= {"pattern", "type"}:
        return f"a string which matches the pattern '{member['pattern']}'"
    if kind not in ("integer", "number") or not member.keys() <= {"maximum", "minimum", "type"}:
        return None
    noun = "an integer" if kind == "integer" else "a number"
    low, high = member.get("minimum"), member.get("maximum")
    if low is None and high is None:
        return None
    if high is None:
        return f"{noun} greater than {low}"
    return f"{noun} less than {high}" if low is None else f"{noun} between {low} and {high}"


def _reason(name: str, text: str, schema: Schema) -> str:
    """The text of the error that `jsonschema` raises."""
    check = "enum" if "enum" in schema else "oneOf"
    problem = (
        f"{text!r} is not one of {schema['enum']}"
        if check == "enum"
        else f"{text!r} is not valid under any of the given schemas"
    )
    return (
        f"{problem}\n\nFailed validating '{check}' in schema['properties']['{name}']:\n"
        f"{_indented(schema)}\n\nOn instance['{name}']:\n{_indented(text)}"
    )


def _indented(value: object) -> str:
    return "\n".join("    " + line for line in pformat(value, width=72).split("\n"))
